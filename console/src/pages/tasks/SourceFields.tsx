import { Form } from "antd";
import { useTaskTexts } from "@/i18n/tasks";
import { ObjectInput } from "@/ui/ObjectInput";
import { BucketSelect } from "@/ui/choices";

/** The file that a job works on: fields `bucket` and `object` of a form. */
export function SourceFields() {
  const t = useTaskTexts();
  return (
    <>
      <Form.Item name="bucket" label={t("inputBucket")} rules={[{ required: true, message: t("needed") }]}>
        <BucketSelect type="Input" />
      </Form.Item>
      <Form.Item noStyle dependencies={["bucket"]}>
        {({ getFieldValue }) => (
          <Form.Item name="object" label={t("file")} rules={[{ required: true, pattern: /[^/]$/, message: t("fileNeeded") }]} validateTrigger="onBlur">
            <ObjectInput bucket={getFieldValue("bucket") as string | undefined} />
          </Form.Item>
        )}
      </Form.Item>
    </>
  );
}
