import { useShellTexts } from "@/i18n/shell";
import { PageList } from "@/ui/PageList";

export default function WorkflowPage() {
  const t = useShellTexts();
  return <PageList title={t("workflow")}>{null}</PageList>;
}
