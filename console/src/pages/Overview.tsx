import { useShellTexts } from "@/i18n/shell";
import { PageList } from "@/ui/PageList";

export default function Overview() {
  const t = useShellTexts();
  return <PageList title={t("overview")}>{null}</PageList>;
}
