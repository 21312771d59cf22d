import { useEffect, useSyncExternalStore } from "react";
import { ROOT, checkSession } from "./client";
import { changed, operationKey, queries } from "./query";
import type { Execution, Overview } from "./types";

/** One stream per tab (browsers allow six connections to a host). Its first event is a snapshot, so a reconnect loses nothing. */
const RETRY = 3000; // ms
let source: EventSource | null = null;
let watched = "";
let connected = true;
let connectedBefore = false;
let retry: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function setConnected(now: boolean) {
  if (connected === now) return;
  connected = now;
  for (const tell of listeners) tell();
}

function keepOverview(overview: Overview | null | undefined) {
  if (overview) queries.setQueryData(operationKey("GetOverview", {}), overview);
}

function keepRun(run: Execution | null | undefined) {
  if (run?.RunId) queries.setQueryData(operationKey("DescribeExecution", { RunId: run.RunId }), { Execution: run });
}

function open() {
  close();
  const stream = new EventSource(`${ROOT}/events${watched ? `?run=${watched}` : ""}`);
  source = stream;
  const on = <T>(name: string, then: (data: T) => void) =>
    stream.addEventListener(name, (event) => then(JSON.parse((event as MessageEvent<string>).data) as T));
  on<{ Overview?: Overview; Run?: Execution | null }>("snapshot", (data) => {
    keepOverview(data.Overview);
    keepRun(data.Run);
    // Between two streams anything may have changed; before the first one the page has only just asked.
    if (connectedBefore) changed(["executions", "media", "pipelines", "workflows", "buckets", "templates", "jobs"]);
    connectedBefore = true;
    setConnected(true);
  });
  on<Overview>("overview", keepOverview);
  on<Execution>("run", keepRun);
  on<{ Topics: string[] }>("changed", (data) => changed(data.Topics));
  stream.onerror = () => {
    setConnected(false);
    // The browser reconnects by itself unless the answer was an error; then it gives up, and we do not.
    if (stream.readyState === EventSource.CLOSED) retry = setTimeout(again, RETRY);
  };
}

/** The stream tells no reason. When the session has ended, trying on would never help. */
function again() {
  checkSession().then(open, () => {
    if (source) retry = setTimeout(again, RETRY);
  });
}

function close() {
  clearTimeout(retry);
  source?.close();
  source = null;
}

/** Listens as long as the caller is shown (the shell does). */
export function useEventStream() {
  useEffect(() => {
    open();
    return close;
  }, []);
}

/** Has the stream carry one run in full, at most twice a second, while the caller is shown. */
export function useWatchedRun(runId: string | undefined) {
  useEffect(() => {
    if (!runId) return;
    watched = runId;
    open();
    return () => {
      watched = "";
      if (source) open();
    };
  }, [runId]);
}

const subscribe = (tell: () => void) => {
  listeners.add(tell);
  return () => listeners.delete(tell);
};

/** False while the page has lost the server; what is shown may be old then. */
export const useConnected = () => useSyncExternalStore(subscribe, () => connected);
