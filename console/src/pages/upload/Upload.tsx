import { useShellTexts } from "@/i18n/shell";
import { PageList } from "@/ui/PageList";

export default function Upload() {
  const t = useShellTexts();
  return <PageList title={t("upload")}>{null}</PageList>;
}
