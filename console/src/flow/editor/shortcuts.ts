/** Keys of the editor: which command a key stroke means. Pure but for the listener. */
import { useEffect, useRef } from "react";

export type Command = "add" | "edit" | "remove" | "undo" | "redo" | "copy" | "paste" | "selectAll" | "arrange" | "fit" | "find" | "save" | "help" | "escape";

interface Stroke {
  key: string;
  ctrl: boolean;
  shift: boolean;
}

/** All shortcuts in the order in which the help lists them. */
export const SHORTCUTS: readonly { command: Command; keys: readonly string[] }[] = [
  { command: "add", keys: ["A"] },
  { command: "edit", keys: ["E"] },
  { command: "remove", keys: ["Del"] },
  { command: "undo", keys: ["Ctrl Z"] },
  { command: "redo", keys: ["Ctrl Shift Z", "Ctrl Y"] },
  { command: "copy", keys: ["Ctrl C"] },
  { command: "paste", keys: ["Ctrl V"] },
  { command: "selectAll", keys: ["Ctrl A"] },
  { command: "arrange", keys: ["L"] },
  { command: "fit", keys: ["F"] },
  { command: "find", keys: ["/"] },
  { command: "save", keys: ["Ctrl S"] },
  { command: "escape", keys: ["Esc"] },
  { command: "help", keys: ["?"] },
];

const PLAIN: Readonly<Record<string, Command>> = { a: "add", e: "edit", delete: "remove", backspace: "remove", l: "arrange", f: "fit", "/": "find", "?": "help", escape: "escape" };
const WITH_CTRL: Readonly<Record<string, Command>> = { z: "undo", y: "redo", a: "selectAll", s: "save" };

/** Copy and paste are not here: the browser tells of them by events of their own, with the clipboard. */
export function commandOf({ key, ctrl, shift }: Stroke): Command | undefined {
  const low = key.toLowerCase();
  if (ctrl) return low === "z" && shift ? "redo" : WITH_CTRL[low];
  return PLAIN[low];
}

/** Whether keys belong to the element and not to the drawing. */
export function isTyping(element: Element | null): boolean {
  return element instanceof HTMLElement && (element.isContentEditable || element.closest("input, textarea, select, [role=combobox], [role=menu], [role=dialog], .ant-modal") !== null);
}

export function useShortcuts(run: (command: Command) => void) {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const command = commandOf({ key: event.key, ctrl: event.ctrlKey || event.metaKey, shift: event.shiftKey });
      if (!command || event.altKey || event.defaultPrevented || (command !== "save" && isTyping(document.activeElement))) return;
      if (command !== "escape") event.preventDefault();
      latest.current(command);
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}
