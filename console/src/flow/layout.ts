/** Where activities stand: dagre, left to right. A layout is kept beside the topology, `{name: {x, y}}` of the upper left corners. */
import { Graph as Dagre, layout } from "@dagrejs/dagre";
import type { Graph } from "./topology";

export interface Place {
  x: number;
  y: number;
}
export type Layout = Readonly<Record<string, Place>>;

export const NODE_WIDTH = 208;
export const NODE_HEIGHT = 72;
export const GAP_ACROSS = 64; // room for the diamond of a gate and for the + of a node
const GAP_DOWN = 30;

/** Places for all activities. The members of a section (a package) stand together, and nothing else stands among them. */
export function arrange(graph: Graph, sections: readonly { name: string; members: readonly string[] }[] = []): Layout {
  const drawing = new Dagre({ compound: true });
  drawing.setGraph({ rankdir: "LR", ranksep: GAP_ACROSS, nodesep: GAP_DOWN, marginx: 0, marginy: 0 });
  drawing.setDefaultEdgeLabel(() => ({}));
  for (const node of graph.nodes) drawing.setNode(node.name, { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const { name, members } of sections) {
    const frame = JSON.stringify(["section", name]); // no name of an activity is like this one's
    drawing.setNode(frame, {});
    for (const member of members) if (drawing.hasNode(member) && !drawing.parent(member)) drawing.setParent(member, frame);
  }
  for (const edge of graph.edges) if (drawing.hasNode(edge.from) && drawing.hasNode(edge.to)) drawing.setEdge(edge.from, edge.to);
  layout(drawing);
  return Object.fromEntries(
    graph.nodes.map(({ name }) => {
      const { x, y } = drawing.node(name) as Place;
      return [name, { x: Math.round(x - NODE_WIDTH / 2), y: Math.round(y - NODE_HEIGHT / 2) }];
    }),
  );
}

/** Kept places where there are some; all are made anew when none is known. */
export function complete(graph: Graph, known: Layout, sections: Parameters<typeof arrange>[1] = []): Layout {
  if (graph.nodes.every(({ name }) => known[name])) return known;
  if (!graph.nodes.some(({ name }) => known[name])) return arrange(graph, sections);
  const made = { ...known };
  for (const { name } of graph.nodes) made[name] ??= beside(graph, made, name);
  return made;
}

/** A free place for an activity: right of those that it follows, else under everything. */
export function beside(graph: Graph, known: Layout, name: string): Place {
  const before = graph.edges.filter((edge) => edge.to === name).flatMap((edge) => known[edge.from] ?? []);
  const all = Object.values(known);
  const x = before.length ? Math.max(...before.map((place) => place.x)) + NODE_WIDTH + GAP_ACROSS : 0;
  const y = before.length ? Math.min(...before.map((place) => place.y)) : Math.max(0, ...all.map((place) => place.y + NODE_HEIGHT + GAP_DOWN));
  return free(all, { x, y });
}

/** The next place below that touches no other. */
export function free(taken: readonly Place[], place: Place): Place {
  let y = place.y;
  const touches = (other: Place) => Math.abs(other.x - place.x) < NODE_WIDTH && Math.abs(other.y - y) < NODE_HEIGHT;
  for (let other = taken.find(touches); other; other = taken.find(touches)) y = other.y + NODE_HEIGHT + GAP_DOWN;
  return { x: place.x, y };
}
