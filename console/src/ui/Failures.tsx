import { Link } from "@tanstack/react-router";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { Button } from "antd";
import { useCommonTexts } from "@/i18n/common";
import { EmptyState } from "./EmptyState";
import { useTitle } from "./PageList";

export function NotFound() {
  const t = useCommonTexts();
  useTitle(t("notFound"));
  return <EmptyState level={1} title={t("notFound")} help={t("notFoundHelp")} action={<Link to="/">{t("toOverview")}</Link>} />;
}

/** Shown instead of a page whose code failed. */
export function PageFailed({ error }: ErrorComponentProps) {
  const t = useCommonTexts();
  return (
    <EmptyState
      level={1}
      title={t("failed")}
      help={
        <>
          {t("failedHelp")}
          <br />
          <span className="mono">{error instanceof Error ? error.message : String(error)}</span>
        </>
      }
      action={
        <Button type="primary" onClick={() => location.reload()}>
          {t("reload")}
        </Button>
      }
    />
  );
}
