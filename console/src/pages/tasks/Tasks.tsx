import { useShellTexts } from "@/i18n/shell";
import { PageList } from "@/ui/PageList";

export default function Tasks() {
  const t = useShellTexts();
  return <PageList title={t("tasks")}>{null}</PageList>;
}
