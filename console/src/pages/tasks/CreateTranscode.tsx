import { Form, Input } from "antd";
import { ApiError, call } from "@/api/client";
import { changed } from "@/api/query";
import { useMe } from "@/app/session";
import { useTaskTexts } from "@/i18n/tasks";
import { FormModal } from "@/ui/FormModal";
import { BucketSelect, PipelineSelect, TemplateSelect } from "@/ui/choices";
import { SourceFields } from "./SourceFields";
import { encodedKey } from "./keys";

interface Values {
  bucket: string;
  object: string;
  template: string;
  outputBucket: string;
  output: string;
  queue: string;
}

/** One transcode of one file, outside workflows. */
export function CreateTranscode({ open, close }: { open: boolean; close: () => void }) {
  const t = useTaskTexts();
  const { Region } = useMe();
  const needed = [{ required: true, message: t("needed") }];
  const submit = async ({ bucket, object, template, outputBucket, output, queue }: Values) => {
    const answer = await call("SubmitJobs", {
      Input: { Bucket: bucket, Location: `oss-${Region}`, Object: encodedKey(object) },
      OutputBucket: outputBucket,
      OutputLocation: `oss-${Region}`,
      Outputs: [{ OutputObject: encodedKey(output), TemplateId: template }],
      PipelineId: queue,
    });
    const [made] = answer.JobResultList.JobResult;
    // The call succeeds also when the only job was refused.
    if (made && !made.Success) throw new ApiError(400, made.Code ?? "", made.Message ?? "", answer.RequestId);
    changed(["jobs"]);
  };
  return (
    <FormModal<Values> open={open} title={t("create")} ok={t("create")} close={close} submit={submit}>
      <SourceFields />
      <Form.Item name="template" label={t("template")} rules={needed}>
        <TemplateSelect />
      </Form.Item>
      <Form.Item name="outputBucket" label={t("outputBucket")} rules={needed}>
        <BucketSelect type="Output" />
      </Form.Item>
      <Form.Item name="output" label={t("outputObject")} extra={t("outputHelp")} rules={needed}>
        <Input spellCheck={false} autoComplete="off" />
      </Form.Item>
      <Form.Item name="queue" label={t("queue")} rules={needed}>
        <PipelineSelect type="Transcode" />
      </Form.Item>
    </FormModal>
  );
}
