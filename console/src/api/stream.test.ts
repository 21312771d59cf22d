import { expect, test, vi } from "vitest";
import { MOST_RUNS, Stream, type Told, WORD } from "./stream";

class Fake extends EventTarget {
  readyState = 1;
  onerror: (() => void) | null = null;
  constructor(readonly url: string) {
    super();
  }
  close() {
    this.readyState = 2;
  }
  say(name: string, data = "{}") {
    this.dispatchEvent(new MessageEvent(name, { data }));
  }
}

function made() {
  const opened: Fake[] = [];
  const stream = new Stream((url) => {
    const one = new Fake(url);
    opened.push(one);
    return one as unknown as EventSource;
  });
  const tab = () => {
    const told: Told[] = [];
    return { told, tell: (one: Told) => void told.push(one), names: () => told.map(({ name }) => name).join() };
  };
  return { opened, stream, tab, alive: () => opened.filter(({ readyState }) => readyState !== 2) };
}

test("however many tabs there are, one stream stays open and all of them hear it", () => {
  const { stream, tab, alive } = made();
  const tabs = Array.from({ length: 8 }, tab);
  for (const one of tabs) {
    stream.hear(one.tell, { fresh: true });
    alive().at(-1)!.say("snapshot");
  }
  expect(alive()).toHaveLength(1);
  alive()[0]!.say("changed", '{"Topics":["media"]}');
  expect(tabs.every(({ told }) => told.at(-1)?.data === '{"Topics":["media"]}')).toBe(true);
});

test("it carries the runs of all tabs, and takes over without a gap", () => {
  const { opened, stream, tab, alive } = made();
  const [a, b] = [tab(), tab()];
  stream.hear(a.tell, { fresh: true });
  opened[0]!.say("snapshot");
  stream.hear(a.tell, { run: "r2" });
  expect(alive()).toHaveLength(2); // the old one goes on until the new one is there
  opened[1]!.say("snapshot");
  stream.hear(b.tell, { run: "r1" });
  opened[2]!.say("snapshot");
  expect([alive().map(({ url }) => url), a.told.map(({ gap }) => gap)]).toEqual([["/-/events?run=r1&run=r2"], [true, false, false]]);
  stream.hear(b.tell, { run: "r1" });
  expect(opened).toHaveLength(3); // nothing new
  stream.hear(b.tell, { gone: true });
  expect(opened[3]!.url).toBe("/-/events?run=r2");
});

test("a reconnect by the browser has a gap, an error closes it, and a tab that says so begins again", () => {
  const { opened, stream, tab, alive } = made();
  const one = tab();
  stream.hear(one.tell, { fresh: true });
  opened[0]!.say("snapshot");
  opened[0]!.onerror?.();
  opened[0]!.say("snapshot");
  opened[0]!.close();
  opened[0]!.onerror?.();
  expect([one.names(), one.told[2]?.gap]).toEqual(["snapshot,lost,snapshot,closed", true]);
  stream.hear(one.tell, {});
  expect(alive()).toHaveLength(1);
});

test("the last tab that goes ends it", () => {
  const { stream, tab, alive } = made();
  const one = tab();
  stream.hear(one.tell, { fresh: true });
  stream.hear(one.tell, { gone: true });
  expect(alive()).toHaveLength(0);
});

test("a tab that crashed is dropped after a silence, and one that only slept is back with its next word", () => {
  vi.useFakeTimers();
  const { opened, stream, tab } = made();
  const [crashed, slept, awake] = [tab(), tab(), tab()];
  stream.hear(crashed.tell, { fresh: true, run: "r1" });
  stream.hear(slept.tell, { fresh: true, run: "r2" });
  for (let minute = 0; minute < 7; minute++) {
    vi.advanceTimersByTime(WORD);
    stream.hear(awake.tell, {});
  }
  expect(opened.at(-1)!.url).toBe("/-/events");
  opened.at(-1)!.say("snapshot");
  expect([crashed.names(), slept.names()]).toEqual(["", ""]);
  stream.hear(slept.tell, { run: "r2" });
  opened.at(-1)!.say("snapshot");
  expect([opened.at(-1)!.url, slept.names(), crashed.names()]).toEqual(["/-/events?run=r2", "snapshot", ""]);
  vi.useRealTimers();
});

test("a tab whose run is one too many is told to ask by itself", () => {
  const { opened, stream, tab } = made();
  const tabs = Array.from({ length: MOST_RUNS + 1 }, tab);
  tabs.forEach((one, number) => stream.hear(one.tell, { fresh: true, run: `r${number}` }));
  opened.at(-1)!.say("snapshot");
  opened.at(-1)!.say("changed", '{"Topics":["executions"]}');
  expect(opened.at(-1)!.url.split("&")).toHaveLength(MOST_RUNS);
  expect(tabs.map(({ told }) => told.at(-1)?.asks ?? false)).toEqual([...Array<boolean>(MOST_RUNS).fill(false), true]);
});
