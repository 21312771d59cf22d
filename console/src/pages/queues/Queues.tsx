import { useShellTexts } from "@/i18n/shell";
import { PageList } from "@/ui/PageList";

export default function Queues() {
  const t = useShellTexts();
  return <PageList title={t("queues")}>{null}</PageList>;
}
