/** The right side when no single activity is selected: the workflow itself, or what several selected things have in common. */
import { Button, Radio, Select } from "antd";
import type { Selection } from "../Canvas";
import { edgeId } from "../topology";
import { WhenField } from "./Deciding";
import { useEditorTexts } from "./texts";
import type { EditorState } from "./useEditor";
import { REUSE, type Reuse, type Settings, type TriggerMode } from "./useSaving";

interface Props {
  editor: EditorState;
  selection: Selection;
  settings: Settings;
  onSettings: (settings: Settings) => void;
  readOnly: boolean;
  onRemove: () => void;
}

export function WorkflowPanel({ editor, selection, settings, onSettings, readOnly, onRemove }: Props) {
  const t = useEditorTexts();
  const { graph } = editor.drawing;
  if (selection.nodes.length > 1)
    return (
      <>
        <h2>{t("severalChosen", { count: selection.nodes.length })}</h2>
        <p className="fe-hint">{selection.nodes.join(", ")}</p>
        {!readOnly && <Button onClick={onRemove}>{t("removeNode")}</Button>}
      </>
    );
  const edge = selection.edges.length === 1 ? graph.edges.find((one) => edgeId(one) === selection.edges[0]) : undefined;
  if (edge)
    return (
      <>
        <h2>{t("edgeChosen", { from: edge.from, to: edge.to })}</h2>
        <WhenField edge={edge} editor={editor} readOnly={readOnly} />
        {!readOnly && (
          <>
            <p className="fe-hint">{t("edgeHelp")}</p>
            <Button onClick={onRemove}>{t("removeNode")}</Button>
          </>
        )}
      </>
    );
  return (
    <>
      <h2>{t("workflow")}</h2>
      <div className="sf-field" role="group" aria-labelledby="fe-trigger">
        <span className="sf-label" id="fe-trigger">
          {t("trigger")}
        </span>
        <Radio.Group
          vertical
          disabled={readOnly}
          value={settings.trigger}
          onChange={(event) => onSettings({ ...settings, trigger: event.target.value as TriggerMode })}
          options={[
            { value: "OssAutoTrigger", label: t("triggerAuto") },
            { value: "NotInAuto", label: t("triggerManual") },
          ]}
        />
      </div>
      <div className="sf-field">
        <label className="sf-label" htmlFor="fe-reuse">
          {t("reuse")}
        </label>
        <Select<Reuse>
          id="fe-reuse"
          disabled={readOnly}
          value={settings.reuse}
          onChange={(reuse) => onSettings({ ...settings, reuse })}
          options={REUSE.map((value) => ({ value, label: t(`reuse_${value}`) }))}
        />
        <p className="fe-hint">{t("reuseHelp")}</p>
      </div>
      <div className="sf-field">
        <span className="sf-label">{t("contents")}</span>
        {t("nodes", { count: graph.nodes.length })} · {t("edges", { count: graph.edges.length })}
      </div>
      <p className="fe-hint">{readOnly ? t("selectHint") : t("editHint")}</p>
    </>
  );
}
