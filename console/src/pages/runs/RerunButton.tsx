/** Does a run again from one activity on: with which definition, and under which RunId. */
import { useNavigate } from "@tanstack/react-router";
import { Button, Checkbox, Modal, Radio } from "antd";
import { useState } from "react";
import { call } from "@/api/client";
import { changed } from "@/api/query";
import type { ActivityRow, Execution } from "@/api/types";
import { useCommonTexts } from "@/i18n/common";
import { useRunTexts } from "@/i18n/runs";
import { ErrorBox } from "@/ui/ErrorBox";
import { useSubmit } from "@/ui/useSubmit";

export function RerunButton({ run, activity }: { run: Execution; activity: ActivityRow }) {
  const t = useRunTexts();
  const common = useCommonTexts();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [definition, setDefinition] = useState<"run" | "current">("run");
  const [newRun, setNewRun] = useState(false);
  const name = activity.Name ?? "";
  const { busy, error, send } = useSubmit(async () => {
    const answer = await call("RerunMediaWorkflowExecution", { RunId: run.RunId ?? "", FromActivity: name, Definition: definition, NewRun: newRun });
    changed(["executions", "jobs", "media"]);
    setOpen(false);
    if (newRun && answer.RunId) void navigate({ to: "/runs/$runId", params: { runId: answer.RunId } });
  });
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        {t("rerun")}
      </Button>
      <Modal
        open={open}
        title={t("rerunTitle", { name })}
        okText={t("rerun")}
        cancelText={common("cancel")}
        okButtonProps={{ loading: busy }}
        onOk={() => send(undefined)}
        onCancel={() => setOpen(false)}
        destroyOnHidden
      >
        <p>{t("rerunHelp")}</p>
        <div role="group" aria-label={t("definition")}>
          <p style={{ marginBottom: 4 }}>{t("definition")}</p>
          <Radio.Group
            vertical
            value={definition}
            onChange={(event) => setDefinition(event.target.value as "run" | "current")}
            options={[
              { value: "run", label: t("definitionRun") },
              { value: "current", label: t("definitionCurrent") },
            ]}
          />
        </div>
        <Checkbox style={{ marginTop: 12 }} checked={newRun} onChange={(event) => setNewRun(event.target.checked)}>
          {t("newRun")}
        </Checkbox>
        <ErrorBox error={error} />
      </Modal>
    </>
  );
}
