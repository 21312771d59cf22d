import { useShellTexts } from "@/i18n/shell";
import { PageList } from "@/ui/PageList";

export default function About() {
  const t = useShellTexts();
  return <PageList title={t("about")}>{null}</PageList>;
}
