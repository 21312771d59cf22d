import { call } from "@/api/client";
import type { ExecutionRow } from "@/api/types";
import { objectUrl } from "./objectUrl";

export interface Done {
  done: number;
  all: number;
  error?: unknown;
}

const AT_ONCE = 5;

/** Does it for each run, a few at once; how many came off, and the first refusal if there was one. */
async function each(runs: readonly ExecutionRow[], act: (run: ExecutionRow) => Promise<unknown>): Promise<Done> {
  const results: PromiseSettledResult<unknown>[] = [];
  for (let at = 0; at < runs.length; at += AT_ONCE) results.push(...(await Promise.allSettled(runs.slice(at, at + AT_ONCE).map(act))));
  const failed = results.find((result) => result.status === "rejected");
  return { done: results.filter((result) => result.status === "fulfilled").length, all: runs.length, error: failed?.reason as unknown };
}

/** What still runs is cancelled. */
export const cancelRuns = (runs: readonly ExecutionRow[]) =>
  each(
    runs.filter((run) => run.State === "Running"),
    (run) => call("CancelMediaWorkflowExecution", { RunId: run.RunId ?? "" }),
  );

/** What has ended is run again, on the same input by the same workflow. */
export const runAgain = (runs: readonly ExecutionRow[]) =>
  each(
    runs.filter((run) => run.State !== "Running"),
    ({ Input: input, MediaWorkflowId }) => call("AddMedia", { FileURL: objectUrl(input?.Bucket ?? "", input?.Location ?? "", input?.Object ?? ""), MediaWorkflowId, InputUnbind: false }),
  );
