import { useShellTexts } from "@/i18n/shell";
import { PageList } from "@/ui/PageList";

export default function MediaPage() {
  const t = useShellTexts();
  return <PageList title={t("media")}>{null}</PageList>;
}
