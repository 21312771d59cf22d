import { Link } from "@tanstack/react-router";
import { Button, Input } from "antd";
import type { ReactNode } from "react";
import type { Workflow } from "@/api/types";
import { StateTag } from "@/ui/StateTag";
import { useEditorTexts } from "./texts";
import type { Saving } from "./useSaving";

interface Props {
  workflow: Workflow | undefined;
  saving: Saving;
  readOnly: boolean;
  busy: boolean;
  tools: ReactNode;
  onActivate: () => void;
  onSave: () => void;
}

/** Name, state, tools, and the one thing to do next. */
export function EditorHead({ workflow, saving, readOnly, busy, tools, onActivate, onSave }: Props) {
  const t = useEditorTexts();
  const { settings, setSettings, dirty } = saving;
  return (
    <header className="fe-head">
      {readOnly ? (
        <h1>{settings.name}</h1>
      ) : (
        <>
          <h1 className="visually-hidden">{settings.name || t("create")}</h1>
          <Input
            className="fe-name"
            aria-label={t("workflowName")}
            placeholder={t("workflowName")}
            maxLength={64}
            status={settings.name.trim() ? "" : "warning"}
            value={settings.name}
            onChange={(event) => setSettings({ ...settings, name: event.target.value })}
          />
        </>
      )}
      {workflow && <StateTag state={workflow.State} />}
      {dirty && !readOnly && <span className="fe-hint">{t("unsaved")}</span>}
      <span className="fe-gap" />
      {tools}
      {workflow && (
        <Link to="/workflows/$workflowId" params={{ workflowId: workflow.MediaWorkflowId ?? "" }} search={{ view: "versions" }}>
          {t("versions")}
        </Link>
      )}
      {workflow?.State === "Inactive" && !readOnly && !dirty && (
        <Button loading={busy} onClick={onActivate}>
          {t("activate")}
        </Button>
      )}
      {!readOnly && (
        <Button type="primary" loading={busy} disabled={!dirty || !settings.name.trim()} onClick={onSave}>
          {workflow ? t("save") : t("create")}
        </Button>
      )}
    </header>
  );
}
