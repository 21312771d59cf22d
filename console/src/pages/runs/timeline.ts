/** Times of a run: spans of activities on one line, and how long things took. Pure. */
import type { ActivityRow, Execution } from "@/api/types";
import * as format from "@/ui/format";

export interface Span {
  /** Share of the whole, 0 to 1. */
  left: number;
  width: number;
}

export interface Row {
  name: string;
  type: string;
  state: string;
  /** Undefined for an activity that has not begun. */
  span: Span | undefined;
  /** Milliseconds that it took or has taken. */
  took: number | undefined;
  pieces: readonly { name: string; state: string; span: Span }[];
}

export interface TimeLine {
  /** Milliseconds from the first begin to the end, or to now while it runs. */
  length: number;
  rows: readonly Row[];
}

const ms = (text: string | undefined): number | undefined => (text ? Date.parse(text) : undefined);

/** How long something took; of what runs or waits for a person, how long it has. */
export function took(item: { StartTime?: string | undefined; FinishTime?: string | undefined; State?: string | undefined }, now: number): number | undefined {
  const start = ms(item.StartTime);
  if (start === undefined) return undefined;
  const end = ms(item.FinishTime) ?? (item.State === "Running" || item.State === "Waiting" ? now : undefined);
  return end === undefined ? undefined : Math.max(0, end - start);
}

/** The state as one sees it: what has begun but waits for a place does not run, and what was cancelled is nobody's failure. */
export function stateOf(activity: ActivityRow): string {
  if (activity.State === "Fail" && activity.Code === "JobCancelled") return "Cancelled";
  return activity.Waiting && activity.State !== "Fail" ? "Waiting" : (activity.State ?? "Init");
}

/** How long a run took or has taken. */
export function runTook(run: Execution, now: number): number | undefined {
  return took({ StartTime: run.CreationTime, FinishTime: run.FinishTime, State: run.State }, now);
}

/** A duration as far as it is known: the API tells whole seconds. */
export function lasted(milliseconds: number): string {
  if (milliseconds < 1000) return "< 1 s";
  return milliseconds < 60_000 ? `${Math.round(milliseconds / 1000)} s` : format.duration(milliseconds);
}

/** Rows in the order of their begin; those that have not begun come last, as they stand. */
export function timeLine(run: Execution, now: number): TimeLine {
  const activities = run.Activities.filter((activity) => activity.Name);
  const starts = activities.flatMap((activity) => ms(activity.StartTime) ?? []);
  const first = Math.min(...starts, ms(run.CreationTime) ?? Infinity);
  const ends = activities.flatMap((activity) => ms(activity.FinishTime) ?? []);
  const last = run.State === "Running" ? Math.max(now, ...ends) : Math.max(ms(run.FinishTime) ?? -Infinity, ...ends, ...starts);
  const length = Number.isFinite(last - first) ? Math.max(last - first, 1) : 1;
  const spanOf = (item: Parameters<typeof took>[0]): Span | undefined => {
    const start = ms(item.StartTime);
    if (start === undefined) return undefined;
    const width = (took(item, now) ?? 0) / length;
    return { left: Math.min(1, Math.max(0, (start - first) / length)), width: Math.min(1, width) };
  };
  const rows = activities.map((activity) => row(activity, spanOf, now));
  const begun = (one: Row) => one.span?.left ?? 2;
  return { length, rows: rows.toSorted((a, b) => begun(a) - begun(b)) };
}

function row(activity: ActivityRow, spanOf: (item: Parameters<typeof took>[0]) => Span | undefined, now: number): Row {
  const pieces = activity.Pieces.flatMap((piece) => {
    const span = spanOf(piece);
    return span ? [{ name: piece.Name ?? "", state: piece.State ?? "", span }] : [];
  });
  return { name: activity.Name ?? "", type: activity.Type ?? "", state: stateOf(activity), span: spanOf(activity), took: activity.State === "Skipped" ? undefined : took(activity, now), pieces };
}

const sameSpan = (a: Span | undefined, b: Span | undefined): boolean => a?.left === b?.left && a?.width === b?.width;

/** Whether two rows look alike. */
export function sameRow(a: Row, b: Row): boolean {
  const alike = a.name === b.name && a.state === b.state && a.took === b.took && sameSpan(a.span, b.span) && a.pieces.length === b.pieces.length;
  return alike && a.pieces.every(({ name, state, span }, place) => name === b.pieces[place]?.name && state === b.pieces[place].state && sameSpan(span, b.pieces[place].span));
}

/** Round moments for the axis, at most about `count` of them and no nearer than the seconds that the API tells. */
export function marks(length: number, count = 6): number[] {
  const steps = [1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 216e5, 864e5];
  const step = steps.find((one) => length / one <= count) ?? Math.ceil(length / count / 864e5) * 864e5;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, place) => place * step);
}

/** The activity to show when the address names none: what failed first, else what runs, else what waits. */
export function telling(run: Execution): string | undefined {
  const of = (state: string) => run.Activities.find((activity) => activity.State === state)?.Name;
  return of("Fail") ?? of("Running") ?? run.Activities.find((activity) => activity.Waiting)?.Name;
}

export type Verdict = "running" | "fine" | "failures" | "failed" | "cancelled";

/** "Is it fine?" A run that ended may hold failures all the same. */
export function verdict(run: Pick<Execution, "State" | "Cancelled" | "Failed">): Verdict {
  if (run.State === "Running") return "running";
  if (run.Cancelled) return "cancelled";
  if (run.State === "Fail") return "failed";
  return (run.Failed ?? 0) > 0 ? "failures" : "fine";
}
