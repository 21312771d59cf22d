/** What decides about an activity: when the edges to it lead on, its condition, and how often it is tried. */
import { Input, InputNumber, Select } from "antd";
import { useId, useState } from "react";
import { leadsTo, whenOf, WHENS, type ActivityBody, type Graph, type GraphEdge, type GraphNode, type When } from "../topology";
import { isObject, type JsonObject } from "../json";
import { ConditionTrial } from "./ConditionTrial";
import { useEditorTexts } from "./texts";
import type { EditorState } from "./useEditor";

interface Props {
  node: GraphNode;
  editor: EditorState;
  readOnly: boolean;
}

/** When one edge leads on. */
export function WhenField({ edge, editor, readOnly, label }: { edge: GraphEdge; editor: EditorState; readOnly: boolean; label?: string }) {
  const t = useEditorTexts();
  const id = useId();
  return (
    <div className="sf-field">
      <label className="sf-label" htmlFor={id}>
        {label ?? t("when")}
      </label>
      <Select<When>
        id={id}
        className="sf-wide"
        disabled={readOnly}
        value={whenOf(edge)}
        options={WHENS.map((value) => ({ value, label: t(`when_${value}`) }))}
        onChange={(when) => editor.setWhen(edge, when)}
      />
    </div>
  );
}

/** The edges to an activity that say when they lead on. */
export function Whens({ node, editor, readOnly }: Props) {
  const t = useEditorTexts();
  const told = editor.drawing.graph.edges.filter((edge) => edge.to === node.name && edge.more);
  return told.map((edge) => <WhenField key={edge.from} edge={edge} editor={editor} readOnly={readOnly} label={t("whenAfter", { name: edge.from })} />);
}

/** `problem`: what the server's validation says about the condition. */
export function Deciding({ node, editor, readOnly, problem }: Props & { problem?: string | undefined }) {
  const t = useEditorTexts();
  const id = useId();
  const [draft, setDraft] = useState<{ of: string; text: string }>();
  const written = typeof node.body.Condition === "string" ? node.body.Condition : "";
  // What is written is in the drawing at once, so that its problems are those of what one sees; the draft only keeps the spaces around it.
  const text = draft?.of === node.name && draft.text.trim() === written ? draft.text : written;
  const write = (next: string) => {
    setDraft({ of: node.name, text: next });
    if (next.trim() !== written) editor.setCondition(node.name, next.trim() || undefined);
  };
  const retry = isObject(node.body.Retry) ? node.body.Retry : {};
  const setRetry = (change: JsonObject) => {
    const next: JsonObject = { ...retry, ...change };
    editor.setBody(node.name, withMember(node.body, "Retry", Number(next.Times) > 0 ? next : undefined));
  };
  const codes = Array.isArray(retry.On) ? retry.On.map(String) : [];
  return (
    <>
      <div className="sf-field">
        <label className="sf-label" htmlFor={id}>
          {t("condition")}
        </label>
        <Input.TextArea
          id={id}
          className="mono"
          autoSize={{ minRows: 1, maxRows: 8 }}
          disabled={readOnly}
          value={text}
          status={problem ? "error" : ""}
          placeholder="media.info.height >= 720"
          aria-invalid={problem ? true : undefined}
          aria-describedby={problem ? `${id}-problem ${id}-help` : `${id}-help`}
          onChange={(event) => write(event.target.value)}
          onBlur={() => setDraft(undefined)}
        />
        {problem && (
          <div className="sf-problem" id={`${id}-problem`}>
            {problem}
          </div>
        )}
        <div className="sf-help" id={`${id}-help`}>
          {t("conditionHelp")}
        </div>
      </div>
      {!readOnly && text.trim() !== "" && <ConditionTrial condition={text} problem={problem} activities={before(editor.drawing.graph, node.name)} />}
      <div className="sf-field" role="group" aria-labelledby={`${id}-retry`}>
        <span className="sf-label" id={`${id}-retry`}>
          {t("retry")}
        </span>
        <div style={{ display: "flex", gap: 8, flexWrap: "wrap" }}>
          <InputNumber
            aria-label={t("retryTimes")}
            suffix={t("retryTimes")}
            style={{ width: 140 }}
            min={0}
            max={20}
            disabled={readOnly}
            value={Number(retry.Times ?? 0)}
            onChange={(value) => setRetry({ Times: value ?? 0 })}
          />
          {Number(retry.Times) > 0 && (
            <>
              <InputNumber
                aria-label={t("retryInterval")}
                suffix={t("retryInterval")}
                style={{ width: 140 }}
                min={0}
                max={86400}
                disabled={readOnly}
                value={Number(retry.Interval ?? 30)}
                onChange={(value) => setRetry({ Interval: value ?? 30 })}
              />
              <Select
                mode="tags"
                className="sf-wide"
                aria-label={t("retryOn")}
                placeholder={t("retryOn")}
                disabled={readOnly}
                value={codes}
                onChange={(on: string[]) => setRetry({ On: on })}
              />
            </>
          )}
        </div>
      </div>
    </>
  );
}

/** The activities that lead to one, directly or not. */
function before(graph: Graph, name: string): string[] {
  return graph.nodes.map((one) => one.name).filter((one) => one !== name && leadsTo(graph, one, name));
}

function withMember(body: ActivityBody, name: string, value: string | JsonObject | undefined): ActivityBody {
  const { [name]: _, ...rest } = body;
  return (value === undefined ? rest : { ...body, [name]: value }) as ActivityBody;
}
