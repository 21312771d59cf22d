import { Form, Input, Select } from "antd";
import { call } from "@/api/client";
import { changed } from "@/api/query";
import { useMe } from "@/app/session";
import { useFingerprintTexts } from "@/i18n/fingerprints";
import { useTaskTexts } from "@/i18n/tasks";
import { SourceFields } from "@/pages/tasks/SourceFields";
import { encodedKey } from "@/pages/tasks/keys";
import { FormModal } from "@/ui/FormModal";
import { PipelineSelect } from "@/ui/choices";

interface Values {
  bucket: string;
  object: string;
  key?: string;
  saveType: "save" | "onlysave";
  queue?: string;
}

interface Props {
  libraryId: string;
  name: string;
  open: boolean;
  close: () => void;
  /** The id of the job. */
  begun: (jobId: string | undefined) => void;
}

/** Brings a film of a bucket into a library. */
export function ImportFilm({ libraryId, name, open, close, begun }: Props) {
  const t = useFingerprintTexts();
  const task = useTaskTexts();
  const { Region } = useMe();
  const submit = async ({ bucket, object, key, saveType, queue }: Values) => {
    const { JobId } = await call("ImportFpShotJob", {
      FpDBId: libraryId,
      Input: { Bucket: bucket, Location: `oss-${Region}`, Object: encodedKey(object) },
      FpImportConfig: { SaveType: saveType, PrimaryKey: key || object },
      PipelineId: queue,
    });
    begun(JobId);
    changed(["jobs"]);
  };
  return (
    <FormModal<Values> open={open} title={t("importTitle", { name })} ok={t("import")} close={close} submit={submit} initialValues={{ saveType: "save" }}>
      <SourceFields />
      <Form.Item name="key" label={t("key")} extra={t("keyHelp")}>
        <Input maxLength={128} autoComplete="off" spellCheck={false} />
      </Form.Item>
      <Form.Item name="saveType" label={t("saveType")}>
        <Select options={(["save", "onlysave"] as const).map((value) => ({ value, label: t(value) }))} />
      </Form.Item>
      <Form.Item name="queue" label={task("queue")}>
        <PipelineSelect type="FpShot" allowClear />
      </Form.Item>
    </FormModal>
  );
}
