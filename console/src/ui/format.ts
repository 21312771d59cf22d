import { language } from "@/i18n";

const locale = () => (language() === "zh" ? "zh-CN" : "en-GB");

/** A formatter of the language shown now. Making one takes a hundred times as long as using it, so it is kept. */
function kept<Format>(make: (locale: string) => Format): () => Format {
  const known = new Map<string, Format>();
  return () => {
    const name = locale();
    const format = known.get(name) ?? make(name);
    known.set(name, format);
    return format;
  };
}
const ago = kept((name) => new Intl.RelativeTimeFormat(name, { numeric: "always", style: "short" }));
const moments = kept((name) => new Intl.DateTimeFormat(name, { dateStyle: "medium", timeStyle: "medium" }));
const numbers = kept((name) => new Intl.NumberFormat(name));

/** `1.2 GB`. Decimal units, as disks and transfer rates are sold; "–" for what is unknown. */
export function bytes(value: number | string | undefined | null): string {
  const n = number(value);
  if (n === null) return "–";
  return scaled(n, ["B", "kB", "MB", "GB", "TB", "PB"]);
}

/** `1.8 Mbit/s` from bits per second. */
export function bitrate(bitsPerSecond: number | string | undefined | null): string {
  const n = number(bitsPerSecond);
  if (n === null) return "–";
  return scaled(n, ["bit/s", "kbit/s", "Mbit/s", "Gbit/s"]);
}

/** `1.8 Mbit/s` from kilobits per second, the unit of MPS's Bitrate fields. */
export function kbitrate(kilobitsPerSecond: number | string | undefined | null): string {
  const n = number(kilobitsPerSecond);
  return n === null ? "–" : bitrate(n * 1000);
}

/** `12.5 MB/s` from bytes per second. */
export const speed = (bytesPerSecond: number) => `${bytes(bytesPerSecond)}/s`;

function scaled(value: number, units: string[]): string {
  let n = value;
  let unit = 0;
  while (Math.abs(n) >= 999.5 && unit < units.length - 1) {
    n /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || n >= 99.95 ? 0 : 1;
  return `${n.toFixed(digits).replace(/\.0$/, "")} ${units[unit]}`;
}

/** `1:02:03` or `4:05` from seconds, as players show it. */
export function clock(seconds: number | string | undefined | null): string {
  const n = number(seconds);
  if (n === null) return "–";
  const whole = Math.round(n);
  const two = (x: number) => String(x).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const rest = `${hours ? two(Math.floor((whole % 3600) / 60)) : Math.floor(whole / 60)}:${two(whole % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

/** `2 min ago`, `in 3 days`, `just now`. */
export function relative(moment: Date, now: Date): string {
  const seconds = (moment.getTime() - now.getTime()) / 1000;
  const format = ago();
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  }
  return Math.abs(seconds) < 10 ? (language() === "zh" ? "刚刚" : "just now") : format.format(Math.trunc(seconds), "second");
}

/** `24 Nov 2026, 22:01:03`, in the reader's time zone. */
export const exact = (moment: Date) => moments().format(moment);

/** `850 ms`, `12.3 s`, `4 min 05 s`, `2 h 03 min`: how long something took. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.max(0, Math.round(milliseconds))} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = (x: number) => String(x).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

const SPANS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

/** A span that somebody chose, in the largest unit that it is whole in: "4 days", "90 sec". */
export function span(seconds: number): string {
  const [unit, size] = SPANS.find(([, one]) => seconds >= one && seconds % one === 0) ?? ["second", 1];
  return new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay: "short" }).format(seconds / size);
}

export const integer = (value: number) => numbers().format(value);

function number(value: number | string | undefined | null): number | null {
  if (value === undefined || value === null || value === "") return null;
  const n = Number(value);
  return Number.isFinite(n) ? n : null;
}

/** A long id shortened in the middle: `0123456789abcdef0123` -> `01234567…0123`. */
export const shortId = (id: string, head = 8, tail = 4) => (id.length <= head + tail + 4 ? id : `${id.slice(0, head)}…${id.slice(-tail)}`);

/** The last part of an object's key, readable. */
export function fileName(key: string | undefined): string {
  const last = (key ?? "").split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(last) || "–";
  } catch {
    return last || "–";
  }
}
