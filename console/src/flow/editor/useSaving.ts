/** What the server has of a workflow against what is drawn: drafts, validation, saving, activating. */
import { useNavigate } from "@tanstack/react-router";
import { App } from "antd";
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { ApiError, call } from "@/api/client";
import { changed as tellChanged, operationKey, queries, useOperation } from "@/api/query";
import type { Problem, Warning, Workflow } from "@/api/types";
import { changes, isSame } from "../changes";
import type { Drawing } from "../edit";
import { EMPTY_GRAPH, parseTopology, toText } from "../topology";
import { dropDraft, keepDraft, keepLayout, type Draft } from "./drafts";
import { useEditorTexts } from "./texts";

export const NEW = "new";
export type TriggerMode = "OssAutoTrigger" | "NotInAuto";

/** Whose outputs the runs of a workflow take over. */
export const REUSE = ["Off", "Run", "Workflow", "Account"] as const;
export type Reuse = (typeof REUSE)[number];

export interface Settings {
  name: string;
  trigger: TriggerMode;
  reuse: Reuse;
}

/** Programs may write the word in small letters. */
export const reuseOf = (word: string | undefined): Reuse => REUSE.find((one) => one.toLowerCase() === word?.toLowerCase()) ?? "Off";

export function settingsOf(workflow: Workflow | undefined): Settings {
  return { name: workflow?.Name ?? "", trigger: workflow?.TriggerMode === "NotInAuto" ? "NotInAuto" : "OssAutoTrigger", reuse: reuseOf(workflow?.Reuse) };
}

export const sameSettings = (a: Settings, b: Settings): boolean => a.name === b.name && a.trigger === b.trigger && a.reuse === b.reuse;

/** `seen`: the revision of the workflow from which the drawing began; `restored`: it is a draft. */
export function useSaving(id: string, workflow: Workflow | undefined, drawing: Drawing, [settings, setSettings]: [Settings, (settings: Settings) => void], seen: number | undefined, restored: boolean) {
  const base = workflow?.Topology;
  const baseGraph = useMemo(() => (base === undefined ? EMPTY_GRAPH : parseTopology(base)), [base]);
  const text = useMemo(() => toText(drawing.graph, base), [drawing.graph, base]);
  const diff = useMemo(() => changes(baseGraph, drawing.graph), [baseGraph, drawing.graph]);
  const stored = settingsOf(workflow);
  const otherSettings = !sameSettings(settings, stored);
  const dirty = !workflow || otherSettings || !isSame(diff);
  const first = useRef(text);
  const worthKeeping = dirty && (restored || settings.name !== "" || text !== first.current); // not a new one in which nothing was done
  const autosave = useAutosave(id, worthKeeping, { topology: text, layout: drawing.layout, name: settings.name, triggerMode: settings.trigger, reuse: settings.reuse, revision: seen });
  return { settings, setSettings, text, diff, otherSettings, dirty, ...autosave, ...useValidation(text) };
}

export type Saving = ReturnType<typeof useSaving>;

/** What is done at the server, one thing at a time, and why the last one failed. `onSaved` gets the revision that stands now, `onConflict` is told that
 * somebody else was faster. */
export function useServer(id: string, saving: Saving, layout: Drawing["layout"], onSaved: (revision: number | undefined) => void, onConflict: () => void) {
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
  const store = async (activate: boolean, revision: number | undefined, note: string) => {
    const answer = await save(id, saving.text, saving.settings, revision, note);
    const saved = answer?.MediaWorkflowId ?? id;
    keepLayout(saved, layout);
    saving.wasSaved();
    onSaved(answer?.Revision);
    tellChanged(["workflows"]);
    if (activate && id !== NEW) await setActive(saved, true);
    void message.success(t(id === NEW ? "created" : "saved"));
    if (saved !== id) await navigate({ to: "/workflows/$workflowId", params: { workflowId: saved }, replace: true });
  };
  return {
    busy,
    error,
    forget: () => setError(undefined),
    store: (activate: boolean, revision: number | undefined, note = "") =>
      act(() =>
        store(activate, revision, note).catch(async (refused: unknown) => {
          if (!(refused instanceof ApiError && refused.code === "RevisionConflict")) throw refused;
          await queries.refetchQueries({ queryKey: operationKey("QueryMediaWorkflowList", { MediaWorkflowIds: id }) });
          onConflict();
        }),
      ),
    activate: (active: boolean) => act(() => setActive(id, active)),
  };
}

/** The draft follows half a second behind, and at once when the editor is left; positions of a saved drawing are kept too. `wasSaved` says that the
 * server has what is drawn now. */
function useAutosave(id: string, worthKeeping: boolean, draft: Omit<Draft, "time">) {
  const { topology, layout, name, triggerMode, reuse, revision } = draft;
  const keep = useRef(() => {});
  const stored = useRef("");
  useEffect(() => {
    const what = JSON.stringify([topology, name, triggerMode, reuse]);
    keep.current = () => {
      if (worthKeeping && stored.current !== what) return keepDraft(id, { topology, layout, name, triggerMode, reuse, revision, time: Date.now() });
      dropDraft(id);
      if (id !== NEW) keepLayout(id, layout);
    };
    const timer = setTimeout(() => keep.current(), 500);
    return () => clearTimeout(timer);
  }, [id, worthKeeping, topology, layout, name, triggerMode, reuse, revision]);
  useEffect(() => {
    const now = () => keep.current();
    addEventListener("pagehide", now); // a page that is left at once loses nothing
    return () => {
      removeEventListener("pagehide", now);
      now(); // nor does who follows a link within the page
    };
  }, []);
  const wasSaved = () => {
    stored.current = JSON.stringify([topology, name, triggerMode, reuse]);
    keep.current();
  };
  return { wasSaved };
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
  const warnings: readonly Warning[] = useMemo(() => data?.Warnings ?? [], [data]);
  return { problems, warnings, checking: isFetching || deferred !== text, failed: isError, known: data !== undefined };
}

/** Saves; answers the workflow as it is now. A new workflow is active from the start, as in MPS. An old one is only replaced at `revision`; one that is active stays so,
 * and its next run takes the new version. */
async function save(id: string, text: string, { name, trigger, reuse }: Settings, revision: number | undefined, note: string): Promise<Workflow | undefined> {
  const body = { Name: name, Topology: text, TriggerMode: trigger, Reuse: reuse, ...(note && { Note: note }) };
  const answer =
    id === NEW ? await call("AddMediaWorkflow", body) : await call("UpdateMediaWorkflow", { MediaWorkflowId: id, WhileActive: true, ...body, ...(revision ? { Revision: revision } : {}) });
  return answer.MediaWorkflow;
}

async function setActive(id: string, active: boolean): Promise<void> {
  await call(active ? "ActivateMediaWorkflow" : "DeactivateMediaWorkflow", { MediaWorkflowId: id });
  tellChanged(["workflows"]);
}
