import { Alert } from "antd";
import { useMe } from "@/app/session";
import { useBlindTexts } from "@/i18n/fingerprints";

/** Says that the server does not look at pictures and sounds, and how it is made to; nothing where it does. */
export function Blind() {
  const t = useBlindTexts();
  return useMe().AI ? null : <Alert type="warning" showIcon title={t("title")} description={t("help")} style={{ marginBottom: 16 }} />;
}
