/** What the server has of a workflow against what is drawn: drafts, validation, saving, activating. */
import { useNavigate } from "@tanstack/react-router";
import { App } from "antd";
import { useDeferredValue, useEffect, useMemo, useState } from "react";
import { call } from "@/api/client";
import { changed as tellChanged, useOperation } from "@/api/query";
import type { Problem, Workflow } from "@/api/types";
import { changes, isSame } from "../changes";
import type { Drawing } from "../edit";
import { EMPTY_GRAPH, parseTopology, toText } from "../topology";
import { dropDraft, keepDraft, keepLayout } from "./drafts";
import { useEditorTexts } from "./texts";

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

export type Saving = ReturnType<typeof useSaving>;

/** What is done at the server, one thing at a time, and why the last one failed. */
export function useServer(id: string, saving: Saving, layout: Drawing["layout"]) {
  const t = useEditorTexts();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const act = (work: () => Promise<void>) => {
    setBusy(true);
    setError(undefined);
    void work()
      .catch(setError)
      .finally(() => setBusy(false));
  };
  const store = async (activate: boolean) => {
    const saved = await save(id, saving.text, saving.settings, layout);
    if (activate && id !== NEW) await setActive(saved, true);
    void message.success(t(id === NEW ? "created" : "saved"));
    if (saved !== id) await navigate({ to: "/workflows/$workflowId", params: { workflowId: saved }, replace: true });
  };
  return {
    busy,
    error,
    forget: () => setError(undefined),
    store: (activate: boolean) => act(() => store(activate)),
    activate: (active: boolean) => act(() => setActive(id, active)),
  };
}

/** The draft follows half a second behind; positions of a saved drawing are kept too. */
function useAutosave(id: string, dirty: boolean, draft: { topology: string; layout: Drawing["layout"]; name: string; triggerMode: string; base: string }) {
  const { topology, layout, name, triggerMode, base } = draft;
  useEffect(() => {
    const keep = () => {
      if (dirty) keepDraft(id, { topology, layout, name, triggerMode, base, time: Date.now() });
      else {
        dropDraft(id);
        keepLayout(id, layout);
      }
    };
    const timer = setTimeout(keep, 500);
    addEventListener("pagehide", keep); // a page that is left at once loses nothing either
    return () => {
      clearTimeout(timer);
      removeEventListener("pagehide", keep);
    };
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
async function save(id: string, text: string, { name, trigger }: Settings, layout: Drawing["layout"]): Promise<string> {
  const body = { Name: name, Topology: text, TriggerMode: trigger };
  const answer =
    id === NEW ? await call("AddMediaWorkflow", body) : await call("UpdateMediaWorkflow", { MediaWorkflowId: id, ...body });
  const saved = answer.MediaWorkflow?.MediaWorkflowId ?? id;
  keepLayout(saved, layout);
  dropDraft(id);
  tellChanged(["workflows"]);
  return saved;
}

async function setActive(id: string, active: boolean): Promise<void> {
  await call(active ? "ActivateMediaWorkflow" : "DeactivateMediaWorkflow", { MediaWorkflowId: id });
  tellChanged(["workflows"]);
}
