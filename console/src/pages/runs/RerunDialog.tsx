/** Does a run again from one activity on: with which definition, and under which RunId. */
import { useNavigate } from "@tanstack/react-router";
import { Alert, Checkbox, Modal, Radio } from "antd";
import { useState } from "react";
import { call } from "@/api/client";
import { changed } from "@/api/query";
import type { Execution } from "@/api/types";
import { useCommonTexts } from "@/i18n/common";
import { useRunTexts } from "@/i18n/runs";
import { ErrorBox } from "@/ui/ErrorBox";
import { useSubmit } from "@/ui/useSubmit";

export function RerunDialog({ run, activity, onClose }: { run: Execution; activity: string; onClose: () => void }) {
  const t = useRunTexts();
  const common = useCommonTexts();
  const navigate = useNavigate();
  const [definition, setDefinition] = useState<"run" | "current">("run");
  const [newRun, setNewRun] = useState(false);
  const [ended] = useState(run.FinishTime); // when the run ended that was looked at
  const { busy, error, send } = useSubmit(async () => {
    const answer = await call("RerunMediaWorkflowExecution", { RunId: run.RunId ?? "", FromActivity: activity, Definition: definition, NewRun: newRun });
    changed(["executions", "jobs", "media"]);
    onClose();
    if (newRun && answer.RunId) void navigate({ to: "/runs/$runId", params: { runId: answer.RunId } });
  });
  const running = run.State === "Running";
  return (
    <Modal open title={t("rerunTitle", { name: activity })} okText={t("rerun")} cancelText={common("cancel")} okButtonProps={{ loading: busy, disabled: running }} onOk={() => send(undefined)} onCancel={onClose}>
      {!busy && (running || run.FinishTime !== ended) && <Alert role="alert" style={{ marginBottom: 12 }} type="warning" showIcon title={t(running ? "rerunBegun" : "rerunDone")} />}
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
  );
}
