/** The canvas that the editor and a run share, so that a run looks exactly like its drawing. */
import {
  applyNodeChanges,
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
import { useCallback, useEffect, useImperativeHandle, useMemo, useRef, useState, type Ref, type SetStateAction } from "react";
import { useScheme } from "@/app/prefs";
import { useLanguage } from "@/i18n";
import { useCommonTexts } from "@/i18n/common";
import { look, word } from "@/ui/states";
import { ActivityNode, FrameNode, PlusContext } from "./ActivityNode";
import { useDropTarget } from "./dropping";
import { activityNodes, flowEdges, frameNodes, type ActivityData, type ActivityFlowNode, type FlowEdge, type FlowNode, type Seen } from "./elements";
import { FlowEdgeLine } from "./FlowEdgeLine";
import { isObject, sameJson } from "./json";
import type { Layout, Place } from "./layout";
import type { Refusal } from "./rules";
import { useFlowTexts } from "./texts";
import type { GraphEdge } from "./topology";

export interface Selection {
  nodes: readonly string[];
  edges: readonly string[];
}
export const NOTHING: Selection = { nodes: [], edges: [] };

/** What the editor does with the canvas; a run has none of it. */
export interface Editing {
  refuse: (edge: GraphEdge) => Refusal | undefined;
  onConnect: (edge: GraphEdge) => void;
  onRefused: (reason: Refusal) => void;
  onMove: (places: Layout) => void;
  onPlus: (name: string, anchor: DOMRect, at?: Place) => void;
  mayInsert: (type: string, edge: GraphEdge) => boolean;
  onDrop: (type: string, at: Place, edge?: GraphEdge) => void;
}

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

export function Canvas(props: Props) {
  return (
    <ReactFlowProvider>
      <Inner {...props} />
    </ReactFlowProvider>
  );
}

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
  const [nodes, setNodes, onNodesChange] = useNodes(seen, selection, onSelect, editing?.onMove);
  const edges = useMemo(() => flowEdges(seen), [seen]);
  const box = useRef<HTMLDivElement>(null);
  useFit(box, handle, nodes);
  const drop = useDropTarget(editing);
  const isFar = useStore((state) => state.transform[2] < FAR);
  const shownEdges = useMemo(
    () =>
      edges.map((edge): FlowEdge => ({ ...edge, selected: selection.edges.includes(edge.id), className: edge.id === drop.over ? "flow-edge-over" : "" })),
    [edges, selection.edges, drop.over],
  );
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
          edges={shownEdges}
          nodeTypes={NODES}
          edgeTypes={EDGES}
          colorMode={scheme}
          onNodesChange={(changes) => onNodesChange(changes as NodeChange<ActivityFlowNode>[], setNodes)}
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

type SetNodes = (change: SetStateAction<ActivityFlowNode[]>) => void;

/** The shown nodes: those of the drawing, with what React Flow measured and with places while they are dragged. */
function useNodes(seen: Seen, selection: Selection, onSelect: Props["onSelect"], onMove?: Editing["onMove"]) {
  const t = useFlowTexts();
  const common = useCommonTexts();
  const describe = useCallback(
    ({ name, label, line, live, problems }: ActivityData) => {
      const state = live && word(live.state);
      const percent = live && look(live.state) === "running" && live.percent !== undefined ? `${live.percent} %` : "";
      return [name, label, line, state && common(state), percent, live?.duration, problems && t("problemsOnNode", { count: problems })].filter(Boolean).join(", ");
    },
    [t, common],
  );
  const wanted = useMemo(() => activityNodes(seen).map((node) => ({ ...node, ariaLabel: describe(node.data) })), [seen, describe]);
  const [nodes, setNodes] = useState<ActivityFlowNode[]>(wanted);
  useEffect(() => {
    setNodes((old) => {
      const known = new Map(old.map((node) => [node.id, node]));
      return wanted.map((node) => {
        const before = known.get(node.id);
        const isSelected = selection.nodes.includes(node.id);
        if (before && before.selected === isSelected && before.ariaLabel === node.ariaLabel && isSame(before, node)) return before;
        const kept = before?.dragging ? { position: before.position, dragging: true } : {};
        return { ...node, ...(before?.measured ? { measured: before.measured } : {}), ...kept, selected: isSelected };
      });
    });
  }, [wanted, selection.nodes]);
  const onNodesChange = useCallback(
    (changes: NodeChange<ActivityFlowNode>[], set: SetNodes) => {
      const shapes = changes.filter((change) => change.type === "dimensions" || change.type === "position");
      if (shapes.length) set((old) => applyNodeChanges(shapes, old));
      const placed = shapes.flatMap((change) => (change.type === "position" && !change.dragging && change.position ? [[change.id, round(change.position)] as const] : []));
      if (placed.length) onMove?.(Object.fromEntries(placed));
      if (changes.some((change) => change.type === "select")) onSelect((old) => ({ ...old, nodes: chosen(old.nodes, changes) }));
    },
    [onMove, onSelect],
  );
  return [nodes, setNodes as SetNodes, onNodesChange] as const;
}

/** Nothing to see has changed: the node is not drawn again. */
function isSame(before: ActivityFlowNode, now: ActivityFlowNode): boolean {
  const keys = Object.keys(now.data);
  const same = keys.length === Object.keys(before.data).length && keys.every((key) => Object.is(before.data[key], now.data[key]) || sameLive(before.data[key], now.data[key]));
  return same && (before.dragging === true || (before.position.x === now.position.x && before.position.y === now.position.y));
}

const sameLive = (a: unknown, b: unknown): boolean => isObject(a) && isObject(b) && sameJson(a, b);

const round = ({ x, y }: Place): Place => ({ x: Math.round(x), y: Math.round(y) });

function chosen(old: readonly string[], changes: readonly (NodeChange<ActivityFlowNode> | EdgeChange<FlowEdge>)[]): readonly string[] {
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
