/** A drawing -> the nodes and edges that React Flow shows. Pure. */
import type { Edge, Node } from "@xyflow/react";
import type { Catalogue, CatalogueNode } from "@/api/types";
import { canonical } from "./catalogue";
import type { Drawing } from "./edit";
import { NODE_HEIGHT, NODE_WIDTH, type Place } from "./layout";
import { at, parametersOf, toForm } from "./parameters";
import { boxOf, corridor, type Box } from "./route";
import { askOf, gateOf, packages } from "./rules";
import { summary, type Templates } from "./summary";
import { edgeId, successorsOf, whenOf, type GraphEdge, type When } from "./topology";

/** What a run tells about an activity. */
export interface Live {
  state: string;
  percent?: number | undefined;
  /** How long it took or has taken, ready to show. */
  duration?: string | undefined;
}

export interface ActivityData extends Record<string, unknown> {
  name: string;
  /** The canonical type. */
  type: string;
  role: CatalogueNode["Role"] | undefined;
  /** The type in words. */
  label: string;
  line: string;
  live?: Live | undefined;
  /** When it is done, in CEL; "" always. */
  condition: string;
  problems: number;
  editable: boolean;
  /** Whether it has a + ; "shown" where nothing follows yet. */
  plus: "none" | "hover" | "shown";
}

export type ActivityFlowNode = Node<ActivityData, "activity">;
export type FrameFlowNode = Node<{ label: string }, "frame">;
export type FlowNode = ActivityFlowNode | FrameFlowNode;
/** `corridor`: the height at which the edge passes what stands in its way. */
export type FlowEdge = Edge<{ gate?: string | undefined; asks?: string | undefined; when?: When | undefined; look?: string | undefined; corridor?: number | undefined }, "flow">;

export interface Seen {
  drawing: Drawing;
  catalogue: Catalogue;
  templates: Templates;
  language: "en" | "zh";
  editable: boolean;
  problems?: ReadonlyMap<string, number> | undefined;
  live?: ReadonlyMap<string, Live> | undefined;
}

export function activityNodes(seen: Seen): ActivityFlowNode[] {
  const { drawing, catalogue, language } = seen;
  return drawing.graph.nodes.map(({ name, body }) => {
    const type = canonical(catalogue, body.Type);
    const kind = catalogue.Nodes.find((one) => one.Type === type);
    const last = kind?.Role === "end";
    const ends = last || kind?.Role === "join" || !seen.editable;
    return {
      id: name,
      type: "activity",
      position: drawing.layout[name] ?? { x: 0, y: 0 },
      width: NODE_WIDTH,
      height: NODE_HEIGHT,
      data: {
        name,
        type,
        role: kind?.Role,
        label: kind?.Label[language] ?? body.Type,
        line: summary(catalogue, body, seen.templates),
        live: seen.live?.get(name),
        condition: typeof body.Condition === "string" ? body.Condition : "",
        problems: seen.problems?.get(name) ?? 0,
        editable: seen.editable,
        plus: last || !seen.editable ? "none" : !ends && successorsOf(drawing.graph, name).length === 0 ? "shown" : "hover",
      },
    };
  });
}

/** The edges of the drawing. What a run tells of them is added where they are shown: it changes twice a second, their ways do not. */
export function flowEdges(seen: Pick<Seen, "drawing" | "catalogue" | "editable">): FlowEdge[] {
  const { drawing, catalogue } = seen;
  const bodies = new Map(drawing.graph.nodes.map((node) => [node.name, node.body]));
  const corridorOf = corridors(seen);
  return drawing.graph.edges.flatMap((edge) => {
    const body = bodies.get(edge.from);
    if (!body || !bodies.has(edge.to)) return [];
    const parameter = gateOf(catalogue, body.Type);
    const form = toForm(parametersOf(body));
    const rule = parameter ? at(form, [parameter]) : undefined;
    return {
      id: edgeId(edge),
      source: edge.from,
      target: edge.to,
      type: "flow" as const,
      // a gate with a rule that is not set stops nothing
      data: { gate: parameter === undefined || (parameter && !rule) ? undefined : String(rule ?? ""), asks: askOf(catalogue, body.Type, form), when: edge.more && whenOf(edge), corridor: corridorOf(edge) },
      deletable: seen.editable,
      focusable: false,
    };
  });
}

/** The corridor of each edge past the activities and the packages that it does not belong to. */
function corridors({ catalogue, drawing: { graph, layout } }: Pick<Seen, "catalogue" | "drawing">): (edge: GraphEdge) => number | undefined {
  const boxes = graph.nodes.flatMap(({ name }) => (layout[name] ? [{ box: boxOf(layout[name]), names: [name] }] : []));
  const frames = packages(catalogue, graph).flatMap(({ members }) => {
    const box = frameBox(members.flatMap((member) => layout[member] ?? []));
    return box ? [{ box, names: members }] : [];
  });
  const all: readonly { box: Box; names: readonly string[] }[] = [...boxes, ...frames];
  return ({ from, to }) => {
    const [start, end] = [layout[from], layout[to]];
    const others = all.flatMap(({ box, names }) => (names.includes(from) || names.includes(to) ? [] : [box]));
    return start && end && corridor(start, end, others);
  };
}

const ROOM = 18;
const HEAD = 24;

/** The frame round the activities of a package; a single one has none. */
function frameBox(found: readonly Place[]): Box | undefined {
  if (found.length < 2) return undefined;
  const boxes = found.map(boxOf);
  return {
    left: Math.min(...boxes.map((box) => box.left)) - ROOM,
    top: Math.min(...boxes.map((box) => box.top)) - ROOM - HEAD,
    right: Math.max(...boxes.map((box) => box.right)) + ROOM,
    bottom: Math.max(...boxes.map((box) => box.bottom)) + ROOM,
  };
}

/** The soft frame round each package, from where its activities stand now. */
export function frameNodes(seen: Seen, placed: readonly ActivityFlowNode[]): FrameFlowNode[] {
  const places = new Map(placed.map((node) => [node.id, node.position]));
  return packages(seen.catalogue, seen.drawing.graph).flatMap(({ name, members }) => {
    const box = frameBox(members.flatMap((member) => places.get(member) ?? []));
    if (!box) return [];
    const { left, top, right, bottom } = box;
    return {
      id: `frame:${name}`,
      type: "frame" as const,
      position: { x: left, y: top },
      width: right - left,
      height: bottom - top,
      zIndex: -1,
      draggable: false,
      selectable: false,
      focusable: false,
      deletable: false,
      data: { label: name },
    };
  });
}
