import { describe, expect, it } from "vitest";
import { addable, askOf, gateOf, insertable, mayFollow, packages, possibleFollows, refusal, successorsFor } from "./rules";
import { CATALOGUE, DASH, HLS, SAMPLES, SIMPLE } from "./samples.fixture";
import { parseTopology } from "./topology";

describe("which edge may be", () => {
  it.each(Object.entries(SAMPLES))("accepts every edge of %s", (_, text) => {
    const graph = parseTopology(text);
    for (const edge of graph.edges) expect(refusal(CATALOGUE, { ...graph, edges: graph.edges.filter((one) => one !== edge) }, edge)).toBeUndefined();
  });

  it.each([
    ["start", "v1", undefined],
    ["v1", "v1", "self"],
    ["v1", "master", "twice"],
    ["end", "v1", "afterReport"],
    ["v1", "start", "beforeStart"],
    ["master", "v1", "order"],
    ["start", "master", "order"],
    ["start", "nobody", "unknown"],
  ])("%s -> %s: %s", (from, to, reason) => {
    expect(refusal(CATALOGUE, parseTopology(HLS), { from, to })).toBe(reason);
  });

  it("refuses a circle", () => {
    const graph = parseTopology('{"Activities":{"a":{"Type":"Censor"},"b":{"Type":"Transcode"}},"Dependencies":{"a":["b"]}}');
    expect(refusal(CATALOGUE, graph, { from: "b", to: "a" })).toBe("circle");
  });

  it("knows aliases", () => {
    expect(mayFollow(CATALOGUE, "Transcode", "Screenshot")).toBe(true);
    expect(mayFollow(CATALOGUE, "AudioGroup", "Screenshot")).toBe(false);
  });
});

describe("what is offered", () => {
  it("after an activity: only what may follow it", () => {
    const graph = parseTopology(HLS);
    expect(successorsFor(CATALOGUE, graph, "pack")).toEqual(["Transcode", "AudioGroup", "SubtitleGroup", "VideoGroup"]);
    expect(successorsFor(CATALOGUE, graph, "end")).toEqual([]);
  });

  it("no second Start or Report", () => {
    expect(addable(CATALOGUE, parseTopology(SIMPLE))).not.toContain("Start");
    expect(addable(CATALOGUE, parseTopology('{"Activities":{}}'))).toContain("Report");
  });

  it("on an edge: what fits on both sides", () => {
    expect(insertable(CATALOGUE, parseTopology(SIMPLE), { from: "Act-Start", to: "Act-SD" })).toEqual(["Analysis", "Censor", "PackageConfig"]);
  });

  it("in the form: everything that the activity could follow", () => {
    expect(possibleFollows(CATALOGUE, parseTopology(SIMPLE), "Act-Snap")).toEqual(["Act-Start", "Act-SD"]);
    expect(possibleFollows(CATALOGUE, parseTopology(SIMPLE), "Act-Start")).toEqual([]);
  });
});

it("finds the activities of a package, and no gate in it", () => {
  expect(packages(CATALOGUE, parseTopology(HLS))[0]?.members.sort()).toEqual(["a1", "agroup", "master", "pack", "s1", "sgroup", "v1", "v2"]);
  expect(packages(CATALOGUE, parseTopology(DASH))[0]?.members).toHaveLength(8);
  expect(packages(CATALOGUE, parseTopology(SIMPLE))).toEqual([]);
  expect([gateOf(CATALOGUE, "Censor"), gateOf(CATALOGUE, "Transcode")]).toEqual(["AbortCondition", undefined]);
});

it("finds when an activity asks a person: by its own parameter, unless that says what it says by itself", () => {
  const asked = (type: string, said?: string) => askOf(CATALOGUE, type, said === undefined ? {} : { HumanReview: said });
  expect([asked("Censor", "always"), asked("Censor", "review")]).toEqual(["always", "review"]);
  expect([asked("Censor"), asked("Censor", ""), asked("Censor", "never"), asked("Transcode", "always")]).toEqual(Array(4).fill(undefined));
});
