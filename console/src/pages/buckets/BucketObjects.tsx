import { useShellTexts } from "@/i18n/shell";
import { PageList } from "@/ui/PageList";

export default function BucketObjects() {
  const t = useShellTexts();
  return <PageList title={t("buckets")}>{null}</PageList>;
}
