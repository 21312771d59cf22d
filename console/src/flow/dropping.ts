/** Dragging a type from the palette onto the canvas: where it would land, and onto which edge. */
import { useReactFlow } from "@xyflow/react";
import { useState, type DragEvent } from "react";
import type { Editing } from "./editing";
import { NODE_HEIGHT, NODE_WIDTH, type Place } from "./layout";
import { edgeId, edgeOfId, type GraphEdge } from "./topology";

const FORMAT = "application/x-reelmill-type";
let dragged = ""; // browsers hide the data of a drag until it is dropped

export function beginDrag(event: DragEvent, type: string) {
  dragged = type;
  event.dataTransfer.setData(FORMAT, type);
  event.dataTransfer.effectAllowed = "copy";
}

export function useDropTarget(editing: Editing | undefined) {
  const { screenToFlowPosition } = useReactFlow();
  const [over, setOver] = useState("");
  const toCanvas = (x: number, y: number): Place => screenToFlowPosition({ x, y });
  const edgeAt = (event: DragEvent): GraphEdge | undefined => {
    const found = document.elementsFromPoint(event.clientX, event.clientY).find((element) => element.closest(".react-flow__edge"));
    const id = found?.closest<SVGElement>(".react-flow__edge")?.dataset.id;
    const edge = id === undefined ? undefined : edgeOfId(id);
    return edge && editing?.mayInsert(dragged, edge) ? edge : undefined;
  };
  const handlers = editing
    ? {
        onDragOver: (event: DragEvent) => {
          if (!event.dataTransfer.types.includes(FORMAT)) return;
          event.preventDefault();
          event.dataTransfer.dropEffect = "copy";
          const edge = edgeAt(event);
          setOver(edge ? edgeId(edge) : "");
        },
        onDragLeave: (event: DragEvent) => {
          if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver("");
        },
        onDrop: (event: DragEvent) => {
          const type = event.dataTransfer.getData(FORMAT);
          setOver("");
          if (!type) return;
          event.preventDefault();
          const point = toCanvas(event.clientX, event.clientY);
          editing.onDrop(type, { x: Math.round(point.x - NODE_WIDTH / 2), y: Math.round(point.y - NODE_HEIGHT / 2) }, edgeAt(event));
        },
      }
    : {};
  return { over, toCanvas, handlers };
}
