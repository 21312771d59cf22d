import { FileSearchOutlined } from "@ant-design/icons";
import { Form, Input, Select } from "antd";
import { useState } from "react";
import { call } from "@/api/client";
import { changed, useOperation } from "@/api/query";
import { useMayChange, useMe } from "@/app/session";
import { useTaskTexts } from "@/i18n/tasks";
import { JobMatches } from "@/pages/findings/Matches";
import { matchesOf } from "@/pages/findings/matches";
import { FormModal } from "@/ui/FormModal";
import { AddButton } from "@/ui/PageList";
import { LibrarySelect, PipelineSelect } from "@/ui/choices";
import { LookJobs, useJobQuestion } from "./LookJobs";
import { SourceFields } from "./SourceFields";
import { encodedKey, plainKey } from "./keys";

const STATES = ["Queuing", "Analysing", "Success", "Fail"] as const;
const SAVES = ["save", "nosave", "forcesave"] as const;

export function FingerprintJobs() {
  const t = useTaskTexts();
  const mayChange = useMayChange();
  const query = useOperation("QueryFpShotJobList", useJobQuestion(STATES));
  const [creating, setCreating] = useState(false);
  const jobs = query.data?.FpShotJobList.FpShotJob.map((job) => ({
    id: job.Id,
    state: job.State,
    input: plainKey(job.InputFile),
    result: job.State === "Success" && t(job.Duplicate ? "duplicate" : matchesOf(job).length ? "partlyKnown" : "isNew"),
    created: job.CreationTime,
    finished: job.FinishTime,
    code: job.Code,
    message: job.Message,
    failure: job.Failure,
    found: job.State === "Success" && <JobMatches job={job} />,
  }));
  return (
    <LookJobs
      words={{ title: t("fingerprint"), help: t("fingerprintHelp"), empty: t("emptyFingerprint"), emptyHelp: t("emptyFingerprintHelp") }}
      icon={<FileSearchOutlined />}
      states={STATES}
      jobs={jobs}
      query={query}
      next={query.data?.NextPageToken}
      create={mayChange && <AddButton label={t("createFingerprint")} onClick={() => setCreating(true)} />}
    >
      <Create open={creating} close={() => setCreating(false)} />
    </LookJobs>
  );
}

interface Values {
  bucket: string;
  object: string;
  library: string;
  save: (typeof SAVES)[number];
  key?: string;
  queue?: string;
}

/** Compares one file with a library, outside workflows. */
function Create({ open, close }: { open: boolean; close: () => void }) {
  const t = useTaskTexts();
  const { Region } = useMe();
  const submit = async ({ bucket, object, library, save, key, queue }: Values) => {
    await call("SubmitFpShotJob", {
      Input: { Bucket: bucket, Location: `oss-${Region}`, Object: encodedKey(object) },
      FpShotConfig: { FpDBId: library, SaveType: save, PrimaryKey: key || object },
      PipelineId: queue,
    });
    changed(["jobs", "fingerprints"]);
  };
  return (
    <FormModal<Values> open={open} title={t("createFingerprint")} ok={t("createFingerprint")} close={close} submit={submit} initialValues={{ save: "save" }}>
      <SourceFields />
      <Form.Item name="library" label={t("library")} rules={[{ required: true, message: t("needed") }]}>
        <LibrarySelect />
      </Form.Item>
      <Form.Item name="save" label={t("saveRule")}>
        <Select options={SAVES.map((value) => ({ value, label: t(value) }))} />
      </Form.Item>
      <Form.Item name="key" label={t("primaryKey")} extra={t("primaryKeyHelp")}>
        <Input maxLength={128} autoComplete="off" spellCheck={false} />
      </Form.Item>
      <Form.Item name="queue" label={t("queue")}>
        <PipelineSelect type="FpShot" allowClear />
      </Form.Item>
    </FormModal>
  );
}
