import type { Layout, Place } from "./layout";
import type { Refusal } from "./rules";
import type { GraphEdge } from "./topology";

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
