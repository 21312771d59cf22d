import { PictureOutlined } from "@ant-design/icons";
import { useOperation } from "@/api/query";
import type { Out } from "@/api/types";
import { useTaskTexts } from "@/i18n/tasks";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBox } from "@/ui/ErrorBox";
import { PageList } from "@/ui/PageList";
import { StateTag } from "@/ui/StateTag";
import { TokenPager, useTokens } from "@/ui/TokenPager";
import { Id, RelativeTime } from "@/ui/facts";
import { useFilters } from "@/ui/useFilters";
import { JobDetail } from "./JobDetail";
import { JobFilters } from "./JobFilters";
import { plainKey } from "./keys";

type Job = Out<"QuerySnapshotJobList">["SnapshotJobList"]["SnapshotJob"][number];

const STATES = ["Submitted", "Snapshoting", "Success", "Fail"] as const;

export function SnapshotJobs() {
  const t = useTaskTexts();
  const [{ state, queue, token }, set] = useFilters();
  const { data, error, isPending, isPlaceholderData, refetch } = useOperation("QuerySnapshotJobList", {
    State: STATES.find((known) => known === state),
    PipelineId: queue,
    NextPageToken: token,
    MaximumPageSize: 50,
  });
  const tokens = useTokens(token, (next) => set({ token: next }));
  const empty = state || queue ? <EmptyState title={t("nothingFound")} /> : <EmptyState icon={<PictureOutlined />} title={t("emptySnapshot")} help={t("emptySnapshotHelp")} />;
  return (
    <PageList title={t("snapshot")} help={t("snapshotHelp")} filters={<JobFilters states={STATES} />}>
      <ErrorBox error={error} retry={() => void refetch()} />
      <DataTable<Job>
        rowKey={(job) => job.Id ?? ""}
        dataSource={data?.SnapshotJobList.SnapshotJob ?? []}
        loading={isPending || isPlaceholderData}
        pagination={false}
        locale={{ emptyText: !data ? " " : empty }}
        expandable={{
          columnTitle: <span className="visually-hidden">{t("details")}</span>,
          expandedRowRender: (job) => <JobDetail code={job.Code} message={job.Message} failure={job.Failure} />,
        }}
        columns={[
          { title: t("id"), render: (_, job) => <Id id={job.Id} /> },
          { title: t("state"), render: (_, job) => <StateTag state={job.State} /> },
          { title: t("input"), render: (_, job) => <span style={{ overflowWrap: "anywhere" }}>{plainKey(job.Input)}</span> },
          { title: t("output"), render: (_, job) => <span style={{ overflowWrap: "anywhere" }}>{plainKey(job.SnapshotConfig?.OutputFile)}</span> },
          { title: t("pictures"), align: "end", render: (_, job) => job.Count ?? (job.State === "Success" ? "1" : "–") },
          { title: t("created"), render: (_, job) => <RelativeTime time={job.CreationTime} /> },
        ]}
      />
      <TokenPager tokens={tokens} next={data?.NextPageToken} />
    </PageList>
  );
}
