import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useBuckets } from "@/api/lists";
import { useMayChange } from "@/app/session";
import { useCommonTexts } from "@/i18n/common";
import { useUploadTexts } from "@/i18n/upload";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBox } from "@/ui/ErrorBox";
import { PageList } from "@/ui/PageList";
import { Uploader } from "./Uploader";

export default function Upload() {
  const t = useUploadTexts();
  const common = useCommonTexts();
  const mayChange = useMayChange();
  const { data, error, refetch } = useBuckets();
  const none = data && !data.some((bucket) => bucket.Type === "Input");
  if (!mayChange)
    return (
      <PageList title={t("title")} help={t("help")}>
        <EmptyState title={common("doForbidden")} />
      </PageList>
    );
  return (
    <PageList title={t("title")} help={t("help")}>
      <ErrorBox error={error} retry={() => void refetch()} />
      {none ? (
        <EmptyState
          title={t("noBucket")}
          help={t("noBucketHelp")}
          action={
            <Link to="/buckets">
              <Button type="primary" tabIndex={-1}>
                {t("toBuckets")}
              </Button>
            </Link>
          }
        />
      ) : (
        data && <Uploader buckets={data.filter((bucket) => bucket.Type === "Input").map((bucket) => bucket.Bucket ?? "")} />
      )}
    </PageList>
  );
}
