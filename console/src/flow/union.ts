/** Two drawings in one: everything that either has, and what became of each activity. */
import { changes } from "./changes";
import { edgeId, type Graph } from "./topology";

export type Mark = "added" | "removed" | "changed";

export function union(before: Graph, after: Graph): { graph: Graph; marks: ReadonlyMap<string, Mark> } {
  const { added, removed, changed } = changes(before, after);
  const marks = new Map<string, Mark>();
  for (const [mark, names] of [["added", added], ["removed", removed], ["changed", changed]] as const) for (const name of names) marks.set(name, mark);
  const gone = new Set(removed);
  const there = new Set(after.edges.map(edgeId));
  return {
    graph: {
      ...after,
      nodes: [...after.nodes, ...before.nodes.filter((node) => gone.has(node.name))],
      edges: [...after.edges, ...before.edges.filter((edge) => !there.has(edgeId(edge)) && (gone.has(edge.from) || gone.has(edge.to)))],
      keys: [...new Set([...after.keys, ...before.keys])],
    },
    marks,
  };
}
