import { Progress } from "antd";
import type { ExecutionRow } from "@/api/types";
import { useRunTexts } from "@/i18n/runs";
import { StateTag } from "@/ui/StateTag";

/** State of a run as its lists show it; "completed" says nothing about failures, so they are told. */
export function RunState({ run }: { run: ExecutionRow }) {
  const t = useRunTexts();
  return (
    <>
      <StateTag state={run.Cancelled ? "Cancelled" : run.State} />
      {(run.Failed ?? 0) > 0 && <span style={{ color: "var(--state-failed)", marginInlineStart: 8, whiteSpace: "nowrap" }}>{t("failedCount", { count: run.Failed ?? 0 })}</span>}
    </>
  );
}

export function RunProgress({ run }: { run: ExecutionRow }) {
  const t = useRunTexts();
  const told = t("progressOf", { done: run.Done ?? 0, all: run.Activities ?? 0 });
  if (run.State !== "Running") return told;
  return (
    <span style={{ display: "flex", gap: 8, alignItems: "center" }}>
      <Progress percent={run.Percent ?? 0} size="small" showInfo={false} style={{ width: 80, margin: 0 }} aria-label={t("progress")} /> {told}
    </span>
  );
}
