import { BellOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Badge, Button, Popover, Progress, Typography } from "antd";
import { useState } from "react";
import { useOperation } from "@/api/query";
import type { ExecutionRow } from "@/api/types";
import { useShellTexts } from "@/i18n/shell";
import { ErrorBox } from "@/ui/ErrorBox";
import { StateTag } from "@/ui/StateTag";
import { RelativeTime } from "@/ui/facts";
import { fileName } from "@/ui/format";

/** What runs now and what happened last. The number is that of the running executions. */
export function ActivityBell() {
  const t = useShellTexts();
  const [open, setOpen] = useState(false);
  const { data: overview } = useOperation("GetOverview", {});
  const running = overview?.Executions?.Running ?? 0;
  return (
    <Popover trigger="click" placement="bottomRight" open={open} onOpenChange={setOpen} title={t("activity")} content={<Latest close={() => setOpen(false)} />} destroyOnHidden>
      <Badge count={running} size="small" offset={[-4, 6]} color="#1d4ed8">
        <Button type="text" icon={<BellOutlined />} aria-label={t("activityCount", { count: running })} aria-expanded={open} />
      </Badge>
    </Popover>
  );
}

function Latest({ close }: { close: () => void }) {
  const t = useShellTexts();
  const { data, error } = useOperation("SearchMediaWorkflowExecutions", { MaximumPageSize: 8 });
  if (error) return <ErrorBox error={error} />;
  const rows = data?.Executions ?? [];
  return (
    <div style={{ width: 360, maxHeight: 440, overflow: "auto" }}>
      {data && !rows.length && <Typography.Text type="secondary">{t("noActivity")}</Typography.Text>}
      <ul style={{ listStyle: "none", padding: 0, margin: 0 }}>
        {rows.map((row) => (
          <li key={row.RunId} style={{ padding: "6px 0" }}>
            <Link to="/runs/$runId" params={{ runId: row.RunId ?? "" }} onClick={close} style={{ display: "block", overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>
              {fileName(row.Input?.Object)}
            </Link>
            <Line row={row} />
          </li>
        ))}
      </ul>
      <Link to="/runs" onClick={close}>
        {t("allRuns")}
      </Link>
    </div>
  );
}

function Line({ row }: { row: ExecutionRow }) {
  return (
    <div style={{ display: "flex", gap: 8, alignItems: "center", justifyContent: "space-between", fontSize: 13 }}>
      <StateTag state={row.Cancelled ? "Cancelled" : row.State} />
      {row.State === "Running" ? (
        <Progress percent={row.Percent ?? 0} size="small" style={{ width: 140, margin: 0 }} aria-label={fileName(row.Input?.Object)} />
      ) : (
        <Typography.Text type="secondary">
          <RelativeTime time={row.FinishTime ?? row.CreationTime} />
        </Typography.Text>
      )}
    </div>
  );
}
