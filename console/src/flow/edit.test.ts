import { describe, expect, it } from "vitest";
import { changes, isSame } from "./changes";
import { add, arranged, connect, copy, disconnect, freeName, insert, nameFault, newBody, paste, remove, rename, setFollows, type Drawing } from "./edit";
import { arrange, complete, NODE_HEIGHT, NODE_WIDTH } from "./layout";
import { CATALOGUE, HLS, SAMPLES, SIMPLE } from "./samples.fixture";
import { followsOf, nodeOf, parseTopology, successorsOf, toTopology } from "./topology";

const open = (text: string): Drawing => {
  const graph = parseTopology(text);
  return { graph, layout: arrange(graph) };
};

describe("editing", () => {
  it("adds after an activity, and lets the topology name the new one", () => {
    const [drawing, name] = add(open(SIMPLE), CATALOGUE, newBody(CATALOGUE, "Transcode"), { after: "Act-Start" });
    expect(name).toBe("transcode");
    expect(followsOf(drawing.graph, name)).toEqual(["Act-Start"]);
    expect(toTopology(drawing.graph)).toMatchObject({ Activities: { transcode: { Type: "Transcode" } }, Dependencies: { transcode: ["Act-Report"] } });
  });

  it("leads a new activity to the end: in a package to its playlist, else to Report, and by way of the one before", () => {
    const ends = (after: string, type: string) => {
      const [{ graph }, name] = add(open(HLS), CATALOGUE, newBody(CATALOGUE, type), { after });
      return successorsOf(graph, name);
    };
    expect([ends("pack", "Transcode"), ends("pack", "AudioGroup"), ends("start", "Censor")]).toEqual([["master"], [], ["end"]]);
    const [{ graph }, name] = add(open(SIMPLE), CATALOGUE, newBody(CATALOGUE, "Transcode"), { after: "Act-Start" });
    const [longer, snapshot] = add({ graph, layout: {} }, CATALOGUE, newBody(CATALOGUE, "Snapshot"), { after: name });
    expect(successorsOf(longer.graph, name)).toEqual([snapshot]);
    expect(successorsOf(longer.graph, snapshot)).toEqual(["Act-Report"]);
  });

  it("keeps all edges of what was added going forward", () => {
    const forward = ({ graph, layout }: Drawing) => graph.edges.every(({ from, to }) => layout[from]!.x < layout[to]!.x);
    const [one, name] = add(open(SIMPLE), CATALOGUE, newBody(CATALOGUE, "Transcode"), { after: "Act-Snap" });
    expect(forward(one)).toBe(true);
    const [loose, other] = add(one, CATALOGUE, newBody(CATALOGUE, "Snapshot"));
    expect(forward(setFollows(connect(loose, CATALOGUE, { from: other, to: "Act-Report" }), other, [name]))).toBe(true);
  });

  it("gives a new activity what its schema requires, where there is a default or one choice", () => {
    const kind = { ...CATALOGUE.Nodes[2]!, Schema: {
      required: ["Outputs", "OutputBucket", "Where"],
      properties: {
        OutputBucket: { "x-widget": "output-bucket" as const },
        Outputs: { items: { required: ["Format", "TemplateId"], properties: { Format: { default: "mp4" }, TemplateId: { "x-widget": "template" as const } } } },
        Where: { required: ["Bucket"], properties: { Bucket: { "x-widget": "input-bucket" as const } } },
        Free: { default: "not required" },
      },
    } };
    expect(newBody({ Nodes: [kind], Presets: [] }, "Transcode", { output: "out" })).toEqual({
      Type: "Transcode",
      Parameters: { Outputs: [{ Format: "mp4" }], OutputBucket: "out" },
    });
  });

  it("inserts on an edge, and refuses what cannot stand there", () => {
    const edge = { from: "Act-Start", to: "Act-SD" };
    const [drawing, name] = insert(open(SIMPLE), CATALOGUE, newBody(CATALOGUE, "Censor"), edge)!;
    expect(followsOf(drawing.graph, name)).toEqual(["Act-Start"]);
    expect(followsOf(drawing.graph, "Act-SD")).toEqual([name]);
    expect(insert(open(SIMPLE), CATALOGUE, newBody(CATALOGUE, "AudioGroup"), edge)).toBeUndefined();
  });

  it("connects, disconnects and sets what an activity follows", () => {
    const drawing = connect(open(SIMPLE), CATALOGUE, { from: "Act-SD", to: "Act-Report" });
    expect(successorsOf(drawing.graph, "Act-SD")).toEqual(["Act-Snap", "Act-Report"]);
    expect(connect(drawing, CATALOGUE, { from: "Act-Report", to: "Act-SD" })).toBe(drawing);
    expect(isSame(changes(open(SIMPLE).graph, disconnect(drawing, [{ from: "Act-SD", to: "Act-Report" }]).graph))).toBe(true);
    expect(followsOf(setFollows(drawing, "Act-Snap", ["Act-Start"]).graph, "Act-Snap")).toEqual(["Act-Start"]);
    const [loose, name] = add(drawing, CATALOGUE, newBody(CATALOGUE, "Snapshot"));
    const { layout } = setFollows(loose, name, ["Act-SD"]);
    expect(layout[name]!.x).toBeGreaterThan(layout["Act-SD"]!.x + NODE_WIDTH);
  });

  it("closes the gap of what is removed where that may be", () => {
    const drawing = remove(open(SIMPLE), CATALOGUE, ["Act-SD"]);
    expect(followsOf(drawing.graph, "Act-Snap")).toEqual(["Act-Start"]);
    expect(remove(open(HLS), CATALOGUE, ["v1"]).graph.edges.filter((edge) => edge.to === "master")).toHaveLength(3);
    expect(drawing.layout).not.toHaveProperty("Act-SD");
  });

  it("renames everywhere, also where a playlist refers to it", () => {
    const { graph, layout } = rename(open(HLS), "v1", "low");
    expect(followsOf(graph, "master")).toContain("low");
    expect(JSON.stringify(nodeOf(graph, "master"))).toContain("low");
    expect(layout).toHaveProperty("low");
    expect(rename(open(SIMPLE), "Act-Start", "begin").graph.nodes[0]).toMatchObject({ name: "begin", body: { Name: "begin" } });
    expect([nameFault(graph, "low", " "), nameFault(graph, "low", "v2"), nameFault(graph, "low", "low"), nameFault(graph, "low", "长".repeat(86))]).toEqual([
      "empty",
      "taken",
      undefined,
      "long",
    ]);
  });

  it("pastes what was copied with its edges and references, under free names", () => {
    const drawing = open(HLS);
    const clip = copy(drawing, CATALOGUE, ["start", "v1", "v2", "master"]);
    expect(clip.nodes.map((node) => node.name)).toEqual(["v1", "v2", "master"]);
    const [pasted, names] = paste(drawing, clip);
    expect(names).toEqual(["v1-2", "v2-2", "master-2"]);
    expect(followsOf(pasted.graph, "master-2")).toEqual(["v1-2", "v2-2"]);
    expect(JSON.stringify(nodeOf(pasted.graph, "master-2"))).toContain("v1-2");
    expect(pasted.layout["v1-2"]).not.toEqual(pasted.layout.v1);
    expect(freeName(["a", "a-2"], "a-2")).toBe("a-3");
  });

  it("tells what saving changes", () => {
    const before = open(HLS);
    const [grown] = add(rename(before, "v1", "low"), CATALOGUE, newBody(CATALOGUE, "Transcode"), { after: "start" });
    expect(changes(before.graph, grown.graph)).toEqual({ added: ["low", "transcode"], removed: ["v1"], changed: ["master"], edges: 6 });
  });
});

describe("layout", () => {
  it.each(Object.entries(SAMPLES))("of %s goes left to right and nothing touches", (_, text) => {
    const graph = parseTopology(text);
    const { layout } = arranged(graph, CATALOGUE);
    for (const { from, to } of graph.edges) expect(layout[from]!.x + NODE_WIDTH).toBeLessThan(layout[to]!.x);
    const places = Object.values(layout);
    places.forEach((a, i) =>
      places.slice(i + 1).forEach((b) => expect(Math.abs(a.x - b.x) >= NODE_WIDTH || Math.abs(a.y - b.y) >= NODE_HEIGHT).toBe(true)),
    );
  });

  it("keeps what is no part of a package out of its frame", () => {
    const [{ graph }] = add(open(HLS), CATALOGUE, newBody(CATALOGUE, "Snapshot"), { after: "start" });
    const { layout } = arranged(connect({ graph, layout: {} }, CATALOGUE, { from: "snapshot", to: "end" }).graph, CATALOGUE);
    const members = ["pack", "agroup", "sgroup", "v1", "v2", "a1", "s1", "master"].map((name) => layout[name]!.y);
    const { y } = layout.snapshot!;
    expect(y + NODE_HEIGHT <= Math.min(...members) || y >= Math.max(...members) + NODE_HEIGHT).toBe(true);
  });

  it("keeps known places and finds free ones for the rest", () => {
    const graph = parseTopology(SIMPLE);
    const { "Act-SD": _, ...known } = arrange(graph);
    const made = complete(graph, known);
    expect(made).toMatchObject(known);
    expect(made).toHaveProperty("Act-SD");
    expect(complete(graph, {})).toEqual(arrange(graph));
  });
});
