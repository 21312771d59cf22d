/** What saving would change: activities added, removed and changed, and edges that come and go. */
import { sameJson } from "./json";
import { edgeId, type Graph } from "./topology";

export interface Changes {
  added: string[];
  removed: string[];
  changed: string[];
  edges: number;
}

export function changes(before: Graph, after: Graph): Changes {
  const old = new Map(before.nodes.map((node) => [node.name, node.body]));
  const now = new Map(after.nodes.map((node) => [node.name, node.body]));
  const oldEdges = new Set(before.edges.map(edgeId));
  const nowEdges = new Set(after.edges.map(edgeId));
  return {
    added: [...now.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !now.has(name)),
    changed: [...now].filter(([name, body]) => old.has(name) && !sameJson(old.get(name), body)).map(([name]) => name),
    edges: [...oldEdges].filter((id) => !nowEdges.has(id)).length + [...nowEdges].filter((id) => !oldEdges.has(id)).length,
  };
}

export function isSame({ added, removed, changed, edges }: Changes): boolean {
  return !added.length && !removed.length && !changed.length && !edges;
}
