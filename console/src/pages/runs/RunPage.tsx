import { CheckCircleFilled, CloseCircleFilled, ExclamationCircleFilled, LoadingOutlined, MinusCircleFilled } from "@ant-design/icons";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { App, Button } from "antd";
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState, type SetStateAction } from "react";
import { call } from "@/api/client";
import { useWatchedRun } from "@/api/events";
import { changed, useCatalogue, useOperation } from "@/api/query";
import type { Catalogue, Execution } from "@/api/types";
import { useMayChange } from "@/app/session";
import { Canvas, NOTHING, type CanvasHandle, type Selection } from "@/flow/Canvas";
import { arranged, placed, type Drawing } from "@/flow/edit";
import { readLayout } from "@/flow/editor/drafts";
import type { Live } from "@/flow/elements";
import { EMPTY_GRAPH, parseTopology } from "@/flow/topology";
import { useTemplates } from "@/flow/useChoices";
import { useRunTexts } from "@/i18n/runs";
import { useServerText } from "@/i18n/server";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBox } from "@/ui/ErrorBox";
import { Id, RelativeTime } from "@/ui/facts";
import { useTitle } from "@/ui/PageList";
import { PagePending } from "@/ui/PagePending";
import { StateTag } from "@/ui/StateTag";
import { useConfirm } from "@/ui/useConfirm";
import { useFilters } from "@/ui/useFilters";
import { ActivityDetail } from "./ActivityDetail";
import "./run.css";
import { lasted, runTook, stateOf, telling, took, verdict } from "./timeline";
import { RerunDialog } from "./RerunDialog";
import { TimeLineView } from "./TimeLineView";
import { useNow } from "./useNow";
import { useRunAgain } from "./useRunAgain";

export default function RunPage() {
  const t = useRunTexts();
  const { runId = "" } = useParams({ strict: false });
  useWatchedRun(runId);
  const { data, error, isPending, isPlaceholderData, refetch } = useOperation("DescribeExecution", { RunId: runId });
  const catalogue = useCatalogue();
  const failed = error ?? catalogue.error;
  if (failed || isPending || isPlaceholderData || !data || !catalogue.data) return <PagePending error={failed} retry={() => void refetch()} />;
  if (!data.Execution) return <EmptyState level={1} title={t("notFound")} help={t("notFoundHelp")} action={<Link to="/runs">{t("toList")}</Link>} />;
  return <Run key={runId} run={data.Execution} catalogue={catalogue.data} />;
}

function Run({ run, catalogue }: { run: Execution; catalogue: Catalogue }) {
  const t = useRunTexts();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const mayChange = useMayChange();
  const [{ activity: asked }, setSearch] = useFilters();
  const running = run.State === "Running";
  const now = useNow(running);
  const templates = useTemplates();
  const [confirm, ask] = useConfirm();
  const again = useRunAgain(run);
  const [redoing, setRedoing] = useState<string>(); // the page's: what the run does meanwhile must not take the question away
  const canvas = useRef<CanvasHandle>(null);
  const title = run.Input?.Object?.split("/").at(-1) || (run.RunId ?? "");
  useTitle(title);

  // What the address names, else what tells most; that choice stays when the run goes on.
  const first = useRef<string>(undefined);
  first.current ??= telling(run);
  const chosen = asked ?? first.current;
  const drawing = useMemo(() => draw(run.Topology, run.MediaWorkflowId, catalogue), [run.Topology, run.MediaWorkflowId, catalogue]);
  // The large parts follow when there is time: news of a run, twice a second, never hold up a click.
  const calmRun = useDeferredValue(run);
  const calmNow = useDeferredValue(now);
  const activity = calmRun.Activities.find((one) => one.Name === chosen);
  const live = useMemo(() => liveOf(calmRun, calmNow), [calmRun, calmNow]);
  const seen = useMemo(() => ({ drawing, catalogue, templates, live }), [drawing, catalogue, templates, live]);
  const selection = useMemo((): Selection => (chosen ? { nodes: [chosen], edges: [] } : NOTHING), [chosen]);
  const choose = useCallback((name: string) => setSearch({ activity: name }), [setSearch]);
  const onSelect = useCallback(
    (change: SetStateAction<Selection>) => {
      const next = typeof change === "function" ? change(selection) : change;
      const name = next.nodes.find((one) => one !== chosen);
      if (name) choose(name);
    },
    [selection, chosen, choose],
  );
  // A failure that happens while one looks on opens itself, unless one looks at something else.
  const failures = run.Failed ?? 0;
  const before = useRef(failures);
  useEffect(() => {
    if (failures > before.current && !asked) first.current = telling(run);
    before.current = failures;
  }, [failures, asked, run]);

  const cancel = () =>
    ask({
      title: t("cancelTitle"),
      content: t("cancelHelp"),
      ok: t("cancel"),
      action: () => call("CancelMediaWorkflowExecution", { RunId: run.RunId ?? "" }).then(() => changed(["executions", "jobs"])),
    });
  const retry = () =>
    ask({
      title: t("retryTitle", { count: failures }),
      content: t("retryHelp"),
      ok: t("retryFailed"),
      action: () => call("RetryMediaWorkflowExecution", { RunId: run.RunId ?? "" }).then(() => changed(["executions", "jobs", "media"])),
    });
  const { mutate: runAgain, isPending: repeating } = again;
  const repeat = useMemo(
    () =>
      mayChange &&
      !running && (
        <Button
          loading={repeating}
          onClick={() =>
            runAgain(undefined, {
              onSuccess: (id) => (id ? void navigate({ to: "/runs/$runId", params: { runId: id } }) : void message.warning(t("againNothing"))),
            })
          }
        >
          {t("again")}
        </Button>
      ),
    [mayChange, running, repeating, runAgain, navigate, message, t],
  );

  const rerun = useMemo(
    () =>
      mayChange &&
      !running &&
      activity && (
        <Button size="small" onClick={() => setRedoing(activity.Name)}>
          {t("rerun")}
        </Button>
      ),
    [mayChange, running, activity, t],
  );

  return (
    <div className="run">
      <header style={{ display: "flex", gap: 16, alignItems: "center", flexWrap: "wrap" }}>
        <div style={{ flex: 1, minWidth: 260 }}>
          <h1 style={{ fontSize: 20, fontWeight: 600, lineHeight: "32px", margin: 0, overflowWrap: "anywhere" }}>
            {title} <StateTagOf run={run} />
          </h1>
          <span className="run-hint" style={{ fontSize: 13 }}>
            {run.MediaWorkflowId && (
              <>
                <Link to="/workflows/$workflowId" params={{ workflowId: run.MediaWorkflowId }}>
                  {run.MediaWorkflowName}
                </Link>{" "}
                ·{" "}
                <Link to="/workflows/$workflowId" params={{ workflowId: run.MediaWorkflowId }} search={{ run: run.RunId ?? "" }}>
                  {t("asCopied")}
                </Link>
              </>
            )}{" "}
            · {t("started")} <RelativeTime time={run.CreationTime} /> · <Id id={run.RunId} />
          </span>
        </div>
        {run.MediaId && (
          <Link to="/media/$mediaId" params={{ mediaId: run.MediaId }}>
            {t("openMedia")}
          </Link>
        )}
        {mayChange && !running && failures > 0 && <Button onClick={retry}>{t("retryFailed")}</Button>}
        {repeat}
        {mayChange && running && (
          <Button danger onClick={cancel}>
            {t("cancel")}
          </Button>
        )}
      </header>
      <VerdictLine run={run} now={now} onChoose={choose} />
      <ErrorBox error={again.error} onClose={again.reset} />
      <div className="run-canvas">
        <Canvas seen={seen} label={t("canvas")} selection={selection} onSelect={onSelect} handle={canvas} />
      </div>
      <div className="run-lower">
        <TimeLineView run={calmRun} now={calmNow} chosen={chosen} onChoose={choose} />
        {activity ? (
          <ActivityDetail key={activity.Name} run={calmRun} activity={activity} now={activity.State === "Running" ? calmNow : 0} actions={repeat} rerun={rerun} />
        ) : (
          <section className="run-section">
            <span className="run-hint">{t("choose")}</span>
          </section>
        )}
      </div>
      {redoing !== undefined && <RerunDialog run={run} activity={redoing} onClose={() => setRedoing(undefined)} />}
      {confirm}
    </div>
  );
}

const StateTagOf = ({ run }: { run: Execution }) => (
  <span style={{ fontSize: 14, fontWeight: 400, marginInlineStart: 8 }}>
    <StateTag state={run.Cancelled ? "Cancelled" : run.State} />
  </span>
);

const MOST = 3; // causes on the first line; the drawing shows the rest
const MARKS = {
  running: [LoadingOutlined, "running"],
  fine: [CheckCircleFilled, "success"],
  failures: [ExclamationCircleFilled, "failed"],
  failed: [CloseCircleFilled, "failed"],
  cancelled: [MinusCircleFilled, "skipped"],
} as const;

/** "Is it fine?", and what it is doing or waiting for and why. */
function VerdictLine({ run, now, onChoose }: { run: Execution; now: number; onChoose: (name: string) => void }) {
  const t = useRunTexts();
  const say = useServerText();
  const found = verdict(run);
  const [Mark, look] = MARKS[found];
  const broken = run.Activities.filter((activity) => stateOf(activity) === "Fail");
  const skipped = run.Activities.filter((activity) => activity.State === "Skipped").length;
  const time = lasted(runTook(run, now) ?? 0);
  return (
    <div className="run-verdict" data-look={look}>
      <Mark aria-hidden />
      <span>
        <b>{found === "fine" && skipped > 0 ? t("verdict_skipped", { time, count: skipped }) : t(`verdict_${found}`, { time, count: run.Failed ?? 0 })}</b>
        {found === "running" && run.Percent !== undefined && <b> · {run.Percent} %</b>}
        {run.Doing && (found === "running" || found === "cancelled" || !broken.length) && found !== "fine" && ` · ${say(run.Doing)}`}
        {broken.slice(0, MOST).map((activity) => (
          <button key={activity.Name} type="button" className="run-cause" onClick={() => onChoose(activity.Name ?? "")}>
            <b>{activity.Name}</b>: {say(activity.Message ?? "") || activity.Code}
          </button>
        ))}
      </span>
    </div>
  );
}

/** The drawing that the run copied, where the workflow's editor has placed things. */
function draw(topology: string | undefined, workflowId: string | undefined, catalogue: Catalogue): Drawing {
  try {
    const graph = parseTopology(topology ?? "");
    return placed(graph, catalogue, readLayout(workflowId ?? ""));
  } catch {
    return arranged(EMPTY_GRAPH, catalogue);
  }
}

function liveOf(run: Execution, now: number): ReadonlyMap<string, Live> {
  return new Map(
    run.Activities.map((activity) => {
      const time = took(activity, now);
      return [activity.Name ?? "", { state: stateOf(activity), percent: activity.Percent, duration: time === undefined || time < 1000 ? undefined : lasted(time) }];
    }),
  );
}
