import { Link, useNavigate } from "@tanstack/react-router";
import { Button, Form, Input, Radio, Skeleton, Space, Typography } from "antd";
import { type ReactNode, Suspense, lazy } from "react";
import { call } from "@/api/client";
import { useBuckets, usePipelines, useWorkflows } from "@/api/lists";
import { changed, useCatalogue, useOperation } from "@/api/query";
import { useMe } from "@/app/session";
import { fillPreset } from "@/flow/catalogue";
import { useLanguage } from "@/i18n";
import { useBucketTexts } from "@/i18n/buckets";
import { useOverviewTexts } from "@/i18n/overview";
import { useQueueTexts } from "@/i18n/queues";
import { ErrorBox } from "@/ui/ErrorBox";
import { fileName } from "@/ui/format";
import { StateTag } from "@/ui/StateTag";
import { useSubmit } from "@/ui/useSubmit";
import { BUCKET_NAME, addBucket } from "../buckets/bucket";
import { glance } from "../workflows/input";
import { isQueueName } from "../queues/queue";
import { RunLine } from "./RunLine";

const Uploader = lazy(() => import("../upload/Uploader").then((module) => ({ default: module.Uploader })));

const Help = ({ children }: { children: ReactNode }) => <Typography.Paragraph type="secondary">{children}</Typography.Paragraph>;

/** A small form that does its step and keeps a refusal in view. `follow`: what else changes with a field. */
function Do<V extends object>({ ok, initial, act, follow, children }: { ok: string; initial?: Partial<V>; act: (values: V) => Promise<unknown>; follow?: (changed: Partial<V>) => Partial<V>; children?: ReactNode }) {
  const [form] = Form.useForm<V>();
  const { busy, error, send } = useSubmit(act);
  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={initial}
      onFinish={send}
      onValuesChange={(changes: Partial<V>) => follow && form.setFieldsValue(follow(changes) as Parameters<typeof form.setFieldsValue>[0])}
    >
      {children}
      <ErrorBox error={error} />
      <Button type="primary" htmlType="submit" loading={busy}>
        {ok}
      </Button>
    </Form>
  );
}

export function SignedIn() {
  const t = useOverviewTexts();
  const { User, Region } = useMe();
  return <Help>{t("s1Help", { user: User, region: Region })}</Help>;
}

export function Buckets() {
  const t = useOverviewTexts();
  const bucket = useBucketTexts();
  const { data = [] } = useBuckets();
  const first = (type: "Input" | "Output", otherwise: string) => data.find((each) => each.Type === type)?.Bucket ?? otherwise;
  const rule = { required: true, pattern: BUCKET_NAME, message: bucket("nameRule") };
  const act = ({ input, output }: { input: string; output: string }) =>
    addBucket("Input", input)
      .then(() => addBucket("Output", output))
      .finally(() => changed(["buckets", "overview"]));
  return (
    <>
      <Help>{t("s2Help")}</Help>
      <Do ok={t("addBoth")} initial={{ input: first("Input", "media-in"), output: first("Output", "media-out") }} act={act}>
        <Space size={16} align="start" wrap style={{ display: "flex" }}>
          <Form.Item name="input" label={t("inputName")} rules={[rule]} validateTrigger="onBlur">
            <Input spellCheck={false} autoComplete="off" />
          </Form.Item>
          <Form.Item name="output" label={t("outputName")} rules={[rule]} validateTrigger="onBlur">
            <Input spellCheck={false} autoComplete="off" />
          </Form.Item>
        </Space>
      </Do>
    </>
  );
}

export function Queue() {
  const t = useOverviewTexts();
  const queue = useQueueTexts();
  const valid = (_: unknown, name: string | undefined) => (name && isQueueName(name) ? Promise.resolve() : Promise.reject(new Error(queue("nameRule"))));
  return (
    <>
      <Help>{t("s3Help")}</Help>
      <Do<{ name: string }> ok={t("createQueue")} initial={{ name: "main" }} act={({ name }) => call("AddPipeline", { Name: name }).then(() => changed(["pipelines", "overview"]))}>
        <Form.Item name="name" label={t("queueName")} rules={[{ validator: valid }]} validateTrigger="onBlur">
          <Input maxLength={128} autoComplete="off" style={{ maxWidth: 320 }} />
        </Form.Item>
      </Do>
    </>
  );
}

export function Templates({ presetsDo }: { presetsDo: () => void }) {
  const t = useOverviewTexts();
  const navigate = useNavigate();
  return (
    <>
      <Help>{t("s4Help")}</Help>
      <Space>
        <Button type="primary" onClick={presetsDo}>
          {t("presetsDo")}
        </Button>
        <Button onClick={() => void navigate({ to: "/templates/$templateId", params: { templateId: "new" } })}>{t("ownTemplate")}</Button>
      </Space>
    </>
  );
}

export function Workflow({ ready }: { ready: boolean }) {
  const t = useOverviewTexts();
  const language = useLanguage();
  const catalogue = useCatalogue();
  const buckets = useBuckets().data;
  const pipelines = usePipelines().data;
  const presets = catalogue.data?.Presets ?? [];
  const labelOf = (id: string | undefined) => presets.find((preset) => preset.Id === id)?.Label[language] ?? "";
  const act = ({ name, preset }: { name: string; preset: string }) => {
    const of = (type: string) => buckets?.find((bucket) => bucket.Type === type)?.Bucket ?? "";
    const values = { input: of("Input"), output: of("Output"), pipeline: pipelines?.find((pipeline) => pipeline.State === "Active")?.Id ?? "" };
    const topology = fillPreset(presets.find((each) => each.Id === preset)?.Topology, values);
    return call("AddMediaWorkflow", { Name: name.trim(), Topology: JSON.stringify(topology) }).then(() => changed(["workflows", "overview"]));
  };
  if (!ready) return <Help>{t("s5First")}</Help>;
  if (catalogue.isPending || !buckets || !pipelines) return <Skeleton active paragraph={{ rows: 3 }} />;
  return (
    <>
      <Help>{t("s5Help")}</Help>
      <ErrorBox error={catalogue.error} retry={() => void catalogue.refetch()} />
      <Do<{ name: string; preset: string }> ok={t("createWorkflow")} initial={{ name: labelOf(presets[0]?.Id), preset: presets[0]?.Id }} act={act} follow={({ preset }) => (preset ? { name: labelOf(preset) } : {})}>
        <Form.Item name="preset" label={t("preset")}>
          <Radio.Group vertical>
            {presets.map((preset) => (
              <Radio key={preset.Id} value={preset.Id}>
                {preset.Label[language]}
                <div style={{ color: "var(--rm-color-text-secondary)", fontSize: 13 }}>{preset.Help[language]}</div>
              </Radio>
            ))}
          </Radio.Group>
        </Form.Item>
        <Form.Item name="name" label={t("workflowName")} rules={[{ required: true, whitespace: true, message: t("nameNeeded") }]}>
          <Input maxLength={64} autoComplete="off" style={{ maxWidth: 320 }} />
        </Form.Item>
      </Do>
    </>
  );
}

/** The folder that the newest active workflow watches: an upload there starts something. Undefined until the workflows are known. */
function useWatchedFolder(): { bucket: string; path: string } | undefined {
  const { data } = useWorkflows();
  const catalogue = useCatalogue().data;
  if (!data || !catalogue) return undefined;
  const workflow = data.find((each) => each.State === "Active");
  const [bucket = "", ...path] = glance(workflow?.Topology, catalogue).input.split("/");
  return { bucket, path: path.join("/") };
}

export function UploadHere({ ready }: { ready: boolean }) {
  const t = useOverviewTexts();
  const buckets = useBuckets().data;
  const watched = useWatchedFolder();
  if (!ready) return <Help>{t("s6First")}</Help>;
  if (!buckets || !watched) return <Skeleton active />; // not before: another folder means another form, and whoever is in it would lose the focus
  return (
    <>
      <Help>{t("s6Help")}</Help>
      <Suspense fallback={<Skeleton active />}>
        <Uploader
          key={`${watched.bucket}/${watched.path}`}
          buckets={buckets.filter((bucket) => bucket.Type === "Input").map((bucket) => bucket.Bucket ?? "")}
          bucket={watched.bucket}
          path={watched.path}
        />
      </Suspense>
    </>
  );
}

export function Watch({ ready }: { ready: boolean }) {
  const t = useOverviewTexts();
  const { data, error } = useOperation("SearchMediaWorkflowExecutions", { MaximumPageSize: 5 }, { enabled: ready });
  if (!ready) return <Help>{t("s7First")}</Help>;
  return (
    <>
      <Help>{t("s7Help")}</Help>
      <ErrorBox error={error} />
      <ul className="overview-runs">
        {data?.Executions.map((row) => (
          <RunLine key={row.RunId} row={row} extra={<StateTag state={row.Cancelled ? "Cancelled" : row.State} />} />
        ))}
      </ul>
    </>
  );
}

export function Play({ ready, played }: { ready: boolean; played: () => void }) {
  const t = useOverviewTexts();
  const { data, error } = useOperation("SearchMediaWorkflowExecutions", { State: "Completed", HasFailure: false, MaximumPageSize: 1 }, { enabled: ready });
  const latest = data?.Executions?.[0];
  if (!ready) return <Help>{t("s8First")}</Help>;
  return (
    <>
      <Help>{t("s8Help")}</Help>
      <ErrorBox error={error} />
      {latest && (
        <Link to="/media/$mediaId" params={{ mediaId: latest.MediaId ?? "" }} onClick={played}>
          {t("play", { name: fileName(latest.Input?.Object) })}
        </Link>
      )}
    </>
  );
}
