import { expect, test } from "vitest";
import { Stream, type Told } from "./stream";

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
