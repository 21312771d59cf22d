/**
 * Topology JSON <-> graph: two pure functions that undo each other. What MPS wrote stays as it was written (JSON in a text or nested,
 * aliases, members that we do not know), so a workflow made through the API opens and is saved without loss. Positions are no part of it.
 */
import { isObject, sameJson, type Json, type JsonObject } from "./json";

/** One activity as the topology has it; `Parameters` may be an object or a text that contains one. */
export type ActivityBody = { Type: string; Name?: Json; Parameters?: Json } & JsonObject;

export interface GraphNode {
  name: string;
  body: ActivityBody;
}

/** `more`: what an edge that is written as an object says beside To; undefined for one that is written as a name. */
export interface GraphEdge {
  from: string;
  to: string;
  more?: JsonObject;
}

export const WHENS = ["success", "failure", "always"] as const;
export type When = (typeof WHENS)[number];

/** `keys`: the activities that Dependencies names, in its order; `rest`: members of the topology beside the two that MPS knows. */
export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
  keys: string[];
  rest: JsonObject;
}

export type TopologyFault = "notJson" | "notObject" | "noActivities" | "badActivity" | "badDependencies";

/** A text that cannot be drawn. `at` names the activity that is wrong. */
export class TopologyError extends Error {
  constructor(
    readonly fault: TopologyFault,
    readonly at = "",
  ) {
    super(at ? `${fault}: ${at}` : fault);
  }
}

export const EMPTY_GRAPH: Graph = { nodes: [], edges: [], keys: [], rest: {} };

export function edgeId(edge: GraphEdge): string {
  return JSON.stringify([edge.from, edge.to]);
}

export function edgeOfId(id: string): GraphEdge {
  const [from, to] = JSON.parse(id) as [string, string];
  return { from, to };
}

/** Throws TopologyError. */
export function parseTopology(text: string): Graph {
  let document: Json;
  try {
    document = JSON.parse(text) as Json;
  } catch {
    throw new TopologyError("notJson");
  }
  return toGraph(document);
}

/** Throws TopologyError. The same edge written twice is one edge. */
export function toGraph(document: Json): Graph {
  if (!isObject(document)) throw new TopologyError("notObject");
  const { Activities: activities, Dependencies: dependencies, ...rest } = document;
  if (!isObject(activities)) throw new TopologyError("noActivities");
  if (dependencies !== undefined && !isObject(dependencies)) throw new TopologyError("badDependencies");
  const nodes = Object.entries(activities).map(([name, body]) => {
    if (!isObject(body) || typeof body.Type !== "string") throw new TopologyError("badActivity", name);
    return { name, body: body as ActivityBody };
  });
  const seen = new Set<string>();
  const edges: GraphEdge[] = [];
  for (const [from, targets] of Object.entries(dependencies ?? {})) {
    if (!Array.isArray(targets)) throw new TopologyError("badDependencies", from);
    for (const target of targets) {
      const edge = toEdge(from, target);
      if (!seen.has(edgeId(edge))) edges.push(edge);
      seen.add(edgeId(edge));
    }
  }
  return { nodes, edges, keys: Object.keys(dependencies ?? {}), rest };
}

function toEdge(from: string, target: Json): GraphEdge {
  if (typeof target === "string") return { from, to: target };
  if (!isObject(target) || typeof target.To !== "string") throw new TopologyError("badDependencies", from);
  const { To: to, ...more } = target;
  return { from, to: to as string, more };
}

/** When an edge leads on, "success" when it does not say. */
export function whenOf(edge: GraphEdge): When {
  return WHENS.find((when) => when === edge.more?.When) ?? "success";
}

/** Edges stand under their source in the order of the graph. Activities that lead nowhere are named only when the original named them. */
export function toTopology(graph: Graph): JsonObject {
  const known = new Set(graph.keys);
  const keys = [...graph.keys, ...new Set(graph.edges.map((edge) => edge.from).filter((name) => !known.has(name)))];
  const dependencies: Record<string, Json[]> = Object.fromEntries(keys.map((name) => [name, []]));
  for (const edge of graph.edges) dependencies[edge.from]?.push(edge.more ? { To: edge.to, ...edge.more } : edge.to);
  return { Activities: Object.fromEntries(graph.nodes.map((node) => [node.name, node.body])), Dependencies: dependencies, ...graph.rest };
}

/** The text to save: the very text that was opened when nothing changed. */
export function toText(graph: Graph, opened?: string): string {
  const topology = toTopology(graph);
  if (opened !== undefined) {
    try {
      if (sameJson(JSON.parse(opened) as Json, topology)) return opened;
    } catch {
      return JSON.stringify(topology);
    }
  }
  return JSON.stringify(topology);
}

export function nodeOf(graph: Graph, name: string): GraphNode | undefined {
  return graph.nodes.find((node) => node.name === name);
}

export function followsOf(graph: Graph, name: string): string[] {
  return graph.edges.filter((edge) => edge.to === name).map((edge) => edge.from);
}

export function successorsOf(graph: Graph, name: string): string[] {
  return graph.edges.filter((edge) => edge.from === name).map((edge) => edge.to);
}

/** Whether `to` can be reached from `from`, going forward. */
export function leadsTo(graph: Graph, from: string, to: string): boolean {
  const waiting = [from];
  const seen = new Set(waiting);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (name === to) return true;
    for (const next of successorsOf(graph, name)) {
      if (!seen.has(next)) waiting.push(next);
      seen.add(next);
    }
  }
  return false;
}
