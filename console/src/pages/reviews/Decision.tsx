import { Alert, Button, Form, Input, Space, Typography } from "antd";
import { useId, useState } from "react";
import { call } from "@/api/client";
import { changed } from "@/api/query";
import type { ActivityRow } from "@/api/types";
import { useMayDecide } from "@/app/session";
import { useReviewTexts } from "@/i18n/reviews";
import { ErrorBox } from "@/ui/ErrorBox";
import { RelativeTime } from "@/ui/facts";
import { useSubmit } from "@/ui/useSubmit";

/** A person says whether an activity that waits goes on. */
export function Decide({ runId, activity, done }: { runId: string; activity: ActivityRow; done?: () => void }) {
  const t = useReviewTexts();
  const mayDecide = useMayDecide();
  const id = useId();
  const [note, setNote] = useState("");
  const { busy, error, send } = useSubmit((Decision: "pass" | "block") =>
    call("DecideActivity", { RunId: runId, Activity: activity.Name ?? "", Decision, Note: note, Attempt: activity.Attempt }).then(() => {
      changed(["executions", "jobs", "media"]);
      done?.();
    }),
  );
  if (!mayDecide) return <Alert type="info" showIcon title={t("mayNot")} />;
  return (
    <Form layout="vertical" style={{ maxWidth: 480, marginTop: 12 }}>
      <Form.Item label={t("note")} htmlFor={id} extra={t("noteHelp")}>
        <Input.TextArea id={id} value={note} onChange={({ target }) => setNote(target.value)} autoSize={{ minRows: 2, maxRows: 6 }} maxLength={300} />
      </Form.Item>
      <Space wrap>
        <Button type="primary" loading={busy} onClick={() => send("pass")}>
          {t("pass")}
        </Button>
        <Button danger loading={busy} onClick={() => send("block")}>
          {t("block")}
        </Button>
      </Space>
      <Typography.Paragraph type="secondary" style={{ margin: "8px 0" }}>
        {t("passHelp")}
      </Typography.Paragraph>
      <ErrorBox error={error} />
    </Form>
  );
}

/** What a person has decided about an activity, and who that was. */
export function Decided({ decision }: { decision: NonNullable<ActivityRow["Decision"]> }) {
  const t = useReviewTexts();
  const by = decision.By || t("somebody");
  const isPass = decision.Decision === "pass";
  return (
    <Alert
      type={isPass ? "success" : "error"}
      showIcon
      title={
        <>
          {t(isPass ? "passed" : "blocked", { by })} · <RelativeTime time={decision.Time} />
        </>
      }
      description={decision.Note || undefined}
    />
  );
}
