/** A drawing -> the nodes and edges that React Flow shows. Pure. */
import type { Edge, Node } from "@xyflow/react";
import type { Catalogue } from "@/api/types";
import { canonical } from "./catalogue";
import type { Drawing } from "./edit";
import { NODE_HEIGHT, NODE_WIDTH } from "./layout";
import { at, parametersOf, toForm } from "./parameters";
import { gateOf, packages } from "./rules";
import { summary, type Templates } from "./summary";
import { edgeId, successorsOf } from "./topology";

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
  /** The type in words. */
  label: string;
  line: string;
  live?: Live | undefined;
  problems: number;
  editable: boolean;
  /** Whether it has a + ; "shown" where nothing follows yet. */
  plus: "none" | "hover" | "shown";
}

export type ActivityFlowNode = Node<ActivityData, "activity">;
export type FrameFlowNode = Node<{ label: string }, "frame">;
export type FlowNode = ActivityFlowNode | FrameFlowNode;
export type FlowEdge = Edge<{ gate?: string | undefined; look?: string | undefined }, "flow">;

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
    const ends = type === "Report" || type === "GenerateMasterPlayList" || !seen.editable;
    return {
      id: name,
      type: "activity",
      position: drawing.layout[name] ?? { x: 0, y: 0 },
      width: NODE_WIDTH,
      height: NODE_HEIGHT,
      data: {
        name,
        type,
        label: kind?.Label[language] ?? body.Type,
        line: summary(catalogue, body, seen.templates),
        live: seen.live?.get(name),
        problems: seen.problems?.get(name) ?? 0,
        editable: seen.editable,
        plus: type === "Report" || !seen.editable ? "none" : !ends && successorsOf(drawing.graph, name).length === 0 ? "shown" : "hover",
      },
    };
  });
}

export function flowEdges(seen: Seen): FlowEdge[] {
  const { drawing, catalogue, live } = seen;
  const bodies = new Map(drawing.graph.nodes.map((node) => [node.name, node.body]));
  return drawing.graph.edges.flatMap((edge) => {
    const body = bodies.get(edge.from);
    if (!body || !bodies.has(edge.to)) return [];
    const parameter = gateOf(catalogue, body.Type);
    const rule = parameter ? at(toForm(parametersOf(body)), [parameter]) : undefined;
    return {
      id: edgeId(edge),
      source: edge.from,
      target: edge.to,
      type: "flow" as const,
      data: { gate: parameter === undefined ? undefined : String(rule ?? ""), look: live?.get(edge.to)?.state },
      deletable: seen.editable,
      focusable: false,
    };
  });
}

const ROOM = 18;
const HEAD = 24;

/** The soft frame round each package, from where its activities stand now. */
export function frameNodes(seen: Seen, placed: readonly ActivityFlowNode[]): FrameFlowNode[] {
  const places = new Map(placed.map((node) => [node.id, node.position]));
  return packages(seen.catalogue, seen.drawing.graph).flatMap(({ name, members }) => {
    const found = members.flatMap((member) => places.get(member) ?? []);
    if (found.length < 2) return [];
    const left = Math.min(...found.map((p) => p.x)) - ROOM;
    const top = Math.min(...found.map((p) => p.y)) - ROOM - HEAD;
    const right = Math.max(...found.map((p) => p.x)) + NODE_WIDTH + ROOM;
    const bottom = Math.max(...found.map((p) => p.y)) + NODE_HEIGHT + ROOM;
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
