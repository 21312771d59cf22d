/** The canvas that the editor and a run share, so that a run looks exactly like its drawing. */
import {
  Background,
  BackgroundVariant,
  Controls,
  MiniMap,
  ReactFlow,
  ReactFlowProvider,
  useNodesInitialized,
  useReactFlow,
  useStore,
  type EdgeChange,
  type FinalConnectionState,
  type NodeChange,
} from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import "./canvas.css";
import { memo, useCallback, useEffect, useImperativeHandle, useMemo, useRef, useState, type Ref, type SetStateAction } from "react";
import { useScheme } from "@/app/prefs";
import { useLanguage } from "@/i18n";
import { useCommonTexts } from "@/i18n/common";
import { look, word } from "@/ui/states";
import { ActivityNode, FrameNode, PlusContext } from "./ActivityNode";
import { useDropTarget } from "./dropping";
import type { Editing } from "./editing";
import { activityNodes, flowEdges, frameNodes, type ActivityData, type ActivityFlowNode, type FlowEdge, type FlowNode, type Seen } from "./elements";
import { FlowEdgeLine } from "./FlowEdgeLine";
import { isObject, sameJson } from "./json";
import type { Place } from "./layout";
import { useFlowTexts } from "./texts";

export interface Selection {
  nodes: readonly string[];
  edges: readonly string[];
}
export const NOTHING: Selection = { nodes: [], edges: [] };

export interface CanvasHandle {
  fit: () => void;
  /** Brings an activity into view and gives it the keyboard focus. */
  show: (name: string) => void;
}

interface Props {
  seen: Omit<Seen, "language" | "editable">;
  label: string;
  selection: Selection;
  onSelect: (change: SetStateAction<Selection>) => void;
  editing?: Editing | undefined;
  handle?: Ref<CanvasHandle>;
  /** Activities from which a small map helps more than it hides. */
  mapFrom?: number;
}

const NODES = { activity: ActivityNode, frame: FrameNode };
const EDGES = { flow: FlowEdgeLine };
const FAR = 0.62; // zoom below which only names can be read
const FIT = { padding: 0.06, maxZoom: 1, minZoom: 0.05 };

export const Canvas = memo(function Canvas(props: Props) {
  return (
    <ReactFlowProvider>
      <Inner {...props} />
    </ReactFlowProvider>
  );
});

function Inner({ seen: given, label, selection, onSelect, editing, handle, mapFrom = 15 }: Props) {
  const t = useFlowTexts();
  const language = useLanguage();
  const scheme = useScheme();
  const editable = editing !== undefined;
  const { drawing, catalogue, templates, problems, live } = given;
  const seen: Seen = useMemo(
    () => ({ drawing, catalogue, templates, problems, live, language, editable }),
    [drawing, catalogue, templates, problems, live, language, editable],
  );
  const [nodes, onNodesChange] = useNodes(seen, selection, onSelect, editing?.onMove);
  const box = useRef<HTMLDivElement>(null);
  useFit(box, handle, nodes);
  const drop = useDropTarget(editing);
  const isFar = useStore((state) => state.transform[2] < FAR);
  const edges = useEdges(seen, selection, drop.over);
  const frames = useMemo(() => frameNodes(seen, nodes), [seen, nodes]);
  const shownNodes = useMemo((): FlowNode[] => [...frames, ...nodes], [frames, nodes]);
  const onEdgesChange = useCallback(
    (changes: EdgeChange<FlowEdge>[]) => onSelect((old) => ({ ...old, edges: chosen(old.edges, changes) })),
    [onSelect],
  );
  const onConnectEnd = (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
    if (!editing || !state.fromNode || state.isValid) return;
    const backwards = state.fromHandle?.type === "target";
    if (state.toNode) {
      const [from, to] = backwards ? [state.toNode.id, state.fromNode.id] : [state.fromNode.id, state.toNode.id];
      const reason = editing.refuse({ from, to });
      if (reason) editing.onRefused(reason);
      return;
    }
    if (backwards) return;
    const point = "changedTouches" in event ? event.changedTouches[0] : event;
    if (point) editing.onPlus(state.fromNode.id, new DOMRect(point.clientX, point.clientY, 0, 0), drop.toCanvas(point.clientX, point.clientY));
  };
  return (
    <div ref={box} className="flow flow-canvas" data-editable={editable} data-far={isFar} role="region" aria-label={label} {...drop.handlers}>
      <PlusContext value={editing?.onPlus}>
        <ReactFlow<FlowNode, FlowEdge>
          nodes={shownNodes}
          edges={edges}
          nodeTypes={NODES}
          edgeTypes={EDGES}
          colorMode={scheme}
          onNodesChange={onNodesChange}
          onEdgesChange={onEdgesChange}
          onConnect={({ source, target }) => editing?.onConnect({ from: source, to: target })}
          onConnectEnd={onConnectEnd}
          isValidConnection={({ source, target }) => editing?.refuse({ from: source, to: target }) === undefined}
          nodesDraggable={editable}
          nodesConnectable={editable}
          edgesFocusable={false}
          edgesReconnectable={false}
          deleteKeyCode={null}
          selectNodesOnDrag={false}
          multiSelectionKeyCode={["Control", "Meta"]}
          minZoom={FIT.minZoom}
          maxZoom={2}
          fitView
          fitViewOptions={FIT}
          connectionRadius={28}
          zoomOnDoubleClick={false}
          ariaLabelConfig={{
            "node.a11yDescription.default": editable ? t("nodeKeys") : t("nodeKeysView"),
            "node.a11yDescription.keyboardDisabled": t("nodeKeysView"),
            "controls.ariaLabel": t("zoom"),
            "controls.zoomIn.ariaLabel": t("zoomIn"),
            "controls.zoomOut.ariaLabel": t("zoomOut"),
            "controls.fitView.ariaLabel": t("fit"),
            "minimap.ariaLabel": t("minimap"),
          }}
        >
          <Background variant={BackgroundVariant.Dots} gap={16} size={1} color="var(--rm-color-border)" />
          <Controls showInteractive={false} fitViewOptions={FIT} position="bottom-left" />
          {drawing.graph.nodes.length >= mapFrom && (
            <MiniMap<FlowNode> pannable zoomable position="bottom-right" style={{ width: 150, height: 96 }} nodeColor={miniColour} nodeBorderRadius={12} />
          )}
        </ReactFlow>
      </PlusContext>
    </div>
  );
}

function miniColour(node: FlowNode): string {
  if (node.type === "frame") return "transparent";
  const { live, problems } = node.data as ActivityData;
  return live ? `var(--state-${look(live.state)})` : problems ? "var(--state-failed)" : "var(--flow-edge)";
}

/** What React Flow finds out about a node: its size, and where it is while it is dragged. */
interface Shape {
  measured?: { width: number; height: number } | undefined;
  dragged?: Place | undefined;
}

/** The shown nodes: those of the drawing as React Flow measured them, in the places to which they are dragged. A node of which nothing to see has
 * changed stays the same object: it is not drawn again, however often a run tells of itself. */
function useNodes(seen: Seen, selection: Selection, onSelect: Props["onSelect"], onMove?: Editing["onMove"]) {
  const describe = useDescription();
  const wanted = useMemo(() => activityNodes(seen), [seen]);
  const [shapes, setShapes] = useState<ReadonlyMap<string, Shape>>(new Map());
  const reuse = useReuse<ActivityFlowNode>(describe);
  const nodes = useMemo(
    () =>
      reuse(wanted, sameNode, (node, same) => {
        const { measured, dragged } = shapes.get(node.id) ?? {};
        return {
          ...node,
          ...(measured ? { measured } : {}),
          ...(dragged ? { position: dragged, dragging: true } : {}),
          selected: selection.nodes.includes(node.id),
          ariaLabel: same && sameData(same.data, node.data) ? (same.ariaLabel ?? "") : describe(node.data),
        };
      }),
    [reuse, wanted, shapes, selection.nodes, describe],
  );
  const onNodesChange = useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      setShapes((old) => reshaped(old, changes));
      const placed = changes.flatMap((change) => (change.type === "position" && !change.dragging && change.position ? [[change.id, round(change.position)] as const] : []));
      if (placed.length) onMove?.(Object.fromEntries(placed));
      if (changes.some((change) => change.type === "select")) onSelect((old) => ({ ...old, nodes: chosen(old.nodes, changes) }));
    },
    [onMove, onSelect],
  );
  return [nodes, onNodesChange] as const;
}

/** The edges; those of which nothing to see has changed stay the same objects. */
function useEdges(seen: Seen, selection: Selection, over: string | undefined): FlowEdge[] {
  const { drawing, catalogue, editable, live } = seen;
  const wanted = useMemo(() => flowEdges({ drawing, catalogue, editable }), [drawing, catalogue, editable]);
  const reuse = useReuse<FlowEdge>();
  return useMemo(
    () =>
      reuse(wanted, sameEdge, (edge) => ({
        ...edge,
        data: { ...edge.data, look: live?.get(edge.target)?.state },
        selected: selection.edges.includes(edge.id),
        className: edge.id === over ? "flow-edge-over" : "",
      })),
    [reuse, wanted, live, selection.edges, over],
  );
}

/** Makes a list out of another one and takes what it made the last time wherever that is the same. It begins anew when `reset` changes. */
function useReuse<One extends { id: string }>(reset?: unknown) {
  return useMemo(() => {
    let list: readonly One[] = [];
    return (wanted: readonly One[], same: (a: One, b: One) => boolean, make: (one: One, before: One | undefined) => One): One[] => {
      const known = new Map(list.map((one) => [one.id, one]));
      const made = wanted.map((one) => {
        const before = known.get(one.id);
        const now = make(one, before);
        return before && same(before, now) ? before : now;
      });
      if (made.length !== list.length || made.some((one, place) => one !== list[place])) list = made;
      return list as One[];
    };
  }, [reset]); // eslint-disable-line react-hooks/exhaustive-deps
}

/** What a screen reader says of a node. */
function useDescription() {
  const t = useFlowTexts();
  const common = useCommonTexts();
  return useCallback(
    ({ name, label, line, live, problems }: ActivityData) => {
      const state = live && word(live.state);
      const percent = live && look(live.state) === "running" && live.percent !== undefined ? `${live.percent} %` : "";
      return [name, label, line, state && common(state), percent, live?.duration, problems && t("problemsOnNode", { count: problems })].filter(Boolean).join(", ");
    },
    [t, common],
  );
}

function reshaped(old: ReadonlyMap<string, Shape>, changes: readonly NodeChange<FlowNode>[]): ReadonlyMap<string, Shape> {
  const now = new Map(old);
  for (const change of changes) {
    if (change.type === "dimensions" && change.dimensions) now.set(change.id, { ...now.get(change.id), measured: change.dimensions });
    else if (change.type === "position") now.set(change.id, { ...now.get(change.id), dragged: change.dragging ? change.position : undefined });
  }
  return changes.some(({ type }) => type === "dimensions" || type === "position") ? now : old;
}

const samePlace = (a: Place, b: Place): boolean => a.x === b.x && a.y === b.y;

function sameNode(a: ActivityFlowNode, b: ActivityFlowNode): boolean {
  return a.selected === b.selected && a.dragging === b.dragging && a.measured === b.measured && a.ariaLabel === b.ariaLabel && samePlace(a.position, b.position) && sameData(a.data, b.data);
}

function sameData(a: ActivityData, b: ActivityData): boolean {
  const keys = Object.keys(b);
  return keys.length === Object.keys(a).length && keys.every((key) => Object.is(a[key], b[key]) || sameLive(a[key], b[key]));
}

const sameLive = (a: unknown, b: unknown): boolean => isObject(a) && isObject(b) && sameJson(a, b);

function sameEdge(a: FlowEdge, b: FlowEdge): boolean {
  const { gate, asks, when, look, corridor } = b.data ?? {};
  const same = a.selected === b.selected && a.className === b.className && a.deletable === b.deletable;
  return same && a.data?.gate === gate && a.data?.asks === asks && a.data?.when === when && a.data?.look === look && a.data?.corridor === corridor;
}

const round = ({ x, y }: Place): Place => ({ x: Math.round(x), y: Math.round(y) });

function chosen(old: readonly string[], changes: readonly (NodeChange<FlowNode> | EdgeChange<FlowEdge>)[]): readonly string[] {
  const now = new Set(old);
  for (const change of changes) {
    if (change.type !== "select") continue;
    if (change.selected) now.add(change.id);
    else now.delete(change.id);
  }
  const list = [...now];
  return list.length === old.length && list.every((one, place) => one === old[place]) ? old : list;
}

/** Fits the drawing into view when it is first measured and whenever the box changes its size. */
function useFit(box: React.RefObject<HTMLDivElement | null>, handle: Ref<CanvasHandle> | undefined, nodes: readonly ActivityFlowNode[]) {
  const { fitView } = useReactFlow();
  const until = useRef(0);
  const ready = useNodesInitialized();
  const fit = useCallback(() => {
    requestAnimationFrame(() => void fitView(FIT));
  }, [fitView]);
  // A new drawing comes a moment after the wish to see it whole.
  useEffect(() => {
    if (performance.now() < until.current) fit();
  }, [nodes, fit]);
  useEffect(() => {
    if (ready) fit();
  }, [ready, fit]);
  useEffect(() => {
    if (!box.current) return;
    const observer = new ResizeObserver(fit);
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [box, fit]);
  useImperativeHandle(handle, () => ({
    fit: () => {
      until.current = performance.now() + 1000;
      fit();
    },
    show: (name) => {
      requestAnimationFrame(() => {
        const element = box.current?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(name)}"]`);
        element?.focus({ preventScroll: true });
        void fitView({ nodes: [{ id: name }], maxZoom: 1, minZoom: 0.6, duration: 0, padding: 1.5 });
      });
    },
  }));
}
