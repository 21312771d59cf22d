import type { DetailedError, PreviousUpload, Upload } from "tus-js-client";
import { useSyncExternalStore } from "react";
import { ApiError, ROOT, csrfToken } from "@/api/client";
import { changed } from "@/api/query";
import { sha256 } from "./hash";
import { type Picked, type Point, fingerprint, keyOf, rate, withPoint } from "./plan";

// The uploads of this tab. They live outside the pages, so that one can walk about while they run.

export type UploadState = "ready" | "waiting" | "checking" | "uploading" | "paused" | "done" | "failed";

export interface Item {
  id: number;
  file: File;
  bucket: string;
  key: string;
  state: UploadState;
  /** Bytes that the server has. */
  sent: number;
  /** Bytes that the checksum has seen. */
  checked: number;
  rate: number;
  /** It went on where an earlier try had stopped. */
  resumed: boolean;
  /** The connection was lost and is being tried again. */
  lost: boolean;
  error?: ApiError;
}

const AT_ONCE = 2;
/** Waits between tries after the connection was lost, in ms: about five minutes in all. Progress starts them over. */
const RETRIES = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000, 60_000, 60_000, 120_000];

let items: Item[] = [];
let withChecksum = true;
let next = 1;
const listeners = new Set<() => void>();
const running = new Map<number, { upload?: Upload; stop: AbortController; points: Point[]; shown: number }>();
/** Where to go on, for uploads that were begun elsewhere. */
const known = new Map<number, string>();

function publish(changedItems: Item[]) {
  items = changedItems;
  for (const tell of listeners) tell();
}

const patch = (id: number, change: Partial<Item>) => publish(items.map((item) => (item.id === id ? { ...item, ...change } : item)));
const find = (id: number) => items.find((item) => item.id === id);

const subscribe = (tell: () => void) => {
  listeners.add(tell);
  return () => listeners.delete(tell);
};
export const useUploads = () => useSyncExternalStore(subscribe, () => items);

const isActive = ({ state }: Item) => state === "checking" || state === "uploading" || state === "waiting";
/** How many are under way or waiting. */
export const useActiveUploads = () => useSyncExternalStore(subscribe, () => items.filter(isActive).length);

/** Adds files that go below a folder of a bucket. `url` goes on with an upload that the server has begun. A file that is there already is not added twice. */
export function add(picked: Picked[], bucket: string, base: string, url?: string) {
  const fresh = picked
    .map(({ file, path }) => ({ file, key: url ? base : keyOf(base, path) }))
    .filter(({ key }) => !items.some((item) => item.bucket === bucket && item.key === key && item.state !== "done"))
    .map(({ file, key }): Item => ({ id: next++, file, bucket, key, state: "ready", sent: 0, checked: 0, rate: 0, resumed: false, lost: false }));
  if (url && fresh[0]) known.set(fresh[0].id, url);
  publish([...items.filter((item) => !(item.state === "done" && fresh.some((one) => one.bucket === item.bucket && one.key === item.key))), ...fresh]);
  return fresh.map((item) => item.id);
}

/** Starts those that are ready, paused or failed. */
export function start(ids: number[], options: { checksum: boolean }) {
  withChecksum = options.checksum;
  publish(items.map((item) => (ids.includes(item.id) && ["ready", "paused", "failed"].includes(item.state) ? { ...item, state: "waiting", error: undefined } : item)));
  pump();
}

export function pause(id: number) {
  void halt(id);
  patch(id, { state: "paused", rate: 0, lost: false });
  pump();
}

/** Takes an item away; what the server has of it is thrown away too. */
export async function cancel(id: number) {
  const item = find(id);
  publish(items.filter((each) => each.id !== id));
  const upload = running.get(id)?.upload;
  await halt(id);
  running.delete(id);
  if (item?.state !== "done") await upload?.abort(true).catch(() => undefined); // what stays behind goes by itself after seven days
  pump();
}

export const clearDone = () => publish(items.filter((item) => item.state !== "done"));

async function halt(id: number) {
  const run = running.get(id);
  run?.stop.abort();
  await run?.upload?.abort();
}

function pump() {
  let free = AT_ONCE - items.filter(({ state }) => state === "checking" || state === "uploading").length;
  for (const item of items) {
    if (free <= 0) return;
    if (item.state !== "waiting") continue;
    free -= 1;
    patch(item.id, { state: "uploading" });
    void run(item.id).catch((error: unknown) => failed(item.id, error));
  }
}

async function run(id: number) {
  const item = find(id);
  if (!item) return;
  const old = running.get(id);
  const mine = { upload: old?.upload, stop: new AbortController(), points: [], shown: 0 };
  running.set(id, mine);
  if (!mine.upload) {
    mine.upload = await prepared(item, mine.stop.signal);
    if (mine.stop.signal.aborted) return;
    patch(id, { state: "uploading" });
  }
  mine.upload.start();
}

/** An upload that goes on where an earlier one of the same file stopped, or a new one with its checksum. */
async function prepared(item: Item, signal: AbortSignal): Promise<Upload> {
  const { Upload } = await import("tus-js-client");
  const { id, file, bucket, key } = item;
  const metadata: Record<string, string> = { bucket, object: key, filename: file.name };
  const upload = new Upload(file, {
    endpoint: `${ROOT}/upload`,
    uploadUrl: known.get(id) ?? null,
    metadata,
    retryDelays: RETRIES,
    removeFingerprintOnSuccess: true,
    fingerprint: () => Promise.resolve(fingerprint(bucket, key, file)),
    onBeforeRequest: (request) => request.setHeader("X-ReelMill-Csrf", csrfToken()),
    onShouldRetry: (error) => {
      const again = retryable(error.originalResponse?.getStatus() ?? 0);
      if (again) patch(id, { lost: true, rate: 0 });
      return again;
    },
    onProgress: (sent) => progressed(id, sent),
    onSuccess: () => done(id),
    onError: (error) => failed(id, error),
  });
  const earlier = known.has(id) ? undefined : await stillThere(await upload.findPreviousUploads());
  if (earlier) upload.resumeFromPreviousUpload(earlier);
  if (earlier || known.has(id)) patch(id, { resumed: true });
  else if (withChecksum && file.size) {
    patch(id, { state: "checking" });
    metadata.sha256 = await sha256(file, (checked) => worthShowing(id) && patch(id, { checked }), signal);
  }
  return upload;
}

/** The newest of these that the server still has; the others are forgotten. */
async function stillThere(found: PreviousUpload[]): Promise<PreviousUpload | undefined> {
  const { defaultOptions } = await import("tus-js-client");
  for (const one of [...found].reverse()) {
    const answer = await fetch(one.uploadUrl ?? "", { method: "HEAD", headers: { "Tus-Resumable": "1.0.0" } });
    if (answer.ok) return one;
    await defaultOptions.urlStorage.removeUpload(one.urlStorageKey);
  }
  return undefined;
}

/** Locked or overloaded uploads and a lost connection pass; a refusal stays. */
const retryable = (status: number) => status === 0 || status === 409 || status === 423 || status === 429 || status >= 500;

/** At most five times a second: progress comes far more often than anybody can read. */
function worthShowing(id: number): boolean {
  const mine = running.get(id);
  if (!mine || performance.now() - mine.shown < 200) return false;
  mine.shown = performance.now();
  return true;
}

function progressed(id: number, sent: number) {
  const mine = running.get(id);
  if (!mine || find(id)?.state !== "uploading") return;
  // Bytes that count twice after a lost connection would make the rate a fiction.
  if (find(id)?.lost) mine.points = [];
  mine.points = withPoint(mine.points, { at: performance.now(), sent });
  if (worthShowing(id) || find(id)?.lost) patch(id, { sent, rate: rate(mine.points), lost: false });
}

function done(id: number) {
  const item = find(id);
  running.delete(id);
  known.delete(id);
  if (item) patch(id, { state: "done", sent: item.file.size, rate: 0, lost: false });
  changed(["buckets"]);
  pump();
}

function failed(id: number, error: unknown) {
  if (error instanceof DOMException && error.name === "AbortError") return;
  const refused = asApiError(error);
  // A refused upload cannot go on: the next try starts anew.
  if (refused.status >= 400 && refused.status < 500) running.delete(id);
  patch(id, { state: "failed", rate: 0, lost: false, error: refused });
  pump();
}

function asApiError(error: unknown): ApiError {
  const response = (error as DetailedError).originalResponse;
  if (!response) return new ApiError(0, "NoAnswer", "The connection to the server was lost.");
  try {
    const { Code, Message, RequestId } = JSON.parse(response.getBody()) as { Code: string; Message: string; RequestId?: string };
    return new ApiError(response.getStatus(), Code, Message, RequestId);
  } catch {
    return new ApiError(response.getStatus(), `Http${response.getStatus()}`, response.getBody() || "The server refused the upload.");
  }
}

// What stopped for want of a network goes on when there is one.
globalThis.addEventListener?.("online", () =>
  start(
    items.filter((item) => item.state === "failed" && item.error?.status === 0).map((item) => item.id),
    { checksum: withChecksum },
  ),
);
globalThis.addEventListener?.("beforeunload", (event) => {
  if (items.some(isActive)) event.preventDefault();
});
