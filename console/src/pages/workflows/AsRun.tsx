import { Link } from "@tanstack/react-router";
import { Alert } from "antd";
import { useMemo } from "react";
import { useOperation } from "@/api/query";
import type { Catalogue, Workflow } from "@/api/types";
import { Canvas } from "@/flow/Canvas";
import { changes, isSame } from "@/flow/changes";
import { placed, type Choices, type Drawing } from "@/flow/edit";
import { ChangeList } from "@/flow/editor/dialogs";
import { readLayout } from "@/flow/editor/drafts";
import "@/flow/editor/editor.css";
import { NodePanel } from "@/flow/editor/NodePanel";
import { useEditor } from "@/flow/editor/useEditor";
import { nodeOf, parseTopology } from "@/flow/topology";
import { useTemplates } from "@/flow/useChoices";
import { useWorkflowTexts } from "@/i18n/workflows";
import { EmptyState } from "@/ui/EmptyState";
import { useTitle } from "@/ui/PageList";
import { PagePending } from "@/ui/PagePending";
import { RelativeTime } from "@/ui/facts";

interface Props {
  workflow: Workflow;
  run: string;
  catalogue: Catalogue;
  choices: Choices;
}

/** The workflow as one of its executions copied it when it began: to look at, in the editor's canvas and forms. */
export function AsRun({ workflow, run, catalogue, choices }: Props) {
  const t = useWorkflowTexts();
  const { data, error, isPending, refetch } = useOperation("DescribeExecution", { RunId: run });
  const topology = data?.Execution?.MediaWorkflowId === workflow.MediaWorkflowId ? data?.Execution?.Topology : undefined;
  const drawing = useMemo(() => (topology ? placed(parseTopology(topology), catalogue, readLayout(workflow.MediaWorkflowId ?? "")) : undefined), [topology, catalogue, workflow.MediaWorkflowId]);
  if (error || isPending) return <PagePending error={error} retry={() => void refetch()} />;
  const link = (
    <Link to="/workflows/$workflowId" params={{ workflowId: workflow.MediaWorkflowId ?? "" }}>
      {t("asItIsNow")}
    </Link>
  );
  if (!drawing) return <EmptyState level={1} title={t("noSuchRun")} action={link} />;
  return <Shown key={run} {...{ workflow, run, catalogue, choices, drawing, link }} began={data?.Execution?.CreationTime} />;
}

function Shown({ workflow, run, catalogue, choices, drawing, began, link }: Props & { drawing: Drawing; began: string | undefined; link: React.ReactNode }) {
  const t = useWorkflowTexts();
  const templates = useTemplates();
  const editor = useEditor(drawing, catalogue, choices);
  const { selection } = editor;
  const seen = useMemo(() => ({ drawing, catalogue, templates }), [drawing, catalogue, templates]);
  const since = useMemo(() => changes(drawing.graph, parseTopology(workflow.Topology ?? "")), [drawing, workflow.Topology]);
  const node = selection.nodes.length === 1 ? nodeOf(drawing.graph, selection.nodes[0] as string) : undefined;
  useTitle(workflow.Name ?? "");
  return (
    <div className="fe flow">
      <header className="fe-head">
        <h1>{workflow.Name}</h1>
        <span className="fe-gap" />
        <Link to="/runs/$runId" params={{ runId: run }}>
          {t("toRun")}
        </Link>
        {link}
      </header>
      <Alert
        banner
        type="info"
        title={
          <>
            {t("asRun")} (<RelativeTime time={began} />)
          </>
        }
      />
      <div className="fe-main" data-readonly>
        <div className="fe-centre">
          <div className="fe-canvas">
            <Canvas seen={seen} label={t("asRunCanvas")} selection={selection} onSelect={editor.select} />
          </div>
        </div>
        <aside className="fe-panel" aria-label={node?.name ?? t("since")}>
          {node ? (
            <NodePanel key={node.name} node={node} editor={editor} catalogue={catalogue} problems={[]} warnings={[]} readOnly />
          ) : (
            <>
              <h2>{t("since")}</h2>
              {isSame(since) ? <p className="fe-hint">{t("sinceNothing")}</p> : <ChangeList changes={since} settings={false} />}
            </>
          )}
        </aside>
      </div>
    </div>
  );
}
