import { Form, Input, InputNumber, Radio } from "antd";
import type { Facts } from "@/api/mns";
import { isName } from "@/api/mnsXml";
import { changed } from "@/api/query";
import { useCommonTexts } from "@/i18n/common";
import { useMessageTexts } from "@/i18n/messages";
import { FormModal } from "@/ui/FormModal";
import { type QueueValues, saveQueue, valuesOf } from "./queue";

/** The name of a queue, a topic or a subscription, with its rule. */
export function NameItem({ disabled = false }: { disabled?: boolean }) {
  const t = useMessageTexts();
  return (
    <Form.Item
      name="name"
      label={t("name")}
      extra={disabled ? undefined : t("nameHelp")}
      validateTrigger="onBlur"
      rules={[{ required: true, validator: (_, name: string | undefined) => (name && isName(name) ? Promise.resolve() : Promise.reject(new Error(t("nameRule")))) }]}
    >
      <Input autoFocus={!disabled} autoComplete="off" maxLength={120} disabled={disabled} />
    </Form.Item>
  );
}

/** Creates a message queue ("new") or changes the attributes of one. */
export function QueueForm({ queue, close }: { queue: Facts | "new" | undefined; close: () => void }) {
  const t = useMessageTexts();
  const common = useCommonTexts();
  const old = queue === "new" ? undefined : queue;
  const number = (name: keyof QueueValues, label: string, help: string | undefined, min: number, max: number, unit = t("seconds")) => (
    <Form.Item name={name} label={label} extra={help} rules={[{ required: true }]} style={{ flex: "1 1 200px", marginBottom: 16 }}>
      <InputNumber min={min} max={max} precision={0} suffix={unit} style={{ width: "100%" }} />
    </Form.Item>
  );
  return (
    <FormModal<QueueValues>
      open={queue !== undefined}
      title={old ? t("editNamed", { name: old.QueueName ?? "" }) : t("createQueue")}
      ok={old ? common("save") : t("createQueue")}
      close={close}
      initialValues={valuesOf(old)}
      submit={(values) => saveQueue(old, values).then(() => changed(["messages"]))}
    >
      <NameItem disabled={old !== undefined} />
      <div style={{ display: "flex", flexWrap: "wrap", columnGap: 16 }}>
        {number("visibility", t("visibility"), t("visibilityHelp"), 1, 43_200)}
        {number("retention", t("retention"), t("retentionHelp"), 60, 1_296_000)}
        {number("delay", t("delay"), t("delayHelp"), 0, 604_800)}
        {number("polling", t("polling"), t("pollingHelp"), 0, 30)}
        {number("size", t("maxSize"), undefined, 1024, 65_536, t("bytes"))}
      </div>
      <Form.Item name="raw" label={t("encoding")} style={{ marginBottom: 0 }}>
        <Radio.Group
          vertical
          options={[
            { value: false, label: t("base64") },
            { value: true, label: t("raw") },
          ]}
        />
      </Form.Item>
    </FormModal>
  );
}
