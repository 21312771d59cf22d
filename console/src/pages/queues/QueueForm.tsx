import { Collapse, Form, Input, InputNumber } from "antd";
import { changed } from "@/api/query";
import type { Pipeline } from "@/api/types";
import { useCommonTexts } from "@/i18n/common";
import { useQueueTexts } from "@/i18n/queues";
import { FormModal } from "@/ui/FormModal";
import { MessageQueueInput, MessageTopicInput } from "@/ui/messageChoices";
import { type QueueValues, changeQueue, createQueue, isQueueName } from "./queue";

/** Creates a queue ("new") or changes one. */
export function QueueForm({ pipeline, close }: { pipeline: Pipeline | "new" | undefined; close: () => void }) {
  const t = useQueueTexts();
  const common = useCommonTexts();
  const old = pipeline === "new" ? undefined : pipeline;
  const submit = (values: QueueValues) =>
    (old ? changeQueue(old.Id ?? "", old.State === "Paused" ? "Paused" : "Active", values) : createQueue(values)).then(() => changed(["pipelines"]));
  return (
    <FormModal<QueueValues>
      open={pipeline !== undefined}
      title={old ? t("editNamed", { name: old.Name ?? "" }) : t("create")}
      ok={old ? common("save") : t("create")}
      close={close}
      initialValues={old && { name: old.Name, limit: old.MaxConcurrency, queueName: old.NotifyConfig?.QueueName, topic: old.NotifyConfig?.Topic }}
      submit={submit}
    >
      <Form.Item
        name="name"
        label={t("name")}
        extra={t("nameHelp")}
        validateTrigger="onBlur"
        rules={[{ required: true, validator: (_, name: string | undefined) => (name && isQueueName(name) ? Promise.resolve() : Promise.reject(new Error(t("nameRule")))) }]}
      >
        <Input autoFocus maxLength={128} autoComplete="off" />
      </Form.Item>
      <Form.Item name="limit" label={t("limit")} extra={t(old ? "limitKeep" : "limitHelp")}>
        <InputNumber min={1} max={1000} precision={0} style={{ width: 160 }} />
      </Form.Item>
      <Collapse
        ghost
        size="small"
        items={[
          {
            key: "callback",
            label: t("advanced"),
            forceRender: true,
            children: (
              <>
                <Form.Item name="queueName" label={t("queueName")}>
                  <MessageQueueInput />
                </Form.Item>
                <Form.Item name="topic" label={t("topic")} extra={t("callbackHelp")}>
                  <MessageTopicInput />
                </Form.Item>
              </>
            ),
          },
        ]}
      />
    </FormModal>
  );
}
