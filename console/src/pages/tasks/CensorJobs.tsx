import { SafetyOutlined } from "@ant-design/icons";
import { Checkbox, Form, Input } from "antd";
import { useState } from "react";
import { call } from "@/api/client";
import { changed, useOperation } from "@/api/query";
import { useMayChange, useMe } from "@/app/session";
import { useCensorTexts } from "@/i18n/censor";
import { useTaskTexts } from "@/i18n/tasks";
import { ReviewOf } from "@/pages/findings/Review";
import { Suggested } from "@/pages/findings/Suggested";
import { FormModal } from "@/ui/FormModal";
import { AddButton } from "@/ui/PageList";
import { BucketSelect, PipelineSelect } from "@/ui/choices";
import { LookJobs, useJobQuestion } from "./LookJobs";
import { SourceFields } from "./SourceFields";
import { encodedKey, plainKey } from "./keys";

const STATES = ["Queuing", "Analysing", "Success", "Fail"] as const;
const SCENES = ["porn", "terrorism", "ad", "live", "logo", "audio"] as const;

export function CensorJobs() {
  const t = useCensorTexts();
  const mayChange = useMayChange();
  const query = useOperation("QueryMediaCensorJobList", useJobQuestion(STATES));
  const [creating, setCreating] = useState(false);
  const jobs = query.data?.MediaCensorJobList.MediaCensorJob.map((job) => ({
    id: job.JobId,
    state: job.State,
    input: plainKey(job.Input),
    result: job.Suggestion && <Suggested suggestion={job.Suggestion} />,
    created: job.CreationTime,
    finished: job.FinishTime,
    code: job.Code,
    message: job.Message,
    failure: job.Failure,
    found: job.Suggestion && <ReviewOf jobId={job.JobId ?? ""} />,
  }));
  return (
    <LookJobs
      words={{ title: t("jobs"), help: t("jobsHelp"), empty: t("emptyJobs"), emptyHelp: t("emptyJobsHelp") }}
      icon={<SafetyOutlined />}
      states={STATES}
      jobs={jobs}
      query={query}
      next={query.data?.NextPageToken}
      create={mayChange && <AddButton label={t("create")} onClick={() => setCreating(true)} />}
    >
      <Create open={creating} close={() => setCreating(false)} />
    </LookJobs>
  );
}

interface Values {
  bucket: string;
  object: string;
  scenes: string[];
  outputBucket: string;
  output: string;
  queue?: string;
}

/** Reviews one file, outside workflows. */
function Create({ open, close }: { open: boolean; close: () => void }) {
  const t = useCensorTexts();
  const task = useTaskTexts();
  const { Region } = useMe();
  const needed = [{ required: true, message: t("needed") }];
  const place = (bucket: string, key: string) => ({ Bucket: bucket, Location: `oss-${Region}`, Object: encodedKey(key) });
  const submit = async ({ bucket, object, scenes, outputBucket, output, queue }: Values) => {
    await call("SubmitMediaCensorJob", {
      Input: place(bucket, object),
      VideoCensorConfig: { OutputFile: place(outputBucket, output), Scenes: scenes },
      PipelineId: queue,
    });
    changed(["jobs"]);
  };
  return (
    <FormModal<Values> open={open} title={t("create")} ok={t("create")} close={close} submit={submit} initialValues={{ scenes: ["porn", "terrorism"], output: "review/{Count}.jpg" }}>
      <SourceFields />
      <Form.Item name="scenes" label={t("scenes")} rules={needed}>
        <Checkbox.Group options={SCENES.map((value) => ({ value, label: t(`scene_${value}`) }))} />
      </Form.Item>
      <Form.Item name="outputBucket" label={task("outputBucket")} rules={needed}>
        <BucketSelect type="Output" />
      </Form.Item>
      <Form.Item name="output" label={task("outputObject")} extra={t("outputHelp")} rules={needed}>
        <Input spellCheck={false} autoComplete="off" />
      </Form.Item>
      <Form.Item name="queue" label={task("queue")}>
        <PipelineSelect type="Censor" allowClear />
      </Form.Item>
    </FormModal>
  );
}
