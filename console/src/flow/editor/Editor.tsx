/** The workflow editor: palette, canvas, form and problems. What is saved is the topology that the API returns. */
import { App, type InputRef, type RefSelectProps } from "antd";
import { useCallback, useMemo, useRef, useState } from "react";
import type { Catalogue, Problem, Workflow } from "@/api/types";
import { ErrorBox } from "@/ui/ErrorBox";
import { useTitle } from "@/ui/PageList";
import { Canvas, NOTHING, type CanvasHandle } from "../Canvas";
import type { Editing } from "../editing";
import { fillPreset } from "../catalogue";
import { arranged, placed, type Drawing } from "../edit";
import type { Path } from "../form/words";
import type { Place } from "../layout";
import { fieldPath } from "../parameters";
import { addable, refusal, successorsFor } from "../rules";
import { nodeOf, parseTopology, toGraph } from "../topology";
import { useChoices, useTemplates } from "../useChoices";
import { AddMenu } from "./AddMenu";
import { useClipboard } from "./clipboard";
import { ActiveBanner, ConflictBanner, DraftBanner } from "./banners";
import { ConflictDialog, exportText, ImportDialog, JsonDialog, KeysDialog, SaveDialog } from "./dialogs";
import { dropDraft, readLayout, type Draft } from "./drafts";
import "./editor.css";
import { EditorHead } from "./EditorHead";
import { NodePanel } from "./NodePanel";
import { Palette } from "./Palette";
import { ProblemList } from "./ProblemList";
import { useShortcuts, type Command } from "./shortcuts";
import { useEditorTexts } from "./texts";
import { RehearsalDialog } from "./RehearsalDialog";
import { Toolbar } from "./Toolbar";
import { useEditor, type EditorState } from "./useEditor";
import { useOthers } from "./useOthers";
import { settingsOf, useSaving, useServer, type Settings } from "./useSaving";
import { WorkflowPanel } from "./WorkflowPanel";

interface Props {
  id: string;
  workflow: Workflow | undefined;
  catalogue: Catalogue;
  opened: Drawing;
  settings: Settings;
  draft: Draft | undefined;
  mayChange: boolean;
}

type Dialog = "keys" | "json" | "import" | "rehearse" | "save" | "conflict";

export function Editor({ id, workflow, catalogue, opened, settings: first, draft, mayChange }: Props) {
  const t = useEditorTexts();
  const { message } = App.useApp();
  const choices = useChoices();
  const templates = useTemplates();
  const editor = useEditor(opened, catalogue, choices);
  const { drawing, selection } = editor;
  const [settings, setSettings] = useState(first);
  const others = useOthers(workflow, draft?.revision ?? workflow?.Revision, catalogue, { editor, settings, setSettings });
  const saving = useSaving(id, workflow, drawing, [settings, setSettings], others.seen, draft !== undefined);
  const { problems } = saving;
  const server = useServer(id, saving, drawing.layout, others.setSeen, () => setDialog("conflict"));
  const conflict = others.conflict && saving.dirty;
  const active = workflow?.State === "Active";
  const readOnly = !mayChange || (workflow !== undefined && workflow.State === "Deleted");
  const [dialog, setDialog] = useState<Dialog>();
  const [menu, setMenu] = useState<{ name: string; anchor: DOMRect; at?: Place | undefined }>();
  const [wanted, setWanted] = useState<{ name: string; path: Path }>();
  const [told, setTold] = useState(draft !== undefined);
  const canvas = useRef<CanvasHandle>(null);
  const panel = useRef<HTMLElement>(null);
  const palette = useRef<InputRef>(null);
  const find = useRef<RefSelectProps>(null);
  useTitle(settings.name || t("create"));

  const shownNode = selection.nodes.length === 1 && !selection.edges.length ? nodeOf(drawing.graph, selection.nodes[0] as string) : undefined;
  const panelKey = usePanelKey(shownNode?.name, editor.renamed);
  const badges = useMemo(() => countBy(problems), [problems]);
  const seen = useMemo(() => ({ drawing, catalogue, templates, problems: badges }), [drawing, catalogue, templates, badges]);

  const select = (name: string, path: Path = []) => {
    editor.select({ nodes: [name], edges: [] });
    setWanted({ name, path });
    canvas.current?.show(name);
  };
  const added = (name: string) => {
    canvas.current?.show(name);
    return name;
  };
  const goTo = ({ Activity: name, Path: path }: Problem) => {
    if (name) select(name, fieldPath(path ?? "", name) ?? []);
  };
  const run = (command: Command) => {
    if (command === "fit") canvas.current?.fit();
    else if (command === "find") find.current?.focus();
    else if (command === "help") setDialog("keys");
    else if (command === "edit") panel.current?.querySelector<HTMLElement>("input, textarea")?.focus();
    else if (command === "selectAll") editor.selectAll();
    else if (command === "escape") editor.select(NOTHING);
    else if (readOnly) return;
    else if (command === "add") palette.current?.focus();
    else if (command === "remove") editor.remove();
    else if (command === "undo") editor.undo();
    else if (command === "redo") editor.redo();
    else if (command === "save" && saving.dirty) setDialog(conflict ? "conflict" : "save");
    else if (command === "arrange") {
      editor.arrange();
      canvas.current?.fit();
    }
  };
  useShortcuts(run);
  useClipboard(editor.copy, readOnly ? undefined : editor.paste);

  const onPlus = useCallback((name: string, anchor: DOMRect, at?: Place) => setMenu({ name, anchor, at }), []);
  const closeMenu = useCallback(() => setMenu(undefined), []);
  const editing: Editing | undefined = readOnly
    ? undefined
    : {
        refuse: (edge) => refusal(catalogue, drawing.graph, edge),
        onConnect: editor.connect,
        onRefused: (reason) => void message.warning(t(`refused_${reason}`)),
        onMove: editor.move,
        onPlus,
        mayInsert: editor.mayInsert,
        onDrop: (type, at, edge) => void editor.add(type, { at, edge }),
      };
  const fill = (topology: unknown) => {
    const graph = toGraph(fillPreset(topology, { input: choices.input ?? "", output: choices.output ?? "", pipeline: choices.pipeline ?? "" }));
    editor.replace(arranged(graph, catalogue));
    canvas.current?.fit();
  };
  const discard = () => {
    dropDraft(id);
    setTold(false);
    setSettings(settingsOf(workflow));
    others.setSeen(workflow?.Revision);
    const graph = workflow?.Topology ? parseTopology(workflow.Topology) : opened.graph;
    editor.open(placed(graph, catalogue, readLayout(id)));
    canvas.current?.fit();
  };

  return (
    <div className="fe flow">
      <EditorHead
        workflow={workflow}
        saving={saving}
        readOnly={readOnly}
        busy={server.busy}
        onActivate={() => server.activate(true)}
        onSave={() => (workflow || problems.length ? setDialog(conflict ? "conflict" : "save") : server.store(false, undefined))}
        tools={
          <Toolbar
            editor={editor}
            catalogue={catalogue}
            readOnly={readOnly}
            run={run}
            find={find}
            onFind={(name) => select(name)}
            onPreset={(preset) => fill(catalogue.Presets.find((one) => one.Id === preset)?.Topology)}
            onImport={() => setDialog("import")}
            onJson={() => setDialog("json")}
            onExport={() => exportText(saving.text, settings.name)}
            onRehearse={() => setDialog("rehearse")}
          />
        }
      />
      {active && <ActiveBanner mayChange={mayChange} busy={server.busy} onDeactivate={() => server.activate(false)} />}
      {conflict && !readOnly && <ConflictBanner onShow={() => setDialog("conflict")} />}
      {told && draft && !readOnly && !conflict && <DraftBanner draft={draft} onDiscard={discard} onClose={() => setTold(false)} />}
      {server.error !== undefined && (
        <div className="fe-error">
          <ErrorBox error={server.error} onClose={server.forget} />
        </div>
      )}
      <div className="fe-main" data-readonly={readOnly}>
        {!readOnly && <Palette catalogue={catalogue} addable={addable(catalogue, drawing.graph)} search={palette} onAdd={(type) => added(editor.add(type))} />}
        <div className="fe-centre">
          <div className="fe-canvas">
            <Canvas seen={seen} label={t("canvas")} selection={selection} onSelect={editor.select} editing={editing} handle={canvas} mapFrom={6} />
          </div>
          <ProblemList problems={problems} checking={saving.checking && !saving.known} failed={saving.failed} onGo={goTo} />
        </div>
        <aside ref={panel} className="fe-panel" aria-label={shownNode?.name ?? t("workflow")}>
          {shownNode ? (
            <NodePanel
              key={panelKey}
              node={shownNode}
              editor={editor}
              catalogue={catalogue}
              problems={problems.filter((problem) => problem.Activity === shownNode.name)}
              warnings={saving.warnings.filter((warning) => warning.Activity === shownNode.name)}
              readOnly={readOnly}
              wanted={wanted?.name === shownNode.name && wanted.path.length ? wanted : undefined}
            />
          ) : (
            <WorkflowPanel editor={editor} selection={selection} settings={settings} onSettings={saving.setSettings} readOnly={readOnly} onRemove={editor.remove} />
          )}
        </aside>
      </div>
      {menu && (
        <AddMenu
          catalogue={catalogue}
          anchor={menu.anchor}
          types={successorsFor(catalogue, drawing.graph, menu.name)}
          onClose={closeMenu}
          onChoose={(type) => {
            added(editor.add(type, { after: menu.name, at: menu.at }));
            setMenu(undefined);
          }}
        />
      )}
      {dialog === "save" && (
        <SaveDialog
          saving={saving}
          isNew={!workflow}
          active={active}
          onClose={() => setDialog(undefined)}
          onSave={(activate, note) => {
            setDialog(undefined);
            server.store(activate, others.seen, note);
          }}
        />
      )}
      {dialog === "conflict" && workflow && (
        <ConflictDialog
          saving={saving}
          onClose={() => setDialog(undefined)}
          onTake={() => {
            setDialog(undefined);
            setTold(false);
            others.take(workflow);
          }}
          onKeep={() => {
            setDialog(undefined);
            server.store(false, workflow.Revision);
          }}
        />
      )}
      {dialog === "keys" && <KeysDialog onClose={() => setDialog(undefined)} />}
      {dialog === "rehearse" && <RehearsalDialog topology={saving.text} workflowId={workflow?.MediaWorkflowId} onClose={() => setDialog(undefined)} />}
      {dialog === "json" && <JsonDialog text={saving.text} name={settings.name} onClose={() => setDialog(undefined)} />}
      {dialog === "import" && (
        <ImportDialog
          onClose={() => setDialog(undefined)}
          onImport={(graph) => {
            editor.replace(arranged(graph, catalogue));
            canvas.current?.fit();
            setDialog(undefined);
          }}
        />
      )}
    </div>
  );
}

/** A key that changes with the activity but not with its name: a form that is renamed keeps the focus. */
function usePanelKey(name: string | undefined, renamed: EditorState["renamed"]): number {
  const known = useRef({ name, key: 0 });
  const { name: before, key } = known.current;
  if (name !== before) known.current = { name, key: renamed?.from === before && renamed?.to === name ? key : key + 1 };
  return known.current.key;
}

function countBy(problems: readonly Problem[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { Activity: name } of problems) if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
