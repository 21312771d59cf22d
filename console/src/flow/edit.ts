/** Every change that the editor can make to a drawing. Pure: each gives a new drawing. */
import type { Catalogue, Schema } from "@/api/types";
import { canonical, kindOf, roleOf } from "./catalogue";
import type { Json } from "./json";
import { arrange, beside, complete, free, GAP_ACROSS, NODE_WIDTH, type Layout, type Place } from "./layout";
import { dropReferences, renameReferences } from "./parameters";
import { insertable, isSingle, mayFollow, packages, refusal } from "./rules";
import { edgeId, nodeOf, successorsOf, type ActivityBody, type Graph, type GraphEdge, type GraphNode, type When } from "./topology";

/** A graph and where its activities stand. */
export interface Drawing {
  graph: Graph;
  layout: Layout;
}

/** A name for a new activity that nobody bears: "transcode", "transcode-2", ... */
export function freeName(taken: Iterable<string>, wish: string): string {
  const names = new Set(taken);
  if (!names.has(wish)) return wish;
  const stem = wish.replace(/-\d+$/, "");
  for (let number = 2; ; number++) if (!names.has(`${stem}-${number}`)) return `${stem}-${number}`;
}

/** What a new activity is given where its schema asks for one. */
export interface Choices {
  input?: string | undefined;
  output?: string | undefined;
  pipeline?: string | undefined;
}

/** The activity of a new type as it is drawn first: the required parameters, as far as there is a default or only one sensible choice. */
export function newBody(catalogue: Catalogue, type: string, choices: Choices = {}): ActivityBody {
  const schema = kindOf(catalogue, type)?.Schema;
  const made = schema && skeleton({ ...schema, type: "object" }, choices);
  return { Type: type, Parameters: made ?? {} };
}

function skeleton(schema: Schema, choices: Choices): Json | undefined {
  if (schema.default !== undefined) return schema.default as Json;
  if (schema["x-widget"] === "output-bucket") return choices.output;
  if (schema["x-widget"] === "input-bucket") return choices.input;
  if (schema["x-widget"] === "pipeline") return choices.pipeline;
  if (schema.items) {
    const item = skeleton(schema.items, choices);
    return item === undefined ? undefined : [item];
  }
  const made = (schema.required ?? []).flatMap((name) => {
    const inner = schema.properties?.[name];
    const value = inner && skeleton(inner, choices);
    return value === undefined ? [] : [[name, value] as const];
  });
  return made.length ? Object.fromEntries(made) : undefined;
}

/** Adds an activity, after `after` when that may be, and leads its way to the end; answers its name too. */
export function add(drawing: Drawing, catalogue: Catalogue, body: ActivityBody, where: { after?: string; at?: Place } = {}): [Drawing, string] {
  const { graph, layout } = drawing;
  const taken = graph.nodes.map((node) => node.name);
  const name = freeName(taken, body.Type.charAt(0).toLowerCase() + body.Type.slice(1));
  const before = where.after === undefined ? undefined : nodeOf(graph, where.after);
  const follows = before && mayFollow(catalogue, before.body.Type, body.Type) ? before : undefined;
  const end = follows && endOf(catalogue, graph, follows.name, body.Type);
  const kept = end ? graph.edges.filter((edge) => edge.from !== follows.name || edge.to !== end) : graph.edges; // it goes by way of the new one now
  const edges = follows ? [{ from: follows.name, to: name }, ...(end ? [{ from: name, to: end }] : [])] : [];
  const grown: Graph = { ...graph, nodes: [...graph.nodes, { name, body }], edges: [...kept, ...edges], keys: [...graph.keys, name] };
  const place = where.at ? free(Object.values(layout), where.at) : beside(grown, layout, name);
  const grownLayout = { ...layout, [name]: place };
  return [{ graph: grown, layout: end ? makeRoom(grownLayout, end, name) : grownLayout }, name];
}

/** Where the way of a new activity ends: in a package at its playlist, else at Report. Parts of a package that only group lead nowhere yet. */
function endOf(catalogue: Catalogue, graph: Graph, after: string, type: string): string | undefined {
  const found = (role: string, names?: readonly string[]) =>
    graph.nodes.find((node) => roleOf(catalogue, node.body.Type) === role && (names?.includes(node.name) ?? true));
  const before = nodeOf(graph, after);
  const section = packages(catalogue, graph).find((one) => one.members.includes(after) && before && roleOf(catalogue, before.body.Type) !== "join");
  if (section) {
    const master = found("join", section.members);
    return master && mayFollow(catalogue, type, master.body.Type) ? master.name : undefined;
  }
  const groups = kindOf(catalogue, type)?.Stage === "package" && roleOf(catalogue, type) !== "join";
  return groups ? undefined : found("end")?.name;
}

/** Puts a new activity onto an edge; what lies behind moves aside. Answers undefined when the type cannot stand there. */
export function insert(drawing: Drawing, catalogue: Catalogue, body: ActivityBody, edge: GraphEdge): [Drawing, string] | undefined {
  if (!insertable(catalogue, drawing.graph, edge).includes(canonical(catalogue, body.Type))) return undefined;
  const [grown, name] = add(drawing, catalogue, body, { after: edge.from });
  const place = edgeId(edge);
  const edges = drawing.graph.edges.flatMap((one) => (edgeId(one) === place ? [{ ...one, to: name }, { from: name, to: edge.to }] : [one]));
  const graph = { ...grown.graph, edges };
  return [{ graph, layout: makeRoom(grown.layout, edge.to, name) }, name];
}

/** Moves everything from `to` on to the right when the new activity would touch it. */
function makeRoom(layout: Layout, to: string, name: string): Layout {
  const [target, made] = [layout[to], layout[name]];
  if (!target || !made || target.x >= made.x + NODE_WIDTH) return layout;
  const shift = made.x + NODE_WIDTH + GAP_ACROSS - target.x;
  return Object.fromEntries(Object.entries(layout).map(([one, p]) => [one, one !== name && p.x >= target.x ? { x: p.x + shift, y: p.y } : p]));
}

export function connect(drawing: Drawing, catalogue: Catalogue, edge: GraphEdge): Drawing {
  if (refusal(catalogue, drawing.graph, edge)) return drawing;
  return withGraph(drawing, { ...drawing.graph, edges: [...drawing.graph.edges, edge] });
}

export function disconnect(drawing: Drawing, edges: readonly GraphEdge[]): Drawing {
  const gone = new Set(edges.map(edgeId));
  return withGraph(drawing, { ...drawing.graph, edges: drawing.graph.edges.filter((edge) => !gone.has(edgeId(edge))) });
}

/** Makes `name` follow exactly these. One that followed nothing moves to their right, and what follows it further, so that its edges go forward. `answers`: those of them that it answers the failure of, when they are new. */
export function setFollows(drawing: Drawing, name: string, follows: readonly string[], answers: readonly string[] = []): Drawing {
  const wanted = new Set(follows);
  const kept = drawing.graph.edges.filter((edge) => edge.to !== name || wanted.has(edge.from));
  const had = new Set(kept.filter((edge) => edge.to === name).map((edge) => edge.from));
  const graph = { ...drawing.graph, edges: [...kept, ...follows.filter((from) => !had.has(from)).map((from) => (answers.includes(from) ? { from, to: name, more: { When: "failure" } } : { from, to: name }))] };
  if (had.size || !follows.length || drawing.graph.edges.some((edge) => edge.to === name)) return withGraph(drawing, graph);
  const { [name]: _, ...others } = drawing.layout;
  const layout = { ...others, [name]: beside(graph, others, name) };
  return { graph, layout: successorsOf(graph, name).reduce((made, to) => makeRoom(made, to, name), layout) };
}

/** When an edge leads on; undefined: as MPS does it, after a success. */
export function setWhen(drawing: Drawing, edge: GraphEdge, when: When | undefined): Drawing {
  const edges = drawing.graph.edges.map((one): GraphEdge => {
    if (edgeId(one) !== edgeId(edge)) return one;
    return when ? { ...one, more: { ...one.more, When: when } } : { from: one.from, to: one.to };
  });
  return withGraph(drawing, { ...drawing.graph, edges });
}

/** Takes activities out, and out of the playlists that refer to them. One with a single predecessor or a single successor is bridged where that may be, so a chain does not fall apart. */
export function remove(drawing: Drawing, catalogue: Catalogue, names: readonly string[]): Drawing {
  let graph = drawing.graph;
  for (const name of names) graph = bridge(graph, catalogue, name);
  const gone = new Set(names);
  return { graph, layout: Object.fromEntries(Object.entries(drawing.layout).filter(([name]) => !gone.has(name))) };
}

function bridge(graph: Graph, catalogue: Catalogue, name: string): Graph {
  const before = graph.edges.filter((edge) => edge.to === name).map((edge) => edge.from);
  const after = successorsOf(graph, name);
  let left: Graph = {
    ...graph,
    nodes: graph.nodes.filter((node) => node.name !== name).map((node) => ({ ...node, body: dropReferences(node.body, name) as ActivityBody })),
    edges: graph.edges.filter((edge) => edge.from !== name && edge.to !== name),
    keys: graph.keys.filter((key) => key !== name),
  };
  for (const from of before) {
    for (const to of after) {
      const lost = successorsOf(left, from).length === 0 || !left.edges.some((edge) => edge.to === to);
      if (lost && !refusal(catalogue, left, { from, to })) left = { ...left, edges: [...left.edges, { from, to }] };
    }
  }
  return left;
}

/** Why an activity cannot bear this name. */
export function nameFault(graph: Graph, old: string, name: string): "empty" | "long" | "taken" | undefined {
  if (!name.trim()) return "empty";
  if (new TextEncoder().encode(name).length > 255) return "long";
  return name !== old && nodeOf(graph, name) ? "taken" : undefined;
}

/** Gives an activity another name, everywhere: in edges, in the layout and in the playlists that refer to it. */
export function rename(drawing: Drawing, old: string, name: string): Drawing {
  if (old === name || nameFault(drawing.graph, old, name)) return drawing;
  const now = (one: string) => (one === old ? name : one);
  const { graph } = drawing;
  const nodes = graph.nodes.map((node) => {
    const body = renameReferences(node.body, old, name) as ActivityBody;
    return { name: now(node.name), body: node.name === old && body.Name === old ? { ...body, Name: name } : body };
  });
  return {
    graph: { ...graph, nodes, edges: graph.edges.map((edge) => ({ ...edge, from: now(edge.from), to: now(edge.to) })), keys: graph.keys.map(now) },
    layout: Object.fromEntries(Object.entries(drawing.layout).map(([one, place]) => [now(one), place])),
  };
}

export function setBody(drawing: Drawing, name: string, body: ActivityBody): Drawing {
  return withGraph(drawing, { ...drawing.graph, nodes: drawing.graph.nodes.map((node) => (node.name === name ? { name, body } : node)) });
}

export function move(drawing: Drawing, places: Layout): Drawing {
  return { ...drawing, layout: { ...drawing.layout, ...places } };
}

/** A drawing with all activities where they stand best. */
export function arranged(graph: Graph, catalogue: Catalogue): Drawing {
  return { graph, layout: arrange(graph, packages(catalogue, graph)) };
}

/** A drawing with kept places, and places found for the rest. */
export function placed(graph: Graph, catalogue: Catalogue, known: Layout): Drawing {
  return { graph, layout: complete(graph, known, packages(catalogue, graph)) };
}

/** What copying takes along: activities, the edges among them, and where they stand. A second Start or Report cannot be, so they stay. */
export interface Clip {
  nodes: GraphNode[];
  edges: GraphEdge[];
  layout: Layout;
}

export function copy(drawing: Drawing, catalogue: Catalogue, names: readonly string[]): Clip {
  const nodes = drawing.graph.nodes.filter((node) => names.includes(node.name) && !isSingle(catalogue, canonical(catalogue, node.body.Type)));
  const kept = new Set(nodes.map((node) => node.name));
  const edges = drawing.graph.edges.filter((edge) => kept.has(edge.from) && kept.has(edge.to));
  return { nodes, edges, layout: Object.fromEntries(Object.entries(drawing.layout).filter(([name]) => kept.has(name))) };
}

/** Pastes with free names, a little below; references among the pasted follow their new names. */
export function paste(drawing: Drawing, clip: Clip): [Drawing, string[]] {
  const taken = new Set(drawing.graph.nodes.map((node) => node.name));
  const names = new Map<string, string>();
  for (const { name } of clip.nodes) {
    const made = freeName(taken, name);
    taken.add(made);
    names.set(name, made);
  }
  const renamed = (name: string) => names.get(name) ?? name;
  const nodes = clip.nodes.map(({ name, body }) => {
    let made = body;
    for (const [old, now] of names) if (old !== now) made = renameReferences(made, old, now) as ActivityBody;
    return { name: renamed(name), body: made.Name === name ? { ...made, Name: renamed(name) } : made };
  });
  const layout: Record<string, Place> = { ...drawing.layout };
  for (const { name } of clip.nodes) {
    const place = clip.layout[name] ?? { x: 0, y: 0 };
    layout[renamed(name)] = free(Object.values(layout), { x: place.x + 24, y: place.y + 24 });
  }
  const graph: Graph = {
    ...drawing.graph,
    nodes: [...drawing.graph.nodes, ...nodes],
    edges: [...drawing.graph.edges, ...clip.edges.map((edge) => ({ ...edge, from: renamed(edge.from), to: renamed(edge.to) }))],
    keys: [...drawing.graph.keys, ...nodes.map((node) => node.name)],
  };
  return [{ graph, layout }, nodes.map((node) => node.name)];
}

function withGraph(drawing: Drawing, graph: Graph): Drawing {
  return { ...drawing, graph };
}
