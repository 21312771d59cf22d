import { useEffect, useSyncExternalStore } from "react";
import { useLanguage } from ".";

type Say = (sentence: string) => string;

const asItIs: Say = (sentence) => sentence;
let chinese: Say | undefined;
let loading: Promise<void> | undefined;
const listeners = new Set<() => void>();

/** The catalogue comes when the first sentence is shown in Chinese; the English page never loads it. */
function load() {
  loading ??= Promise.all([import("./inChinese"), import("./sentences.zh.json")]).then(
    ([{ translator }, catalogue]) => {
      chinese = translator(catalogue.default);
      for (const tell of listeners) tell();
    },
    () => (loading = undefined), // English stays; the next sentence tries again
  );
}

const subscribe = (tell: () => void) => {
  listeners.add(tell);
  return () => listeners.delete(tell);
};

/** Says what the server said (errors, advice, reasons, problems) in the language shown now. */
export function useServerText(): Say {
  const wanted = useLanguage() === "zh";
  const say = useSyncExternalStore(subscribe, () => chinese);
  useEffect(() => {
    if (wanted) load();
  }, [wanted]);
  return wanted && say ? say : asItIs;
}
