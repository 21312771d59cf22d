import { CloseOutlined, PlayCircleOutlined } from "@ant-design/icons";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button, Input, Segmented, Select, Space, type TableColumnsType, Tag } from "antd";
import { useEffect, useMemo, useState } from "react";
import { useWorkflows } from "@/api/lists";
import { changed, useOperation } from "@/api/query";
import type { ExecutionRow } from "@/api/types";
import { useMayChange } from "@/app/session";
import { useCommonTexts } from "@/i18n/common";
import { useRunTexts } from "@/i18n/runs";
import { DataTable } from "@/ui/DataTable";
import { DayRange } from "@/ui/DayRange";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBox } from "@/ui/ErrorBox";
import { PageList } from "@/ui/PageList";
import { TokenPager, useTokens } from "@/ui/TokenPager";
import { dayEnd, dayStart } from "@/ui/days";
import { Id, RelativeTime } from "@/ui/facts";
import * as format from "@/ui/format";
import { useConfirm } from "@/ui/useConfirm";
import { useFilters } from "@/ui/useFilters";
import { RunProgress, RunState } from "./RunState";
import { type Done, cancelRuns, runAgain } from "./bulk";
import { lasted, took } from "./timeline";

const SIZE = 50;
const NONE: ExecutionRow[] = [];
const idOf = (run: ExecutionRow) => run.RunId ?? "";
const STATES = ["Running", "Completed", "Fail", "Cancelled"] as const;

export default function RunList() {
  const t = useRunTexts();
  const navigate = useNavigate();
  const [search, setFilters] = useFilters();
  const { workflow, state = "", name = "", from, to, media, token } = search;
  const { data, error, isPending, isPlaceholderData, refetch } = useOperation("SearchMediaWorkflowExecutions", {
    MediaWorkflowId: workflow,
    HasFailure: state === "failures" || undefined,
    State: STATES.find((one) => one === state),
    Name: name || undefined,
    MediaId: media,
    StartOfCreationTime: dayStart(from),
    EndOfCreationTime: dayEnd(to),
    NextPageToken: token,
    MaximumPageSize: SIZE,
  });
  const tokens = useTokens(token, (next) => setFilters({ token: next }));
  const mayChange = useMayChange();
  const [selected, setSelected] = useState<readonly string[]>([]);
  const chosen = (data?.Executions ?? NONE).filter((run) => selected.includes(idOf(run))); // those on this page
  // The same columns and rows as before are not drawn again: a click on a filter is answered before the table is made anew.
  const columns = useMemo(
    (): TableColumnsType<ExecutionRow> => [
      {
        title: t("input"),
        ellipsis: true,
        render: (_, { RunId = "", Input: input }) => (
          <Link to="/runs/$runId" params={{ runId: RunId }} title={`${input?.Bucket}/${input?.Object}`}>
            {input?.Object?.split("/").at(-1) || RunId}
          </Link>
        ),
      },
      {
        title: t("workflow"),
        ellipsis: true,
        width: 180,
        render: (_, { MediaWorkflowId = "", MediaWorkflowName }) => (
          <Link to="/workflows/$workflowId" params={{ workflowId: MediaWorkflowId }}>
            {MediaWorkflowName}
          </Link>
        ),
      },
      { title: t("state"), width: 190, render: (_, run) => <RunState run={run} /> },
      { title: t("progress"), width: 170, render: (_, run) => <RunProgress run={run} /> },
      { title: t("started"), width: 130, render: (_, run) => <RelativeTime time={run.CreationTime} /> },
      { title: t("took"), width: 110, align: "end", render: (_, run) => <Took run={run} /> },
      { title: t("runId"), width: 180, render: (_, run) => <Id id={run.RunId} /> },
    ],
    [t],
  );
  const filtered = Boolean(workflow || state || name || from || to || media);

  return (
    <PageList title={t("title")} help={t("help")} filters={<Filters />}>
      <ErrorBox error={error} retry={() => void refetch()} />
      {chosen.length > 0 && <Chosen runs={chosen} clear={() => setSelected([])} />}
      <DataTable<ExecutionRow>
        {...(mayChange && {
          rowSelection: {
            selectedRowKeys: chosen.map(idOf),
            onChange: (keys) => setSelected(keys.map(String)),
            getCheckboxProps: (run) => ({ "aria-label": t("select", { name: run.Input?.Object ?? idOf(run) }) }) as object,
            getTitleCheckboxProps: () => ({ "aria-label": t("selectAll") }) as object,
          },
        })}
        rowKey={idOf}
        dataSource={data?.Executions ?? NONE}
        loading={isPending || isPlaceholderData}
        pagination={false}
        scroll={{ x: 1140 }}
        locale={{
          emptyText: isPending ? (
            " "
          ) : filtered ? (
            t("emptyFilter")
          ) : (
            <EmptyState icon={<PlayCircleOutlined />} title={t("empty")} help={t("emptyHelp")} action={<Button onClick={() => void navigate({ to: "/upload" })}>{t("upload")}</Button>} />
          ),
        }}
        columns={columns}
      />
      <TokenPager tokens={tokens} next={data?.NextPageToken} />
    </PageList>
  );
}

/** What can be done with several runs at once. */
function Chosen({ runs, clear }: { runs: readonly ExecutionRow[]; clear: () => void }) {
  const t = useRunTexts();
  const [dialog, ask] = useConfirm();
  const [partly, setPartly] = useState<Done>();
  const [busy, setBusy] = useState(false);
  const running = runs.filter((run) => run.State === "Running").length;
  const ended = (done: Done) => {
    changed(["executions", "jobs", "media"]);
    if (done.error === undefined) clear();
    else setPartly(done);
  };
  const cancel = () => ask({ title: t("cancelMany", { count: running }), content: t("cancelHelp"), ok: t("cancel"), action: () => cancelRuns(runs).then(ended) });
  const again = () => {
    setBusy(true);
    void runAgain(runs)
      .then(ended)
      .finally(() => setBusy(false));
  };
  return (
    <>
      {dialog}
      {partly && (
        <>
          <p>{t("someFailed", { done: partly.done, all: partly.all })}</p>
          <ErrorBox error={partly.error} onClose={() => setPartly(undefined)} />
        </>
      )}
      <Space style={{ marginBottom: 12 }} role="toolbar" aria-label={t("selected", { count: runs.length })}>
        <strong>{t("selected", { count: runs.length })}</strong>
        <Button danger disabled={!running || busy} onClick={cancel}>
          {t("cancelSelected", { count: running })}
        </Button>
        <Button loading={busy} disabled={running === runs.length} onClick={again}>
          {t("againSelected", { count: runs.length - running })}
        </Button>
        <Button type="text" onClick={clear}>
          {t("clearSelection")}
        </Button>
      </Space>
    </>
  );
}

function Took({ run }: { run: ExecutionRow }) {
  const time = took({ StartTime: run.CreationTime, FinishTime: run.FinishTime, State: run.State }, Date.now());
  return time === undefined || run.State === "Running" ? "–" : lasted(time);
}

/** The filters, each kept in the address. */
function Filters() {
  const t = useRunTexts();
  const common = useCommonTexts();
  const [{ workflow, state = "", name = "", from, to, media }, setFilters] = useFilters();
  const workflows = useWorkflows();
  const set = (patch: Record<string, string | undefined>) => setFilters({ ...patch, token: undefined });
  const [typed, setTyped] = useState(name);
  useEffect(() => setTyped(name), [name]);
  return (
    <>
      <Segmented
        aria-label={t("filterState")}
        value={state}
        onChange={(value) => set({ state: value || undefined })}
        options={[
          { value: "", label: common("all") },
          { value: "Running", label: common("stateRunning") },
          { value: "Completed", label: common("stateCompleted") },
          { value: "failures", label: t("withFailures") },
          { value: "Fail", label: common("stateFailed") },
          { value: "Cancelled", label: common("stateCancelled") },
        ]}
      />
      <Select
        aria-label={t("filterWorkflow")}
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        placeholder={t("anyWorkflow")}
        style={{ width: 180 }}
        value={workflow}
        onChange={(value) => set({ workflow: value })}
        options={(workflows.data ?? []).map(({ MediaWorkflowId = "", Name }) => ({ value: MediaWorkflowId, label: Name }))}
      />
      <Input.Search
        aria-label={t("filterName")}
        placeholder={t("filterName")}
        allowClear
        style={{ width: 220 }}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onSearch={(value) => set({ name: value.trim() || undefined })}
      />
      <DayRange label={t("filterTime")} from={from} to={to} onChange={(first, last) => set({ from: first, to: last })} />
      {media && (
        <Tag closable closeIcon={<CloseOutlined aria-label={t("clear")} />} onClose={() => set({ media: undefined })}>
          {t("onlyMedia", { id: format.shortId(media) })}
        </Tag>
      )}
      {(state || workflow || name || from || to || media) && (
        <Button type="link" onClick={() => set({ state: undefined, workflow: undefined, name: undefined, from: undefined, to: undefined, media: undefined })}>
          {t("clear")}
        </Button>
      )}
    </>
  );
}
