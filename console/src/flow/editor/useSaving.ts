/** What the server has of a workflow against what is drawn: drafts, validation, saving, activating. */
import { useDeferredValue, useEffect, useMemo, useState } from "react";
import { call } from "@/api/client";
import { changed as tellChanged, useOperation } from "@/api/query";
import type { Problem, Workflow } from "@/api/types";
import { changes, isSame } from "../changes";
import type { Drawing } from "../edit";
import { EMPTY_GRAPH, parseTopology, toText } from "../topology";
import { dropDraft, keepDraft, keepLayout } from "./drafts";

export const NEW = "new";
export type TriggerMode = "OssAutoTrigger" | "NotInAuto";

export interface Settings {
  name: string;
  trigger: TriggerMode;
}

export function settingsOf(workflow: Workflow | undefined): Settings {
  return { name: workflow?.Name ?? "", trigger: workflow?.TriggerMode === "NotInAuto" ? "NotInAuto" : "OssAutoTrigger" };
}

export function useSaving(id: string, workflow: Workflow | undefined, drawing: Drawing, first: Settings) {
  const [settings, setSettings] = useState(first);
  const base = workflow?.Topology;
  const baseGraph = useMemo(() => (base === undefined ? EMPTY_GRAPH : parseTopology(base)), [base]);
  const text = useMemo(() => toText(drawing.graph, base), [drawing.graph, base]);
  const diff = useMemo(() => changes(baseGraph, drawing.graph), [baseGraph, drawing.graph]);
  const stored = settingsOf(workflow);
  const otherSettings = settings.name !== stored.name || settings.trigger !== stored.trigger;
  const dirty = !workflow || otherSettings || !isSame(diff);
  useAutosave(id, dirty, { topology: text, layout: drawing.layout, name: settings.name, triggerMode: settings.trigger, base: base ?? "" });
  return { settings, setSettings, text, diff, otherSettings, dirty, ...useValidation(text) };
}

/** The draft follows half a second behind; positions of a saved drawing are kept too. */
function useAutosave(id: string, dirty: boolean, draft: { topology: string; layout: Drawing["layout"]; name: string; triggerMode: string; base: string }) {
  const { topology, layout, name, triggerMode, base } = draft;
  useEffect(() => {
    const timer = setTimeout(() => {
      if (dirty) keepDraft(id, { topology, layout, name, triggerMode, base, time: Date.now() });
      else dropDraft(id);
      if (!dirty) keepLayout(id, layout);
    }, 500);
    return () => clearTimeout(timer);
  }, [id, dirty, topology, layout, name, triggerMode, base]);
}

const PAUSE = 150; // milliseconds without a change before the server is asked

/** The server's own validation, always of the newest drawing that there is time for. */
function useValidation(text: string) {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  const deferred = useDeferredValue(settled);
  const { data, isError, isFetching } = useOperation("ValidateTopology", { Topology: deferred }, { gcTime: 5000, staleTime: Infinity });
  const problems: readonly Problem[] = useMemo(() => data?.Problems ?? [], [data]);
  return { problems, checking: isFetching || deferred !== text, failed: isError, known: data !== undefined };
}

/** Saves; answers the workflow's id. A new workflow is active from the start, as in MPS. */
export async function save(id: string, text: string, { name, trigger }: Settings, layout: Drawing["layout"]): Promise<string> {
  const body = { Name: name, Topology: text, TriggerMode: trigger };
  const answer =
    id === NEW ? await call("AddMediaWorkflow", body) : await call("UpdateMediaWorkflow", { MediaWorkflowId: id, ...body });
  const saved = answer.MediaWorkflow?.MediaWorkflowId ?? id;
  keepLayout(saved, layout);
  dropDraft(id);
  tellChanged(["workflows"]);
  return saved;
}

export async function setActive(id: string, active: boolean): Promise<void> {
  await call(active ? "ActivateMediaWorkflow" : "DeactivateMediaWorkflow", { MediaWorkflowId: id });
  tellChanged(["workflows"]);
}
