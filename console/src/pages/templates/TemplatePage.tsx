import { useShellTexts } from "@/i18n/shell";
import { PageList } from "@/ui/PageList";

export default function TemplatePage() {
  const t = useShellTexts();
  return <PageList title={t("templates")}>{null}</PageList>;
}
