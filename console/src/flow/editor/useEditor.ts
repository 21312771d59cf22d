/** The drawing with its history and selection, and every command of the editor. */
import { useCallback, useMemo, useReducer, useState } from "react";
import type { Catalogue } from "@/api/types";
import { NOTHING, type Selection } from "../Canvas";
import * as edit from "../edit";
import type { Drawing } from "../edit";
import { begin, push, redo, undo, type History } from "../history";
import type { Json, JsonObject } from "../json";
import type { Place } from "../layout";
import { fromForm, parametersOf, put, toForm, withParameters } from "../parameters";
import { insertable } from "../rules";
import { edgeOfId, nodeOf, type ActivityBody, type Graph, type GraphEdge, type When } from "../topology";

type Move = { kind: "undo" | "redo" } | { kind: "push"; drawing: Drawing; key?: string | undefined } | { kind: "open"; drawing: Drawing };

function reduce(history: History<Drawing>, move: Move): History<Drawing> {
  if (move.kind === "push") return push(history, move.drawing, move.key);
  if (move.kind === "open") return begin(move.drawing);
  return move.kind === "undo" ? undo(history) : redo(history);
}

const one = (name: string): Selection => ({ nodes: [name], edges: [] });

export function useEditor(opened: Drawing, catalogue: Catalogue, choices: edit.Choices) {
  const [history, dispatch] = useReducer(reduce, opened, begin);
  const [chosen, select] = useState<Selection>(NOTHING);
  const [renamed, setRenamed] = useState<{ from: string; to: string }>();
  const drawing = history.present;
  // what an undo took away cannot stay selected
  const selection = useMemo(() => living(chosen, drawing.graph), [chosen, drawing.graph]);
  const set = useCallback((next: Drawing, key?: string) => dispatch({ kind: "push", drawing: next, key }), []);
  const take = (next: Drawing, name: string) => {
    set(next);
    select(one(name));
    return name;
  };
  const made = (type: string) => edit.newBody(catalogue, type, choices);
  return {
    drawing,
    selection,
    select,
    open: (next: Drawing) => {
      dispatch({ kind: "open", drawing: next });
      select(NOTHING);
    },
    replace: (next: Drawing) => {
      set(next);
      select(NOTHING);
    },
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    undo: () => dispatch({ kind: "undo" }),
    redo: () => dispatch({ kind: "redo" }),
    /** Adds a type: onto the edge, after the activity, at the place; without any, after what is selected. Answers the new name. */
    add: (type: string, where: { edge?: GraphEdge | undefined; after?: string | undefined; at?: Place | undefined } = {}) => {
      const edge = where.edge ?? (selection.edges.length === 1 ? edgeOfId(selection.edges[0] as string) : undefined);
      const inserted = edge && edit.insert(drawing, catalogue, made(type), edge);
      if (inserted) return take(...inserted);
      const after = where.after ?? (where.at || selection.nodes.length !== 1 ? undefined : selection.nodes[0]);
      return take(...edit.add(drawing, catalogue, made(type), { ...(after ? { after } : {}), ...(where.at ? { at: where.at } : {}) }));
    },
    mayInsert: (type: string, edge: GraphEdge) => insertable(catalogue, drawing.graph, edge).includes(type),
    connect: (edge: GraphEdge) => set(edit.connect(drawing, catalogue, edge)),
    setFollows: (name: string, follows: string[], answers: string[]) => set(edit.setFollows(drawing, name, follows, answers)),
    setWhen: (edge: GraphEdge, when: When | undefined) => set(edit.setWhen(drawing, edge, when)),
    move: (places: Record<string, Place>) => {
      const moved = Object.entries(places).some(([name, { x, y }]) => drawing.layout[name]?.x !== x || drawing.layout[name]?.y !== y);
      if (moved) set(edit.move(drawing, places), `move ${Object.keys(places).join()}`);
    },
    rename: (from: string, to: string) => {
      set(edit.rename(drawing, from, to));
      select(one(to));
      setRenamed({ from, to });
    },
    renamed,
    setBody: (name: string, body: ActivityBody) => set(edit.setBody(drawing, name, body), `json ${name}`),
    setCondition: (name: string, condition: string | undefined) => {
      const node = nodeOf(drawing.graph, name);
      if (!node) return;
      const { Condition: _, ...rest } = node.body;
      set(edit.setBody(drawing, name, (condition === undefined ? rest : { ...node.body, Condition: condition }) as ActivityBody), `condition ${name}`);
    },
    setParameter: (name: string, path: readonly (string | number)[], value: Json | undefined) => {
      const node = nodeOf(drawing.graph, name);
      if (!node) return;
      const raw = parametersOf(node.body);
      const parameters = fromForm(put(toForm(raw), path, value) ?? {}, raw) as JsonObject;
      set(edit.setBody(drawing, name, withParameters(node.body, parameters)), `${name} ${JSON.stringify(path)}`);
    },
    remove: () => {
      const cut = edit.disconnect(drawing, selection.edges.map(edgeOfId));
      set(edit.remove(cut, catalogue, selection.nodes));
      select(NOTHING);
    },
    arrange: () => set(edit.arranged(drawing.graph, catalogue)),
    selectAll: () => select({ nodes: drawing.graph.nodes.map((node) => node.name), edges: [] }),
    copy: () => edit.copy(drawing, catalogue, selection.nodes),
    paste: (clip: edit.Clip) => {
      const [next, names] = edit.paste(drawing, clip);
      set(next);
      select({ nodes: names, edges: [] });
    },
  };
}

export type EditorState = ReturnType<typeof useEditor>;

function living(selection: Selection, graph: Graph): Selection {
  const names = new Set(graph.nodes.map((node) => node.name));
  const nodes = selection.nodes.filter((name) => names.has(name));
  const edges = selection.edges.filter((id) => {
    const { from, to } = edgeOfId(id);
    return graph.edges.some((edge) => edge.from === from && edge.to === to);
  });
  return nodes.length === selection.nodes.length && edges.length === selection.edges.length ? selection : { nodes, edges };
}
