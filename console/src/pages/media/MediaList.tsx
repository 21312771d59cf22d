import { useShellTexts } from "@/i18n/shell";
import { PageList } from "@/ui/PageList";

export default function MediaList() {
  const t = useShellTexts();
  return <PageList title={t("mediaList")}>{null}</PageList>;
}
