import { SwapOutlined } from "@ant-design/icons";
import { Progress } from "antd";
import { useState } from "react";
import { call } from "@/api/client";
import { changed, useOperation } from "@/api/query";
import type { Out } from "@/api/types";
import { useMayChange } from "@/app/session";
import { useTaskTexts } from "@/i18n/tasks";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBox } from "@/ui/ErrorBox";
import { AddButton, PageList } from "@/ui/PageList";
import { RowAction } from "@/ui/RowAction";
import { StateTag } from "@/ui/StateTag";
import { TokenPager, useTokens } from "@/ui/TokenPager";
import { Id, RelativeTime } from "@/ui/facts";
import { look } from "@/ui/states";
import { useConfirm } from "@/ui/useConfirm";
import { useFilters } from "@/ui/useFilters";
import { CreateTranscode } from "./CreateTranscode";
import { JobDetail } from "./JobDetail";
import { JobFilters } from "./JobFilters";
import { plainKey } from "./keys";

type Job = Out<"ListJob">["JobList"]["Job"][number];

const STATES = ["Submitted", "Transcoding", "TranscodeSuccess", "TranscodeFail", "TranscodeCancelled"] as const;

export function TranscodeJobs() {
  const t = useTaskTexts();
  const mayChange = useMayChange();
  const [{ state, queue, token }, set] = useFilters();
  const { data, error, isPending, isPlaceholderData, refetch } = useOperation("ListJob", {
    State: STATES.find((known) => known === state),
    PipelineId: queue,
    NextPageToken: token,
    MaximumPageSize: 50,
  });
  const tokens = useTokens(token, (next) => set({ token: next }));
  const [creating, setCreating] = useState(false);
  const [confirm, ask] = useConfirm();
  const cancel = (job: Job) =>
    ask({ title: t("cancelTitle"), content: t("cancelHelp"), ok: t("cancelOk"), action: () => call("CancelJob", { JobId: job.JobId ?? "" }).then(() => changed(["jobs"])) });
  const create = mayChange && <AddButton label={t("create")} onClick={() => setCreating(true)} />;
  const empty = state || queue ? <EmptyState title={t("nothingFound")} /> : <EmptyState icon={<SwapOutlined />} title={t("emptyTranscode")} help={t("emptyTranscodeHelp")} action={create} />;
  return (
    <PageList title={t("transcode")} help={t("transcodeHelp")} action={create} filters={<JobFilters states={STATES} />}>
      <ErrorBox error={error} retry={() => void refetch()} />
      <DataTable<Job>
        rowKey={(job) => job.JobId ?? ""}
        dataSource={data?.JobList.Job ?? []}
        loading={isPending || isPlaceholderData}
        pagination={false}
        locale={{ emptyText: !data ? " " : empty }}
        expandable={{
          columnTitle: <span className="visually-hidden">{t("details")}</span>,
          expandedRowRender: (job) => <JobDetail code={job.Code} message={job.Message} failure={job.Failure} properties={job.Output?.Properties} />,
        }}
        columns={[
          { title: t("id"), render: (_, job) => <Id id={job.JobId} /> },
          { title: t("state"), render: (_, job) => <JobState job={job} /> },
          { title: t("input"), render: (_, job) => <span style={{ overflowWrap: "anywhere" }}>{plainKey(job.Input)}</span> },
          { title: t("output"), render: (_, job) => <span style={{ overflowWrap: "anywhere" }}>{plainKey(job.Output?.OutputFile)}</span> },
          { title: t("created"), render: (_, job) => <RelativeTime time={job.CreationTime} /> },
          { title: t("finished"), render: (_, job) => <RelativeTime time={job.FinishTime} /> },
          {
            title: <span className="visually-hidden">{t("actions")}</span>,
            align: "end",
            render: (_, job) =>
              mayChange &&
              job.State === "Submitted" && (
                <RowAction verb={t("cancelOk")} of={job.JobId} danger onClick={() => cancel(job)} />
              ),
          },
        ]}
      />
      <TokenPager tokens={tokens} next={data?.NextPageToken} />
      <CreateTranscode open={creating} close={() => setCreating(false)} />
      {confirm}
    </PageList>
  );
}

function JobState({ job }: { job: Job }) {
  if (look(job.State) !== "running") return <StateTag state={job.State} />;
  return (
    <>
      <StateTag state={job.State} />
      <Progress percent={job.Percent ?? 0} size="small" style={{ width: 120, margin: 0 }} aria-label={job.JobId} />
    </>
  );
}
