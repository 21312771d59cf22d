/** Which edge may be: the catalogue's predecessors, one Start, one Report, no circle. Advisory as in MPS: the server has the last word. */
import type { Catalogue } from "@/api/types";
import { canonical, kindOf, roleOf } from "./catalogue";
import type { Json } from "./json";
import { at } from "./parameters";
import { edgeId, leadsTo, nodeOf, type Graph, type GraphEdge } from "./topology";

export type Refusal = "self" | "twice" | "circle" | "afterReport" | "beforeStart" | "order" | "unknown";

/** The types that may stand before `type`; undefined when any may. */
export function mayPrecede(catalogue: Catalogue, type: string): string[] | undefined {
  const found = kindOf(catalogue, type)?.Predecessors ?? [];
  return found.length ? found : undefined;
}

/** Whether an activity of type `to` may come directly after one of type `from`. */
export function mayFollow(catalogue: Catalogue, from: string, to: string): boolean {
  const [before, after] = [canonical(catalogue, from), canonical(catalogue, to)];
  if (roleOf(catalogue, before) === "end" || roleOf(catalogue, after) === "start") return false;
  return mayPrecede(catalogue, after)?.includes(before) ?? true;
}

/** Why this edge cannot be, undefined when it can. */
export function refusal(catalogue: Catalogue, graph: Graph, edge: GraphEdge): Refusal | undefined {
  const [from, to] = [nodeOf(graph, edge.from), nodeOf(graph, edge.to)];
  if (!from || !to) return "unknown";
  if (edge.from === edge.to) return "self";
  if (graph.edges.some((one) => edgeId(one) === edgeId(edge))) return "twice";
  if (roleOf(catalogue, from.body.Type) === "end") return "afterReport";
  if (roleOf(catalogue, to.body.Type) === "start") return "beforeStart";
  if (!mayFollow(catalogue, from.body.Type, to.body.Type)) return "order";
  return leadsTo(graph, edge.to, edge.from) ? "circle" : undefined;
}

/** Types of which a workflow has exactly one. */
export function isSingle(catalogue: Catalogue, type: string): boolean {
  return ["start", "end"].includes(roleOf(catalogue, type) ?? "");
}

/** Types that can be added now at all: a second Start or Report cannot. */
export function addable(catalogue: Catalogue, graph: Graph): string[] {
  const present = new Set(graph.nodes.map((node) => canonical(catalogue, node.body.Type)));
  return catalogue.Nodes.map((kind) => kind.Type).filter((type) => !isSingle(catalogue, type) || !present.has(type));
}

/** What the `+` of an activity offers. */
export function successorsFor(catalogue: Catalogue, graph: Graph, name: string): string[] {
  const node = nodeOf(graph, name);
  return node ? addable(catalogue, graph).filter((type) => mayFollow(catalogue, node.body.Type, type)) : [];
}

/** Types that may be put onto an edge: they follow its source and its target follows them. */
export function insertable(catalogue: Catalogue, graph: Graph, edge: GraphEdge): string[] {
  const target = nodeOf(graph, edge.to);
  if (!target) return [];
  return successorsFor(catalogue, graph, edge.from).filter((type) => mayFollow(catalogue, type, target.body.Type));
}

/** Activities that `name` could follow, those that it follows already included: the choices of the form's "follows". */
export function possibleFollows(catalogue: Catalogue, graph: Graph, name: string): string[] {
  const bare = { ...graph, edges: graph.edges.filter((edge) => edge.to !== name) };
  return graph.nodes.map((node) => node.name).filter((from) => refusal(catalogue, bare, { from, to: name }) === undefined);
}

/** Activities that `name` could only follow by an edge that says when: as an answer to what became of them. */
export function possibleAnswers(catalogue: Catalogue, graph: Graph, name: string): string[] {
  const bare = { ...graph, edges: graph.edges.filter((edge) => edge.to !== name) };
  const circle = (from: string) => leadsTo(graph, name, from);
  return graph.nodes.map((node) => node.name).filter((from) => refusal(catalogue, bare, { from, to: name }) === "order" && !circle(from));
}

/** The parameter with the rule of a gate, "" for a gate without one, undefined when the type is no gate. */
export function gateOf(catalogue: Catalogue, type: string): string | undefined {
  return kindOf(catalogue, type)?.Gate ?? undefined;
}

/** When an activity asks a person, by the words of its own parameter; undefined when it does not. */
export function askOf(catalogue: Catalogue, type: string, form: Json): string | undefined {
  const kind = kindOf(catalogue, type);
  if (!kind?.Asks) return undefined;
  const said = at(form, [kind.Asks]);
  const usual = kind.Schema.properties?.[kind.Asks]?.default;
  return said && said !== usual ? String(said) : undefined;
}

/** Whether a package begins here: a scope that stands in no other. */
function isPackage(catalogue: Catalogue, type: string): boolean {
  const kind = kindOf(catalogue, type);
  return kind?.Role === "scope" && !kind.Predecessors.some((before) => roleOf(catalogue, before) === "scope");
}

/** The activities of each package: from the scope that it begins with to its master playlist. Both ends belong to it. */
export function packages(catalogue: Catalogue, graph: Graph): { name: string; members: string[] }[] {
  const typeOf = new Map(graph.nodes.map((node) => [node.name, node.body.Type]));
  const role = (name: string) => roleOf(catalogue, typeOf.get(name) ?? "");
  const next = new Map<string, string[]>();
  for (const edge of graph.edges) next.set(edge.from, [...(next.get(edge.from) ?? []), edge.to]);
  return graph.nodes
    .filter((node) => isPackage(catalogue, node.body.Type))
    .map((node) => {
      const members = new Set([node.name]);
      const waiting = [node.name];
      for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
        if (role(name) === "join") continue;
        for (const to of next.get(name) ?? []) {
          if (members.has(to) || !typeOf.has(to) || role(to) === "end") continue;
          members.add(to);
          waiting.push(to);
        }
      }
      return { name: node.name, members: [...members] };
    });
}
