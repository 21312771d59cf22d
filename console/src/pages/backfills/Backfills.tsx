import { Link } from "@tanstack/react-router";
import { Progress, Space, Table, Tag } from "antd";
import { useState } from "react";
import { call } from "@/api/client";
import { changed, useAction, useOperation } from "@/api/query";
import type { Out } from "@/api/types";
import { useMayChange } from "@/app/session";
import { useBackfillTexts } from "@/i18n/backfills";
import { useServerText } from "@/i18n/server";
import { ErrorBox } from "@/ui/ErrorBox";
import { PageList } from "@/ui/PageList";
import { RowAction } from "@/ui/RowAction";
import { StateTag } from "@/ui/StateTag";
import { TokenPager, useTokens } from "@/ui/TokenPager";
import { RelativeTime } from "@/ui/facts";
import { integer } from "@/ui/format";
import { useConfirm } from "@/ui/useConfirm";

type Job = Out<"QueryBackfillJobList">["BackfillJobList"][number];

/** All backfills, how far each is, and what can be done about it. */
export default function Backfills() {
  const t = useBackfillTexts();
  const server = useServerText();
  const mayChange = useMayChange();
  const [token, setToken] = useState<string>();
  const tokens = useTokens(token, setToken);
  const { data, error, isPending, refetch } = useOperation("QueryBackfillJobList", { MaximumPageSize: 20, ...(token ? { NextPageToken: token } : {}) });
  const update = useAction("UpdateBackfillJob", ["backfills"]);
  const [confirm, ask] = useConfirm();
  const cancel = (JobId: string) =>
    ask({
      title: t("cancelTitle"),
      content: t("cancelHelp"),
      ok: t("cancel"),
      action: () => call("UpdateBackfillJob", { JobId, State: "Cancelled" }).then(() => changed(["backfills"])),
    });
  return (
    <PageList title={t("title")} help={t("help")}>
      <ErrorBox error={error ?? update.error} retry={() => (error ? void refetch() : update.reset())} />
      <Table<Job>
        size="middle"
        sticky
        rowKey={(job) => job.JobId ?? ""}
        loading={isPending}
        dataSource={data?.BackfillJobList ?? []}
        pagination={false}
        scroll={{ x: 1100 }}
        locale={{ emptyText: isPending ? " " : t("empty") }}
        columns={[
          {
            title: t("workflow"),
            render: (_, job) => (
              <Link to="/workflows/$workflowId" params={{ workflowId: job.MediaWorkflowId ?? "" }}>
                {job.MediaWorkflowName}
              </Link>
            ),
          },
          { title: t("where"), render: (_, job) => <span className="mono" style={{ overflowWrap: "anywhere" }}>{`${job.Bucket ?? ""}/${job.Prefix ?? ""}`}</span> },
          {
            title: t("state"),
            width: 220,
            render: (_, job) => (
              <>
                <StateTag state={job.State} /> {job.DryRun && <Tag>{t("dryRun")}</Tag>}
                {job.Message && <div>{server(job.Message)}</div>}
              </>
            ),
          },
          {
            title: t("progress"),
            width: 220,
            render: (_, job) => {
              const [found, done] = [job.Found ?? 0, (job.Started ?? 0) + (job.LeftOut ?? 0)];
              if (job.DryRun) return `${t("found", { count: found - (job.LeftOut ?? 0) })}${job.LeftOut ? ` (${t("leftOut", { count: job.LeftOut })})` : ""}`;
              return (
                <>
                  {`${integer(job.Started ?? 0)} / ${integer(found)}`} {job.LeftOut ? `(${t("leftOut", { count: job.LeftOut })})` : ""}
                  <Progress size="small" showInfo={false} percent={found ? Math.floor((100 * done) / found) : 0} aria-label={t("progress")} />
                  {["Active", "Paused"].includes(job.State ?? "") && typeof job.Estimate?.EncodeMinutes === "number" && t("remaining", { minutes: job.Estimate.EncodeMinutes })}
                </>
              );
            },
          },
          { title: t("rate"), width: 130, render: (_, job) => (job.DryRun ? "–" : t("perMinute", { rate: job.RatePerMinute ?? 0 })) },
          { title: t("created"), width: 130, render: (_, job) => <RelativeTime time={job.CreationTime} /> },
          {
            title: t("actions"),
            width: 200,
            align: "end",
            render: (_, { JobId = "", State, MediaWorkflowId = "", MediaWorkflowName = "" }) => (
              <Space size={0}>
                {mayChange && State === "Active" && <RowAction verb={t("pause")} of={MediaWorkflowName} onClick={() => update.mutate({ JobId, State: "Paused" })} />}
                {mayChange && State === "Paused" && <RowAction verb={t("goOn")} of={MediaWorkflowName} onClick={() => update.mutate({ JobId, State: "Active" })} />}
                {mayChange && ["Listing", "Active", "Paused"].includes(State ?? "") && <RowAction verb={t("cancel")} of={MediaWorkflowName} onClick={() => cancel(JobId)} />}
                <Link to="/runs" search={{ workflow: MediaWorkflowId }} aria-label={`${t("runs")} ${MediaWorkflowName}`} style={{ padding: "0 8px" }}>
                  {t("runs")}
                </Link>
              </Space>
            ),
          },
        ]}
      />
      <TokenPager tokens={tokens} next={data?.NextPageToken} />
      {confirm}
    </PageList>
  );
}
