import { useNavigate } from "@tanstack/react-router";
import { Form, Input, Select, Typography } from "antd";
import { call } from "@/api/client";
import { useWorkflows } from "@/api/lists";
import { changed } from "@/api/query";
import { useMe } from "@/app/session";
import { useAddMediaTexts } from "@/i18n/addmedia";
import { FormModal } from "@/ui/FormModal";
import { ObjectInput } from "@/ui/ObjectInput";
import { BucketSelect } from "@/ui/choices";
import { fileUrl } from "../buckets/bucket";

interface Values {
  bucket: string;
  object: string;
  title?: string;
  tags?: string[];
  workflow?: string;
}

/** Registers an object that was there before as media, and may run a workflow on it. */
export function AddMedia({ open, close, bucket, object }: { open: boolean; close: () => void; bucket?: string; object?: string }) {
  const t = useAddMediaTexts();
  const { Region } = useMe();
  const navigate = useNavigate();
  const workflows = useWorkflows();

  const submit = async ({ bucket: where, object: key, title, tags, workflow }: Values) => {
    // Whoever chooses a workflow here wants it for this file, wherever it lies.
    const run = workflow ? { MediaWorkflowId: workflow, InputUnbind: false } : {};
    const { Media } = await call("AddMedia", { FileURL: fileUrl(where, Region, key), Title: title || undefined, Tags: tags?.length ? tags : undefined, ...run });
    changed(["media", "executions"]);
    void navigate({ to: "/media/$mediaId", params: { mediaId: Media?.MediaId ?? "" } });
  };

  return (
    <FormModal<Values> open={open} title={t("title")} ok={t("ok")} close={close} initialValues={{ bucket, object, workflow: "" }} submit={submit}>
      <Typography.Paragraph type="secondary">{t("help")}</Typography.Paragraph>
      <Form.Item name="bucket" label={t("bucket")} rules={[{ required: true, message: t("bucketNeeded") }]}>
        <BucketSelect type="Input" />
      </Form.Item>
      <Form.Item noStyle dependencies={["bucket"]}>
        {({ getFieldValue }) => (
          <Form.Item name="object" label={t("object")} extra={t("objectHelp")} rules={[{ required: true, pattern: /[^/]$/, message: t("objectNeeded") }]} validateTrigger="onBlur">
            <ObjectInput bucket={getFieldValue("bucket") as string | undefined} />
          </Form.Item>
        )}
      </Form.Item>
      <Form.Item name="title" label={t("name")} extra={t("nameHelp")}>
        <Input maxLength={128} />
      </Form.Item>
      <Form.Item name="tags" label={t("tags")} extra={t("tagsHelp")}>
        <Select mode="tags" maxCount={16} tokenSeparators={[",", "，"]} open={false} suffixIcon={null} />
      </Form.Item>
      <Form.Item name="workflow" label={t("workflow")}>
        <Select
          loading={workflows.isLoading}
          options={[
            { value: "", label: t("noWorkflow") },
            ...(workflows.data ?? []).filter((each) => each.State === "Active").map((each) => ({ value: each.MediaWorkflowId ?? "", label: each.Name })),
          ]}
        />
      </Form.Item>
    </FormModal>
  );
}
