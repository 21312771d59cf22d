import { CheckCircleFilled } from "@ant-design/icons";
import { Button, Card, Collapse, Progress, Typography } from "antd";
import { type ReactNode, useState } from "react";
import { useOverviewTexts } from "@/i18n/overview";
import { Buckets, Play, Queue, SignedIn, Templates, UploadHere, Watch, Workflow } from "./GuideSteps";
import { STEPS, type Said, type Step, nextStep } from "./steps";

/** Leads from an empty server to a stream that plays; the step at hand is open and is done in place. */
export function Guide({ done, hide, say }: { done: ReadonlySet<Step>; hide: () => void; say: (what: keyof Said) => void }) {
  const t = useOverviewTexts();
  const next = nextStep(done);
  const [chosen, setChosen] = useState<{ step: string | undefined; at: Step | undefined }>();
  // What was opened by hand stays open until the guide moves on.
  const open = chosen && chosen.at === next ? chosen.step : next && String(next);
  const bodies: Record<Step, ReactNode> = {
    1: <SignedIn />,
    2: <Buckets />,
    3: <Queue />,
    4: <Templates presetsDo={() => say("presetsDo")} />,
    5: <Workflow ready={done.has(2) && done.has(3)} />,
    6: <UploadHere ready={done.has(5)} />,
    7: <Watch ready={done.has(7)} />,
    8: <Play ready={done.has(6)} played={() => say("played")} />,
  };
  return (
    <Card
      style={{ marginBottom: 24 }}
      title={
        <>
          <Typography.Title level={2} style={{ fontSize: 16, margin: 0 }}>
            {t("guide")}
          </Typography.Title>
          <Typography.Text type="secondary" style={{ fontWeight: 400 }}>
            {t("guideHelp")}
          </Typography.Text>
        </>
      }
      extra={<Button onClick={hide}>{t("hide")}</Button>}
      styles={{ header: { padding: "12px 16px" } }}
    >
      <Progress percent={(100 * done.size) / STEPS.length} format={() => t("progress", { done: done.size })} aria-label={t("guide")} style={{ maxWidth: 480 }} />
      <Collapse
        ghost
        destroyOnHidden
        activeKey={open ? [open] : []}
        onChange={(keys) => setChosen({ step: keys.find((key) => key !== open), at: next })}
        items={STEPS.map((step) => ({ key: String(step), label: <Label step={step} done={done.has(step)} />, children: <div style={{ maxWidth: step === 6 ? undefined : 640, paddingInlineStart: 36 }}>{bodies[step]}</div> }))}
      />
    </Card>
  );
}

function Label({ step, done }: { step: Step; done: boolean }) {
  const t = useOverviewTexts();
  return (
    <span className="guide-label">
      {done ? (
        <CheckCircleFilled style={{ color: "var(--state-success)", fontSize: 20 }} aria-label={t("done")} />
      ) : (
        <span
          aria-hidden
          style={{ width: 20, height: 20, borderRadius: 10, border: "1px solid var(--rm-color-border)", display: "inline-flex", alignItems: "center", justifyContent: "center", fontSize: 12 }}
        >
          {step}
        </span>
      )}
      <span style={{ fontWeight: done ? 400 : 600 }}>{t(`s${step}`)}</span>
      {!done && <span className="visually-hidden">{t("toDo")}</span>}
    </span>
  );
}
