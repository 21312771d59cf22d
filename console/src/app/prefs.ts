import { useSyncExternalStore } from "react";

export type Scheme = "light" | "dark";

const KEY = "reelmill.scheme";
const system = globalThis.matchMedia?.("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

function current(): Scheme {
  const kept = localStorage.getItem(KEY);
  if (kept === "light" || kept === "dark") return kept;
  return system?.matches ? "dark" : "light";
}

/** Light or dark: what was chosen here before, else what the system prefers. */
export const useScheme = () =>
  useSyncExternalStore((tell) => {
    listeners.add(tell);
    system?.addEventListener("change", tell);
    return () => {
      listeners.delete(tell);
      system?.removeEventListener("change", tell);
    };
  }, current);

export function setScheme(scheme: Scheme) {
  localStorage.setItem(KEY, scheme);
  for (const tell of listeners) tell();
}
