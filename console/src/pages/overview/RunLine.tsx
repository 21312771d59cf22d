import { Link } from "@tanstack/react-router";
import { Progress, Typography } from "antd";
import type { ReactNode } from "react";
import type { ExecutionRow } from "@/api/types";
import { RelativeTime } from "@/ui/facts";
import { fileName } from "@/ui/format";

/** One run in a short list. */
export function RunLine({ row, extra }: { row: ExecutionRow; extra?: ReactNode }) {
  const name = fileName(row.Input?.Object);
  return (
    <li>
      <Link to="/runs/$runId" params={{ runId: row.RunId ?? "" }} className="overview-run-name">
        {name}
      </Link>
      <Typography.Text type="secondary" ellipsis>
        {row.MediaWorkflowName}
      </Typography.Text>
      {row.State === "Running" ? (
        <Progress percent={row.Percent ?? 0} size="small" aria-label={name} style={{ width: 120, margin: 0 }} />
      ) : (
        <Typography.Text type="secondary">
          <RelativeTime time={row.FinishTime ?? row.CreationTime} />
        </Typography.Text>
      )}
      {extra}
    </li>
  );
}
