/** The editor's dialogs: all keys, the topology as JSON, import, and what saving will change. */
import { DownloadOutlined, UploadOutlined } from "@ant-design/icons";
import { Alert, Button, Input, Modal, Upload } from "antd";
import { useState } from "react";
import { CopyButton } from "@/ui/facts";
import type { Changes } from "../changes";
import { parseTopology, TopologyError, type Graph } from "../topology";
import { SHORTCUTS } from "./shortcuts";
import { useEditorTexts } from "./texts";
import type { Saving } from "./useSaving";

export function KeysDialog({ onClose }: { onClose: () => void }) {
  const t = useEditorTexts();
  return (
    <Modal open title={t("help")} footer={null} onCancel={onClose} width={440}>
      <dl className="fe-keys">
        {SHORTCUTS.map(({ command, keys }) => (
          <div key={command}>
            <dt>{t(`key_${command}`)}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <p className="fe-hint">{t("keyNode")}</p>
    </Modal>
  );
}

export function JsonDialog({ text, name, onClose }: { text: string; name: string; onClose: () => void }) {
  const t = useEditorTexts();
  const pretty = indented(text);
  return (
    <Modal
      open
      title={t("topology")}
      onCancel={onClose}
      width={760}
      footer={
        <>
          <CopyButton text={pretty} />
          <Button icon={<DownloadOutlined />} onClick={() => exportText(text, name)}>
            {t("exportJson")}
          </Button>
        </>
      }
    >
      <pre className="fe-json mono" tabIndex={0} role="region" aria-label={t("topology")}>
        {pretty}
      </pre>
    </Modal>
  );
}

const indented = (text: string): string => JSON.stringify(JSON.parse(text), null, 2);

/** Gives the topology to the user as a file. */
export function exportText(text: string, name: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([indented(text)], { type: "application/json" }));
  link.download = `${name || "workflow"}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function ImportDialog({ onImport, onClose }: { onImport: (graph: Graph) => void; onClose: () => void }) {
  const t = useEditorTexts();
  const [text, setText] = useState("");
  const [error, setError] = useState<TopologyError>();
  const write = (next: string) => {
    setText(next);
    setError(undefined); // it was about another text
  };
  const take = () => {
    try {
      onImport(parseTopology(text));
    } catch (caught) {
      if (!(caught instanceof TopologyError)) throw caught;
      setError(caught);
    }
  };
  return (
    <Modal open title={t("importTitle")} okText={t("importDo")} okButtonProps={{ disabled: !text.trim() }} onOk={take} onCancel={onClose} width={640}>
      <p>{t("importHelp")}</p>
      <Upload
        accept=".json,application/json,text/plain"
        showUploadList={false}
        beforeUpload={(file) => {
          void file.text().then(write);
          return false;
        }}
      >
        <Button icon={<UploadOutlined />} style={{ marginBottom: 8 }}>
          {t("importFile")}
        </Button>
      </Upload>
      <Input.TextArea className="mono" aria-label={t("topology")} rows={12} spellCheck={false} value={text} onChange={(event) => write(event.target.value)} />
      {error && <Alert style={{ marginTop: 8 }} type="error" showIcon title={t(`fault_${error.fault}`, { at: error.at })} />}
    </Modal>
  );
}

/** What saving will change, and the choice to save. */
export function SaveDialog({ saving, isNew, active, onSave, onClose }: { saving: Saving; isNew: boolean; active: boolean; onSave: (activate: boolean, note: string) => void; onClose: () => void }) {
  const t = useEditorTexts();
  const [note, setNote] = useState("");
  return (
    <Modal
      open
      title={t("saveTitle")}
      onCancel={onClose}
      footer={
        <>
          {!isNew && !active && <Button onClick={() => onSave(true, note)}>{t("saveActivate")}</Button>}
          <Button type="primary" onClick={() => onSave(false, note)}>
            {t(isNew ? "create" : "save")}
          </Button>
        </>
      }
    >
      <ChangeList changes={saving.diff} settings={saving.otherSettings} />
      {saving.problems.length > 0 && <Alert type="warning" showIcon title={t("saveWithProblems", { count: saving.problems.length })} />}
      {!isNew && <p className="fe-hint">{t("saveRunning")}</p>}
      <Input aria-label={t("note")} placeholder={t("note")} maxLength={300} value={note} onChange={({ target }) => setNote(target.value)} />
    </Modal>
  );
}

/** Somebody else saved meanwhile: what keeping the own drawing would change in theirs, and the choice. */
export function ConflictDialog({ saving, onTake, onKeep, onClose }: { saving: Saving; onTake: () => void; onKeep: () => void; onClose: () => void }) {
  const t = useEditorTexts();
  return (
    <Modal
      open
      title={t("conflictTitle")}
      onCancel={onClose}
      footer={
        <>
          <Button onClick={onTake}>{t("takeTheirs")}</Button>
          <Button type="primary" onClick={onKeep}>
            {t("keepMine")}
          </Button>
        </>
      }
    >
      <p>{t("conflictHelp")}</p>
      <ChangeList changes={saving.diff} settings={saving.otherSettings} />
    </Modal>
  );
}

/** "2 nodes changed, 1 removed", each with its names. */
export function ChangeList({ changes, settings }: { changes: Changes; settings: boolean }) {
  const t = useEditorTexts();
  const kinds = ["changed", "added", "removed"] as const;
  return (
    <ul className="fe-changes">
      {kinds
        .filter((kind) => changes[kind].length)
        .map((kind) => (
          <li key={kind}>
            {t(kind, { count: changes[kind].length })}: <b>{changes[kind].join(", ")}</b>
          </li>
        ))}
      {changes.edges > 0 && <li>{t("edgesChanged", { count: changes.edges })}</li>}
      {settings && <li>{t("settingsChanged")}</li>}
    </ul>
  );
}
