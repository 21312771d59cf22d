/** What saving would change: activities added, removed and changed, and edges that come and go. */
import { sameJson } from "./json";
import { type Graph, type GraphEdge } from "./topology";

export interface Changes {
  added: string[];
  removed: string[];
  changed: string[];
  edges: number;
}

export function changes(before: Graph, after: Graph): Changes {
  const old = new Map(before.nodes.map((node) => [node.name, node.body]));
  const now = new Map(after.nodes.map((node) => [node.name, node.body]));
  const oldEdges = new Set(before.edges.map(written));
  const nowEdges = new Set(after.edges.map(written));
  return {
    added: [...now.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !now.has(name)),
    changed: [...now].filter(([name, body]) => old.has(name) && !sameJson(old.get(name), body)).map(([name]) => name),
    edges: [...oldEdges].filter((id) => !nowEdges.has(id)).length + [...nowEdges].filter((id) => !oldEdges.has(id)).length,
  };
}

const written = ({ from, to, more }: GraphEdge) => JSON.stringify([from, to, more]);

export function isSame({ added, removed, changed, edges }: Changes): boolean {
  return !added.length && !removed.length && !changed.length && !edges;
}
