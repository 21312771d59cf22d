import { Link, useParams } from "@tanstack/react-router";
import { useEffect, useMemo } from "react";
import { useCatalogue, useOperation } from "@/api/query";
import type { Catalogue, Workflow } from "@/api/types";
import { useMayChange } from "@/app/session";
import { fillPreset, singleOf } from "@/flow/catalogue";
import { add, arranged, newBody, placed, type Choices, type Drawing } from "@/flow/edit";
import { Editor } from "@/flow/editor/Editor";
import { readDraft, readLayout } from "@/flow/editor/drafts";
import { useEditorTexts } from "@/flow/editor/texts";
import { NEW, reuseOf, settingsOf, type Settings } from "@/flow/editor/useSaving";
import { EMPTY_GRAPH, parseTopology, toGraph, TopologyError, type Graph } from "@/flow/topology";
import { useChoices } from "@/flow/useChoices";
import { useWorkflowTexts } from "@/i18n/workflows";
import { EmptyState } from "@/ui/EmptyState";
import { PagePending } from "@/ui/PagePending";
import type { Search } from "@/ui/search";
import { useFilters } from "@/ui/useFilters";
import { AsRun } from "./AsRun";
import { Versions } from "./Versions";

export default function WorkflowPage() {
  const t = useWorkflowTexts();
  const { workflowId: id = "" } = useParams({ strict: false });
  const [{ run, view }] = useFilters();
  const catalogue = useCatalogue();
  const choices = useChoices();
  const { data, error, isFetching, refetch } = useOperation("QueryMediaWorkflowList", { MediaWorkflowIds: id }, { enabled: id !== NEW });
  const workflow = data?.MediaWorkflowList.MediaWorkflow.find((one) => one.MediaWorkflowId === id);
  const failed = error ?? catalogue.error;
  if (failed || !catalogue.data || (id === NEW ? !choices.known : !workflow && isFetching)) return <PagePending error={failed} retry={() => void refetch()} />;
  if (id !== NEW && !workflow) return <EmptyState level={1} title={t("notFound")} help={t("notFoundHelp")} action={<Link to="/workflows">{t("toList")}</Link>} />;
  if (workflow && run) return <AsRun workflow={workflow} run={run} catalogue={catalogue.data} choices={choices} />;
  if (workflow && view === "versions") return <Versions workflow={workflow} catalogue={catalogue.data} />;
  return <Opened key={id} id={id} workflow={workflow} catalogue={catalogue.data} choices={choices} />;
}

function Opened({ id, workflow, catalogue, choices }: { id: string; workflow: Workflow | undefined; catalogue: Catalogue; choices: Choices }) {
  const t = useWorkflowTexts();
  const editor = useEditorTexts();
  const mayChange = useMayChange();
  const [search, setSearch] = useFilters();
  // What was opened stays the beginning of the history, whatever the server says later.
  const opened = useMemo(() => open(id, workflow, catalogue, choices, search, mayChange), []); // eslint-disable-line react-hooks/exhaustive-deps
  // The address has done its part: from now on a reload brings the draft back.
  useEffect(() => {
    if (id === NEW && search.name !== undefined) setSearch({ name: undefined, preset: undefined, input: undefined, output: undefined, pipeline: undefined });
  }, []); // eslint-disable-line react-hooks/exhaustive-deps
  if ("fault" in opened) {
    const { fault } = opened;
    return <EmptyState title={t("broken", { reason: editor(`fault_${fault.fault}`, { at: fault.at }) })} action={<Link to="/workflows">{t("toList")}</Link>} />;
  }
  return <Editor id={id} workflow={workflow} catalogue={catalogue} mayChange={mayChange} {...opened} />;
}

interface OpenedDrawing {
  opened: Drawing;
  settings: Settings;
  draft: ReturnType<typeof readDraft>;
}

/** The draft of this browser, else what the server has; a new workflow begins with its preset. */
function open(id: string, workflow: Workflow | undefined, catalogue: Catalogue, choices: Choices, search: Search, mayChange: boolean): OpenedDrawing | { fault: TopologyError } {
  try {
    const asked = id === NEW && search.name !== undefined;
    const draft = asked || !mayChange || workflow?.State === "Deleted" ? undefined : readDraft(id);
    if (draft) {
      const graph = parseTopology(draft.topology);
      const trigger = draft.triggerMode === "NotInAuto" ? ("NotInAuto" as const) : ("OssAutoTrigger" as const);
      return { opened: placed(graph, catalogue, draft.layout), settings: { name: draft.name, trigger, reuse: reuseOf(draft.reuse ?? workflow?.Reuse) }, draft };
    }
    const graph = workflow ? parseTopology(workflow.Topology ?? "") : begin(catalogue, choices, search);
    const settings = { ...settingsOf(workflow), ...(workflow ? {} : { name: search.name ?? "" }) };
    return { opened: workflow ? placed(graph, catalogue, readLayout(id)) : arranged(graph, catalogue), settings, draft: undefined };
  } catch (error) {
    if (error instanceof TopologyError) return { fault: error };
    throw error;
  }
}

/** The preset that the address names, with its places; without one, Start and Report. */
function begin(catalogue: Catalogue, first: Choices, search: Search): Graph {
  const asked = search.name !== undefined;
  const choices = asked ? { input: search.input || undefined, output: search.output || undefined, pipeline: search.pipeline || undefined } : first;
  const preset = catalogue.Presets.find((one) => one.Id === search.preset);
  if (preset) return toGraph(fillPreset(preset.Topology, { input: choices.input ?? "", output: choices.output ?? "", pipeline: choices.pipeline ?? "" }));
  const [started, name] = add({ graph: EMPTY_GRAPH, layout: {} }, catalogue, newBody(catalogue, singleOf(catalogue, "start"), choices));
  return add(started, catalogue, newBody(catalogue, singleOf(catalogue, "end"), choices), { after: name })[0].graph;
}
