import { useShellTexts } from "@/i18n/shell";
import { PageList } from "@/ui/PageList";

export default function WorkflowList() {
  const t = useShellTexts();
  return <PageList title={t("workflows")}>{null}</PageList>;
}
