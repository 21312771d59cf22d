import { PictureOutlined } from "@ant-design/icons";
import { Form, Input, Select } from "antd";
import { useState } from "react";
import { call } from "@/api/client";
import { changed, useOperation } from "@/api/query";
import { useMayChange, useMe } from "@/app/session";
import { useTaskTexts } from "@/i18n/tasks";
import { CoverGrid } from "@/pages/findings/Covers";
import { coverResult } from "@/pages/findings/coverResult";
import { FormModal } from "@/ui/FormModal";
import { AddButton } from "@/ui/PageList";
import { BucketSelect, PipelineSelect } from "@/ui/choices";
import { LookJobs, useJobQuestion } from "./LookJobs";
import { SourceFields } from "./SourceFields";
import { encodedKey, plainAddress } from "./keys";

const STATES = ["Queuing", "Analysing", "Success", "Fail"] as const;
const MODELS = ["", "gif"] as const;

export function CoverJobs() {
  const t = useTaskTexts();
  const mayChange = useMayChange();
  const query = useOperation("ListIProductionJobs", useJobQuestion(STATES));
  const [creating, setCreating] = useState(false);
  const jobs = query.data?.IProductionJobList.map((job) => {
    const result = coverResult(job.Result);
    return {
      id: job.JobId,
      state: job.State,
      input: plainAddress(job.Input),
      result: result && t("coverCount", { count: result.covers.length }),
      created: job.CreationTime,
      finished: job.FinishTime,
      code: job.Code,
      message: job.Message,
      failure: job.Failure,
      found: result && <CoverGrid result={result} />,
    };
  });
  return (
    <LookJobs
      words={{ title: t("cover"), help: t("coverHelp"), empty: t("emptyCover"), emptyHelp: t("emptyCoverHelp") }}
      icon={<PictureOutlined />}
      states={STATES}
      jobs={jobs}
      query={query}
      next={query.data?.NextPageToken}
      create={mayChange && <AddButton label={t("createCover")} onClick={() => setCreating(true)} />}
    >
      <Create open={creating} close={() => setCreating(false)} />
    </LookJobs>
  );
}

interface Values {
  bucket: string;
  object: string;
  outputBucket: string;
  output: string;
  model: (typeof MODELS)[number];
  queue?: string;
}

/** Covers of one file, outside workflows. */
function Create({ open, close }: { open: boolean; close: () => void }) {
  const t = useTaskTexts();
  const { Region } = useMe();
  const needed = [{ required: true, message: t("needed") }];
  const address = (bucket: string, key: string) => `oss://${bucket}.oss-${Region}.aliyuncs.com/${encodedKey(key)}`;
  const submit = async ({ bucket, object, outputBucket, output, model, queue }: Values) => {
    await call("SubmitIProductionJob", {
      FunctionName: "Cover",
      Input: address(bucket, object),
      Output: address(outputBucket, output),
      JobParams: model ? { Model: model } : undefined,
      PipelineId: queue,
    });
    changed(["jobs"]);
  };
  return (
    <FormModal<Values> open={open} title={t("createCover")} ok={t("createCover")} close={close} submit={submit} initialValues={{ model: "", output: "covers/{source}-{sequenceId}.jpg" }}>
      <SourceFields />
      <Form.Item name="outputBucket" label={t("outputBucket")} rules={needed}>
        <BucketSelect type="Output" />
      </Form.Item>
      <Form.Item name="output" label={t("outputObject")} extra={t("coverOutputHelp")} rules={needed}>
        <Input spellCheck={false} autoComplete="off" />
      </Form.Item>
      <Form.Item name="model" label={t("coverModel")}>
        <Select options={MODELS.map((value) => ({ value, label: t(`model_${value || "none"}`) }))} />
      </Form.Item>
      <Form.Item name="queue" label={t("queue")}>
        <PipelineSelect type="Cover" allowClear />
      </Form.Item>
    </FormModal>
  );
}
