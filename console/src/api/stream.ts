/**
 * The one stream of changes that all tabs of this browser share: browsers allow six connections to a host, and every tab that held one of them would
 * shut the seventh out. It lives in a shared worker; where there is none (Chrome on Android) each tab has its own.
 */
const EVENTS = "/-/events";

/** What a tab says: which run it shows, that it begins to listen, that somebody is signed in still, that it goes. */
export interface Said {
  run?: string;
  fresh?: boolean;
  gone?: boolean;
}

/** Runs that one stream carries (console/events.py); a tab that shows another one asks by itself when something has changed. */
export const MOST_RUNS = 16;
/** A tab that crashed says no goodbye: who was not heard for so long is gone. One that only slept is back with its next word. Both in ms. */
export const WORD = 60_000;
const SILENCE = 5 * WORD;

/** What a tab is told: an event as it came (`gap`: something may have been missed before it; `asks`: the tab's run is not carried), or that the stream
 * is lost, or closed for good. */
export interface Told {
  name: "snapshot" | "overview" | "run" | "changed" | "lost" | "closed";
  data?: string;
  gap?: boolean;
  asks?: boolean;
}

type Tell = (told: Told) => void;
type Source = Pick<EventSource, "addEventListener" | "close" | "readyState" | "onerror">;
const CLOSED = 2;

export class Stream {
  private readonly tabs = new Map<Tell, { run: string; heard: number }>();
  private source: Source | undefined;
  private coming: Source | undefined;
  private carried = "";

  constructor(private readonly open: (url: string) => Source) {}

  hear(tab: Tell, said: Said) {
    const known = this.tabs.has(tab);
    const now = Date.now();
    if (said.gone) this.tabs.delete(tab);
    else this.tabs.set(tab, { run: said.run ?? "", heard: now });
    for (const [other, { heard }] of this.tabs) if (now - heard > SILENCE) this.tabs.delete(other);
    if (this.tabs.size === 0) this.end();
    else if (said.fresh || (!known && !said.gone) || this.wanted() !== this.carried || !(this.coming ?? this.source)) this.begin();
  }

  private wanted() {
    const runs = new Set([...this.tabs.values()].map(({ run }) => run).filter(Boolean));
    return [...runs].slice(0, MOST_RUNS).sort().map((run) => `run=${run}`).join("&");
  }

  private tell(told: Told) {
    const carried = new Set(this.carried.split("&"));
    for (const [tab, { run }] of this.tabs) tab(run && !carried.has(`run=${run}`) ? { ...told, asks: true } : told);
  }

  /** A new stream, which takes over when it is there: nothing is missed between the two. */
  private begin() {
    this.coming?.close();
    this.carried = this.wanted();
    const next = this.open(this.carried ? `${EVENTS}?${this.carried}` : EVENTS);
    this.coming = next;
    let gap = true; // also when the browser has connected it again by itself
    next.addEventListener("snapshot", (event) => {
      if (this.coming === next) {
        gap = !this.source;
        this.source?.close();
        [this.source, this.coming] = [next, undefined];
      }
      this.tell({ name: "snapshot", data: (event as MessageEvent<string>).data, gap });
      gap = true;
    });
    for (const name of ["overview", "run", "changed"] as const)
      next.addEventListener(name, (event) => this.tell({ name, data: (event as MessageEvent<string>).data }));
    next.onerror = () => {
      // The browser reconnects by itself unless the answer was an error; then it gives up.
      const over = next.readyState === CLOSED;
      if (over && this.coming === next) this.coming = undefined;
      if (over && this.source === next) this.source = undefined;
      if (!this.source || this.source === next) this.tell({ name: over ? "closed" : "lost" });
    };
  }

  private end() {
    this.coming?.close();
    this.source?.close();
    this.coming = this.source = undefined;
  }
}
