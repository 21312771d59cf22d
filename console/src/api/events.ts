import { useEffect, useSyncExternalStore } from "react";
import { checkSession } from "./client";
import { changed, operationKey, queries } from "./query";
import { type Said, Stream, type Told, WORD } from "./stream";
import type { Execution, Overview } from "./types";

/** This tab's end of the stream that all tabs share (stream.ts). Its first event is a snapshot, so a reconnect loses nothing. */
const RETRY = 3000; // ms
let send: ((said: Said) => void) | undefined;
let listening = false;
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

function hear({ name, data = "null", gap, asks }: Told) {
  if (!listening) return;
  switch (name) {
    case "snapshot": {
      const { Overview: overview, Run: run } = JSON.parse(data) as { Overview?: Overview; Run?: Execution | null };
      keepOverview(overview);
      keepRun(run);
      // Between two streams anything may have changed, and before the first one too: what came between the answers and the stream was told to nobody here.
      if (gap || !connectedBefore) changed(["executions", "media", "pipelines", "workflows", "buckets", "templates", "jobs"]);
      connectedBefore = true;
      return setConnected(true);
    }
    case "overview":
      return keepOverview(JSON.parse(data) as Overview);
    case "run":
      return keepRun(JSON.parse(data) as Execution);
    case "changed":
      if (asks) void queries.invalidateQueries({ queryKey: operationKey("DescribeExecution", { RunId: watched }) });
      return changed((JSON.parse(data) as { Topics: string[] }).Topics);
    default:
      setConnected(false);
      if (name === "closed") retry = setTimeout(again, RETRY);
  }
}

/** The stream tells no reason. When the session has ended, trying on would never help. */
function again() {
  clearTimeout(retry);
  checkSession().then(
    () => say({}),
    () => {
      if (listening) retry = setTimeout(again, RETRY);
    },
  );
}

function connect(): (said: Said) => void {
  const alone = () => {
    const stream = new Stream((url) => new EventSource(url));
    return (said: Said) => stream.hear(hear, said);
  };
  if (typeof SharedWorker === "undefined") return alone();
  const worker = new SharedWorker(new URL("./stream.worker.ts", import.meta.url), { type: "module", name: "reelmill-events" });
  worker.port.onmessage = ({ data }: MessageEvent<Told>) => hear(data);
  worker.onerror = () => {
    send = alone();
    if (listening) say({ fresh: true });
  };
  return (said) => worker.port.postMessage(said);
}

function say(said: Said) {
  if (!listening && !said.gone) return;
  send ??= connect();
  send({ run: watched, ...said });
}

const begin = () => say({ fresh: true });
const leave = () => say({ gone: true });

/** Listens as long as the caller is shown (the shell does). */
export function useEventStream() {
  useEffect(() => {
    listening = true;
    begin();
    const words = setInterval(() => say({}), WORD);
    // A page that the browser keeps for the way back hears nothing meanwhile.
    addEventListener("pagehide", leave);
    addEventListener("pageshow", shown);
    return () => {
      removeEventListener("pagehide", leave);
      removeEventListener("pageshow", shown);
      leave();
      listening = false;
      clearInterval(words);
      clearTimeout(retry);
    };
  }, []);
}

function shown(event: PageTransitionEvent) {
  if (event.persisted) begin();
}

/** Has the stream carry one run in full, at most twice a second, while the caller is shown. */
export function useWatchedRun(runId: string | undefined) {
  useEffect(() => {
    if (!runId) return;
    watched = runId;
    say({});
    return () => {
      watched = "";
      say({});
    };
  }, [runId]);
}

const subscribe = (tell: () => void) => {
  listeners.add(tell);
  return () => listeners.delete(tell);
};

/** False while the page has lost the server; what is shown may be old then. */
export const useConnected = () => useSyncExternalStore(subscribe, () => connected);
