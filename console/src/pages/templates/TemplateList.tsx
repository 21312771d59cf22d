import { useShellTexts } from "@/i18n/shell";
import { PageList } from "@/ui/PageList";

export default function TemplateList() {
  const t = useShellTexts();
  return <PageList title={t("templates")}>{null}</PageList>;
}
