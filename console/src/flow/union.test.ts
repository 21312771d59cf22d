import { expect, test } from "vitest";
import { parseTopology } from "./topology";
import { union } from "./union";

const drawn = (activities: Record<string, unknown>, edges: Record<string, string[]>) => parseTopology(JSON.stringify({ Activities: activities, Dependencies: edges }));

test("two drawings in one show what came, what went and what is another one", () => {
  const start = { Type: "Start", Parameters: {} };
  const before = drawn({ in: start, old: { Type: "Transcode" }, same: { Type: "Snapshot" }, out: { Type: "Report" } }, { in: ["old", "same"], old: ["out"], same: ["out"] });
  const after = drawn({ in: { Type: "Start", Parameters: { PipelineId: "x" } }, fresh: { Type: "Transcode" }, same: { Type: "Snapshot" }, out: { Type: "Report" } }, { in: ["fresh", "same"], fresh: ["out"], same: ["out"] });
  const { graph, marks } = union(before, after);
  expect(Object.fromEntries(marks)).toEqual({ fresh: "added", old: "removed", in: "changed" });
  expect(graph.nodes.map((node) => node.name)).toEqual(["in", "fresh", "same", "out", "old"]);
  expect(graph.edges.map(({ from, to }) => `${from}>${to}`).sort()).toEqual(["fresh>out", "in>fresh", "in>old", "in>same", "old>out", "same>out"]);
});
