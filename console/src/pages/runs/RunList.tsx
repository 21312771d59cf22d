import { useShellTexts } from "@/i18n/shell";
import { PageList } from "@/ui/PageList";

export default function RunList() {
  const t = useShellTexts();
  return <PageList title={t("runs")}>{null}</PageList>;
}
