import { describe, expect, it } from "vitest";
import { HLS, SAMPLES, SIMPLE } from "./samples.fixture";
import { edgeId, edgeOfId, leadsTo, parseTopology, TopologyError, toText, toTopology } from "./topology";

describe("topology <-> graph", () => {
  it.each(Object.entries(SAMPLES))("%s comes back as it was", (_, text) => {
    expect(toTopology(parseTopology(text))).toEqual(JSON.parse(text));
  });

  it.each(Object.entries(SAMPLES))("%s is saved as the very text that was opened", (_, text) => {
    expect(toText(parseTopology(text), text)).toBe(text);
  });

  it("keeps members that it does not know", () => {
    const text = '{"Activities":{"a":{"Type":"Start","Extra":1}},"Dependencies":{},"Comment":"by hand"}';
    expect(toTopology(parseTopology(text))).toEqual(JSON.parse(text));
  });

  it("reads edges forward, and the same edge twice as one", () => {
    const graph = parseTopology('{"Activities":{"a":{"Type":"Start"},"b":{"Type":"Report"}},"Dependencies":{"a":["b","b"]}}');
    expect(graph.edges).toEqual([{ from: "a", to: "b" }]);
  });

  it("keeps edges that say when they lead on", () => {
    const text = '{"Activities":{"a":{"Type":"Start"},"b":{"Type":"Report"}},"Dependencies":{"a":[{"To":"b","When":"failure"}]}}';
    const graph = parseTopology(text);
    expect(graph.edges).toEqual([{ from: "a", to: "b", more: { When: "failure" } }]);
    expect(toText(graph)).toBe(text);
  });
  it("does without Dependencies", () => {
    expect(parseTopology('{"Activities":{"a":{"Type":"Start"}}}').edges).toEqual([]);
  });

  it.each([
    ["{", "notJson"],
    ["[]", "notObject"],
    ["{}", "noActivities"],
    ['{"Activities":{"a":1}}', "badActivity: a"],
    ['{"Activities":{},"Dependencies":[]}', "badDependencies"],
    ['{"Activities":{},"Dependencies":{"a":"b"}}', "badDependencies: a"],
  ])("refuses to draw %s", (text, message) => {
    expect(() => parseTopology(text)).toThrow(new TopologyError(...(message.split(": ") as ["notJson", string])));
  });

  it("names edges so that any activity name survives", () => {
    const edge = { from: 'a"->b', to: "c,[d]" };
    expect(edgeOfId(edgeId(edge))).toEqual(edge);
  });

  it("tells what can be reached", () => {
    const graph = parseTopology(HLS);
    expect(leadsTo(graph, "start", "end")).toBe(true);
    expect(leadsTo(graph, "a1", "v1")).toBe(false);
    expect(leadsTo(parseTopology(SIMPLE), "Act-Report", "Act-Start")).toBe(false);
  });
});
