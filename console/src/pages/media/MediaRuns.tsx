import { Link } from "@tanstack/react-router";
import { Table } from "antd";
import { useOperation } from "@/api/query";
import type { ExecutionRow } from "@/api/types";
import { useMediaTexts } from "@/i18n/media";
import { useRunTexts } from "@/i18n/runs";
import { RunProgress, RunState } from "@/pages/runs/RunState";
import { ErrorBox } from "@/ui/ErrorBox";
import { Id, RelativeTime } from "@/ui/facts";

export const NEWEST = 5;

/** The newest executions of a media. */
export function MediaRuns({ mediaId }: { mediaId: string }) {
  const t = useMediaTexts();
  const runs = useRunTexts();
  const { data, error, isPending, refetch } = useOperation("SearchMediaWorkflowExecutions", { MediaId: mediaId, MaximumPageSize: NEWEST });
  return (
    <section aria-label={t("runs")}>
      <h2>{t("runs")}</h2>
      <ErrorBox error={error} retry={() => void refetch()} />
      <Table<ExecutionRow>
        size="small"
        rowKey={(run) => run.RunId ?? ""}
        dataSource={data?.Executions ?? []}
        loading={isPending}
        pagination={false}
        scroll={{ x: 740 }}
        locale={{ emptyText: isPending ? " " : t("noRuns") }}
        columns={[
          {
            title: runs("workflow"),
            render: (_, { RunId = "", MediaWorkflowName }) => (
              <Link to="/runs/$runId" params={{ runId: RunId }}>
                {MediaWorkflowName || RunId}
              </Link>
            ),
          },
          { title: runs("state"), render: (_, run) => <RunState run={run} /> },
          { title: runs("progress"), width: 170, render: (_, run) => <RunProgress run={run} /> },
          { title: runs("started"), width: 130, render: (_, run) => <RelativeTime time={run.CreationTime} /> },
          { title: runs("runId"), width: 180, render: (_, run) => <Id id={run.RunId} /> },
        ]}
      />
      {data?.NextPageToken && (
        <Link to="/runs" search={{ media: mediaId }}>
          {t("allRuns")}
        </Link>
      )}
    </section>
  );
}
