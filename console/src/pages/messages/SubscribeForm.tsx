import { Form, Input, Radio, Select } from "antd";
import { useMessageQueues } from "@/api/messages";
import { topics } from "@/api/mns";
import { queueEndpoint } from "@/api/mnsXml";
import { changed } from "@/api/query";
import { useMe } from "@/app/session";
import { useMessageTexts } from "@/i18n/messages";
import { FormModal } from "@/ui/FormModal";
import { NameItem } from "./QueueForm";

interface Values {
  name: string;
  kind: "queue" | "http";
  queue?: string;
  endpoint?: string;
  tag?: string;
  strategy: string;
  format: string;
}

/** A new subscriber of a topic: a queue of this account or an HTTP address. */
export function SubscribeForm({ topic, close }: { topic: string | undefined; close: () => void }) {
  const t = useMessageTexts();
  const { Region, Account } = useMe();
  const submit = ({ name, kind, queue = "", endpoint = "", tag, strategy, format }: Values) =>
    topics
      .subscribe(topic ?? "", name, {
        Endpoint: kind === "queue" ? queueEndpoint(Region, Account, queue) : endpoint.trim(),
        FilterTag: tag?.trim(),
        NotifyStrategy: strategy,
        NotifyContentFormat: format,
      })
      .then(() => changed(["messages"]));
  return (
    <FormModal<Values>
      open={topic !== undefined}
      title={t("subscribeTo", { name: topic ?? "" })}
      ok={t("subscribe")}
      close={close}
      initialValues={{ kind: "queue", strategy: "BACKOFF_RETRY", format: "SIMPLIFIED" }}
      submit={submit}
    >
      <NameItem />
      <Form.Item name="kind" label={t("kind")}>
        <Radio.Group
          options={[
            { value: "queue", label: t("toQueue") },
            { value: "http", label: t("toHttp") },
          ]}
        />
      </Form.Item>
      <Form.Item noStyle dependencies={["kind"]}>
        {({ getFieldValue }) => (getFieldValue("kind") === "http" ? <EndpointItem /> : <QueueItem />)}
      </Form.Item>
      <Form.Item name="tag" label={t("filterTag")} extra={t("filterTagHelp")}>
        <Input autoComplete="off" maxLength={16} />
      </Form.Item>
      <StrategyItem />
      <Form.Item name="format" label={t("format")} style={{ marginBottom: 0 }}>
        <Select
          options={[
            { value: "SIMPLIFIED", label: t("simplified") },
            { value: "JSON", label: "JSON" },
            { value: "XML", label: "XML" },
          ]}
        />
      </Form.Item>
    </FormModal>
  );
}

/** How often a push that failed is tried again. */
export function StrategyItem() {
  const t = useMessageTexts();
  return (
    <Form.Item name="strategy" label={t("strategy")}>
      <Select
        options={[
          { value: "BACKOFF_RETRY", label: t("backoff") },
          { value: "EXPONENTIAL_DECAY_RETRY", label: t("decay") },
        ]}
      />
    </Form.Item>
  );
}

function QueueItem() {
  const t = useMessageTexts();
  const names = (useMessageQueues().data ?? []).map(({ QueueName: value = "" }) => ({ value, label: value }));
  return (
    <Form.Item name="queue" label={t("toQueue")} rules={[{ required: true, message: t("queueRule") }]}>
      <Select showSearch options={names} notFoundContent={t("emptyQueues")} />
    </Form.Item>
  );
}

function EndpointItem() {
  const t = useMessageTexts();
  return (
    <Form.Item name="endpoint" label={t("endpoint")} extra={t("endpointHelp")} validateTrigger="onBlur" rules={[{ required: true, pattern: /^\s*https?:\/\/\S+\s*$/i, message: t("endpointRule") }]}>
      <Input autoComplete="off" inputMode="url" maxLength={2048} placeholder="https://example.org/reelmill" />
    </Form.Item>
  );
}
