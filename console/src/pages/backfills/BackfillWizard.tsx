import { useNavigate } from "@tanstack/react-router";
import { Alert, Button, Form, Input, InputNumber, Modal, Select, Space, Steps, Table } from "antd";
import { useState } from "react";
import { call } from "@/api/client";
import { changed, useOperation } from "@/api/query";
import type { In, Out, Workflow } from "@/api/types";
import { useBackfillTexts } from "@/i18n/backfills";
import { useCommonTexts } from "@/i18n/common";
import { useServerText } from "@/i18n/server";
import { ErrorBox } from "@/ui/ErrorBox";
import { TokenPager, useTokens } from "@/ui/TokenPager";
import { Bytes, RelativeTime } from "@/ui/facts";
import { bytes, integer } from "@/ui/format";
import { useSubmit } from "@/ui/useSubmit";
import { asked, type Fields } from "./asked";

const PAGE = 10;
type File = Out<"ListBackfillJobFiles">["Files"][number];
type Job = NonNullable<Out<"SubmitBackfillJob">["BackfillJob"]>;

/** Which files, then what that would start, then go. */
export function BackfillWizard({ workflow, where, onClose }: { workflow: Workflow; where: { bucket: string; prefix: string }; onClose: () => void }) {
  const t = useBackfillTexts();
  const common = useCommonTexts();
  const navigate = useNavigate();
  const [form] = Form.useForm<Fields>();
  const [dry, setDry] = useState<{ job: string; request: In<"SubmitBackfillJob"> }>();
  const [rate, setRate] = useState(10);
  const [priority, setPriority] = useState(1);
  const look = useSubmit(async (fields: Fields) => {
    const request = asked(workflow.MediaWorkflowId ?? "", fields);
    const { BackfillJob } = await call("SubmitBackfillJob", { ...request, DryRun: true });
    setDry({ job: BackfillJob?.JobId ?? "", request });
  });
  const start = useSubmit(async () => {
    await call("SubmitBackfillJob", { ...(dry?.request as In<"SubmitBackfillJob">), RatePerMinute: rate, Priority: priority });
    changed(["backfills"]);
    onClose();
    void navigate({ to: "/backfills" });
  });
  const buckets = useOperation("ListAllMediaBucket", { MaximumPageSize: 100 }).data?.MediaBucketList.MediaBucket ?? [];
  const { data } = useOperation("QueryBackfillJobList", { JobIds: [dry?.job ?? ""] }, { enabled: dry !== undefined, refetchInterval: ({ state }) => (state.data?.BackfillJobList[0]?.State === "Listing" ? 1000 : false) });
  const job = dry && data?.BackfillJobList.find((one) => one.JobId === dry.job);
  const ready = job?.State === "Success";
  const starts = starting(job);
  return (
    <Modal
      open
      width={760}
      title={t("start", { name: workflow.Name ?? "" })}
      onCancel={onClose}
      footer={
        <Space>
          {dry && <Button onClick={() => setDry(undefined)}>{t("back")}</Button>}
          <Button onClick={onClose}>{common("cancel")}</Button>
          {dry ? (
            <Button type="primary" loading={start.busy} disabled={!ready || !starts} onClick={() => start.send(undefined)}>
              {t("go", { count: starts })}
            </Button>
          ) : (
            <Button type="primary" loading={look.busy} onClick={() => form.submit()}>
              {t("look")}
            </Button>
          )}
        </Space>
      }
    >
      <Steps size="small" current={dry ? 1 : 0} items={[{ title: t("stepFiles") }, { title: t("stepPreview") }]} style={{ margin: "16px 0" }} />
      <Form<Fields> form={form} layout="vertical" hidden={dry !== undefined} onFinish={look.send} requiredMark={false} initialValues={{ bucket: where.bucket, prefix: where.prefix }}>
        <Form.Item name="bucket" label={t("bucket")}>
          <Select options={buckets.map(({ Bucket }) => ({ value: Bucket ?? "", label: Bucket ?? "" }))} />
        </Form.Item>
        <Form.Item name="prefix" label={t("prefix")} help={t("prefixHelp")}>
          <Input className="mono" />
        </Form.Item>
        <Form.Item name="suffix" label={t("suffix")} help={t("suffixHelp")}>
          <Select mode="tags" tokenSeparators={[",", " "]} />
        </Form.Item>
        <Form.Item name="glob" label={t("glob")} help={t("globHelp")}>
          <Input className="mono" />
        </Form.Item>
        <Space wrap>
          <Form.Item name="minSize" label={t("minSize")}>
            <InputNumber min={0} style={{ width: 180 }} />
          </Form.Item>
          <Form.Item name="maxSize" label={t("maxSize")}>
            <InputNumber min={0} style={{ width: 180 }} />
          </Form.Item>
          <Form.Item name="after" label={t("after")}>
            <Input placeholder="2026-01-01T00:00:00Z" style={{ width: 210 }} />
          </Form.Item>
          <Form.Item name="before" label={t("before")}>
            <Input placeholder="2026-12-31T23:59:59Z" style={{ width: 210 }} />
          </Form.Item>
        </Space>
        <Form.Item name="condition" label={t("condition")}>
          <Input className="mono" placeholder="input.size < 5000000000" />
        </Form.Item>
      </Form>
      {job && (
        <>
          <Summary job={job} />
          <Files job={job.JobId ?? ""} listing={job.State === "Listing"} />
          <Space wrap style={{ marginTop: 16 }}>
            <label>
              {t("rate")} <InputNumber min={1} max={6000} value={rate} onChange={(value) => setRate(value ?? 10)} aria-label={t("rate")} />
            </label>
            <label>
              {t("priority")} <InputNumber min={1} max={10} value={priority} onChange={(value) => setPriority(value ?? 1)} aria-label={t("priority")} />
            </label>
          </Space>
        </>
      )}
      {/* beside the button: the top of a long form is out of sight */}
      <ErrorBox error={look.error ?? start.error} />
    </Modal>
  );
}

/** How many files of a preview would start: those that are left out are among the found. */
const starting = (job: Job | undefined) => (job?.Found ?? 0) - (job?.LeftOut ?? 0);

function Summary({ job }: { job: Job }) {
  const t = useBackfillTexts();
  const server = useServerText();
  if (job.Message) return <Alert role="status" style={{ margin: "12px 0" }} type={job.State === "Fail" ? "error" : "warning"} showIcon title={server(job.Message)} />;
  if (job.State === "Listing") return <p role="status">{t("listing", { count: integer(job.Found ?? 0) })}</p>;
  const minutes = job.Estimate?.EncodeMinutes;
  const parts = [
    t("found", { count: starting(job) }),
    ...(job.LeftOut ? [t("failing", { count: job.LeftOut })] : []),
    ...(job.AlreadyRun ? [t("alreadyRun", { count: job.AlreadyRun })] : []),
    ...(starting(job) ? [t("bytes", { size: bytes(job.Estimate?.Bytes ?? 0) }), minutes === undefined || minutes === null ? t("noMinutes") : t("minutes", { minutes })] : []),
  ];
  return <p role="status">{parts.join(" · ")}</p>;
}

function Files({ job, listing }: { job: string; listing: boolean }) {
  const t = useBackfillTexts();
  const server = useServerText();
  const [token, setToken] = useState<string>();
  const tokens = useTokens(token, setToken);
  const { data, error, isPending } = useOperation("ListBackfillJobFiles", { JobId: job, MaximumPageSize: PAGE, ...(token ? { NextPageToken: token } : {}) }, { enabled: !listing });
  return (
    <>
      <ErrorBox error={error} />
      <Table<File>
        size="small"
        rowKey={(file) => file.Object ?? ""}
        loading={isPending}
        dataSource={data?.Files ?? []}
        pagination={false}
        columns={[
          {
            title: t("file"),
            render: (_, file) => (
              <>
                <span className="mono" style={{ overflowWrap: "anywhere" }}>{file.Object}</span>
                {file.Reason && <div>{server(file.Reason)}</div>}
              </>
            ),
          },
          { title: t("size"), width: 96, align: "end", render: (_, file) => <Bytes value={file.Size} /> },
          { title: t("modified"), width: 150, responsive: ["sm"], render: (_, file) => <RelativeTime time={file.LastModified} /> },
        ]}
      />
      <TokenPager tokens={tokens} next={data?.NextPageToken} />
    </>
  );
}
