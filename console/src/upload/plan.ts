/** Where files go, and how fast. Pure. */

export interface Picked {
  file: File;
  /** Path below the chosen folder, with the file's name: `holiday/a.mp4`. */
  path: string;
}

/** The key of a picked file below a base folder of the bucket. */
export function keyOf(base: string, path: string): string {
  const folder = base.split("/").filter(Boolean).join("/");
  return folder ? `${folder}/${path}` : path;
}

export type KeyFault = "empty" | "long" | "parts" | "control";

/** Why the server would refuse a key; undefined when it would not. */
export function keyFault(key: string): KeyFault | undefined {
  const bytes = new TextEncoder().encode(key).length;
  if (!bytes || key.endsWith("/")) return "empty";
  if (bytes > 1023) return "long";
  // eslint-disable-next-line no-control-regex -- these are what it looks for
  if (/[\u0000-\u001f\u007f]/.test(key)) return "control";
  return key.startsWith("\\") || key.split("/").some((part) => ["", ".", ".."].includes(part)) ? "parts" : undefined;
}

/** One key for each folder and kind of file: they start the same workflows. */
export function samples(keys: string[], most = 12): string[] {
  const seen = new Map<string, string>();
  for (const key of keys) {
    const kind = `${key.slice(0, key.lastIndexOf("/") + 1)}*${/\.[^./]+$/.exec(key)?.[0]?.toLowerCase() ?? ""}`;
    if (!seen.has(kind)) seen.set(kind, key);
  }
  return [...seen.values()].slice(0, most);
}

export interface Point {
  at: number; // ms
  sent: number; // bytes
}

const WINDOW = 5000; // ms over which the rate is taken

/** The points that still count after one more. */
export const withPoint = (points: Point[], point: Point): Point[] => [...points.filter((old) => point.at - old.at <= WINDOW), point];

/** Bytes per second over the points; 0 while there are too few to tell. */
export function rate(points: Point[]): number {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || last.at - first.at < 500) return 0;
  return Math.max(0, ((last.sent - first.sent) * 1000) / (last.at - first.at));
}

/** Identifies a file for resuming, in this browser: what a file system tells without reading it. */
export const fingerprint = (bucket: string, key: string, file: { size: number; lastModified: number }) => ["reelmill", bucket, key, file.size, file.lastModified].join("|");
