import { useShellTexts } from "@/i18n/shell";
import { PageList } from "@/ui/PageList";

export default function Keys() {
  const t = useShellTexts();
  return <PageList title={t("keys")}>{null}</PageList>;
}
