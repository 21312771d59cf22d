import { CheckOutlined, CopyOutlined } from "@ant-design/icons";
import { useEffect, useState, useSyncExternalStore } from "react";
import { useCommonTexts } from "@/i18n/common";
import { useLanguage } from "@/i18n";
import * as format from "./format";

async function toClipboard(text: string) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Over plain http browsers offer no clipboard but this.
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

/** A small button that copies a text and says so. A plain one: lists show dozens of them, and one of the library with its tooltip costs a millisecond. */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  const t = useCommonTexts();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  const name = copied ? t("copied") : (label ?? t("copy"));
  return (
    <button
      type="button"
      className="copy-button"
      aria-label={name}
      title={name}
      onClick={(event) => {
        event.stopPropagation();
        event.preventDefault();
        void toClipboard(text).then(() => setCopied(true));
      }}
    >
      {copied ? <CheckOutlined /> : <CopyOutlined />}
    </button>
  );
}

/** An id: monospaced, shortened in the middle, whole in the tooltip, copied by one click. */
export function Id({ id, full = false }: { id: string | undefined; full?: boolean }) {
  if (!id) return <>–</>;
  return (
    <span className="mono" style={full ? { overflowWrap: "anywhere" } : { whiteSpace: "nowrap" }}>
      <span title={id}>{full ? id : format.shortId(id)}</span>
      <CopyButton text={id} />
    </span>
  );
}

export const Bytes = ({ value }: { value: number | string | undefined }) => (
  <span title={value === undefined || value === "" ? undefined : `${format.integer(Number(value))} B`} style={{ whiteSpace: "nowrap" }}>
    {format.bytes(value)}
  </span>
);

/** A bit rate given in kilobits per second (MPS's unit). */
export const Rate = ({ kbps }: { kbps: number | string | undefined }) => <span style={{ whiteSpace: "nowrap" }}>{format.kbitrate(kbps)}</span>;

// One clock for all relative times of the page.
const tellers = new Set<() => void>();
let now = Date.now();
let ticking: ReturnType<typeof setInterval> | undefined;
function subscribe(tell: () => void) {
  tellers.add(tell);
  ticking ??= setInterval(() => {
    now = Date.now();
    for (const each of tellers) each();
  }, 10_000);
  return () => {
    tellers.delete(tell);
    if (!tellers.size) {
      clearInterval(ticking);
      ticking = undefined;
    }
  };
}

/** "2 min ago", with the exact time on hover and for screen readers. */
export function RelativeTime({ time }: { time: string | number | undefined }) {
  useLanguage();
  const ticked = useSyncExternalStore(subscribe, () => now);
  if (!time) return <>–</>;
  const moment = new Date(time);
  return (
    <time dateTime={moment.toISOString()} title={format.exact(moment)} style={{ whiteSpace: "nowrap" }}>
      {format.relative(moment, new Date(Math.max(ticked, moment.getTime())))}
    </time>
  );
}
