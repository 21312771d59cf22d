import { Spin } from "antd";
import { useCommonTexts } from "@/i18n/common";
import { ErrorBox } from "./ErrorBox";

/** Stands in the place of a page whose data is not there: under way, or why it does not come. */
export function PagePending({ error, retry }: { error: unknown; retry: () => void }) {
  const t = useCommonTexts();
  if (!error) return <Spin description={t("loading")} style={{ display: "block", marginTop: 120 }} />;
  return (
    <div style={{ padding: 24 }}>
      <ErrorBox error={error} retry={retry} />
    </div>
  );
}
