/** Copy and paste through the system's clipboard, so that activities travel between workflows and tabs, also over plain http. */
import { useEffect, useRef } from "react";
import type { Clip } from "../edit";
import { isObject, type Json } from "../json";
import { isTyping } from "./shortcuts";

const MARK = "reelmill-activities";

export function writeClip(clip: Clip): string {
  return JSON.stringify({ [MARK]: clip });
}

/** The activities that a text holds, undefined when it is no text of ours. */
export function readClip(text: string): Clip | undefined {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
  const clip = isObject(value) ? value[MARK] : undefined;
  if (!isObject(clip) || !Array.isArray(clip.nodes) || !Array.isArray(clip.edges) || !isObject(clip.layout)) return undefined;
  const sound = clip.nodes.every((node) => isObject(node) && typeof node.name === "string" && isObject(node.body) && typeof node.body.Type === "string");
  return sound ? (clip as unknown as Clip) : undefined;
}

export function useClipboard(copy: () => Clip, paste: ((clip: Clip) => void) | undefined) {
  const latest = useRef({ copy, paste });
  useEffect(() => {
    latest.current = { copy, paste };
  });
  useEffect(() => {
    const mine = () => !isTyping(document.activeElement) && String(getSelection() ?? "") === "";
    const onCopy = (event: ClipboardEvent) => {
      if (!mine()) return;
      const clip = latest.current.copy();
      if (!clip.nodes.length) return;
      event.clipboardData?.setData("text/plain", writeClip(clip));
      event.preventDefault();
    };
    const onPaste = (event: ClipboardEvent) => {
      const clip = mine() ? readClip(event.clipboardData?.getData("text/plain") ?? "") : undefined;
      if (!clip || !latest.current.paste) return;
      latest.current.paste(clip);
      event.preventDefault();
    };
    document.addEventListener("copy", onCopy);
    document.addEventListener("paste", onPaste);
    return () => {
      document.removeEventListener("copy", onCopy);
      document.removeEventListener("paste", onPaste);
    };
  }, []);
}
