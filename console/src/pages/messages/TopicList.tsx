import { NotificationOutlined } from "@ant-design/icons";
import { Alert, Form, Input, InputNumber, Space } from "antd";
import { type ReactNode, useState } from "react";
import { useMessageTopics } from "@/api/messages";
import { type Facts, topics } from "@/api/mns";
import { changed } from "@/api/query";
import { useMayChange } from "@/app/session";
import { useCommonTexts } from "@/i18n/common";
import { useMessageTexts } from "@/i18n/messages";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBox } from "@/ui/ErrorBox";
import { FormModal } from "@/ui/FormModal";
import { AddButton, PageList } from "@/ui/PageList";
import { RowAction } from "@/ui/RowAction";
import { RelativeTime } from "@/ui/facts";
import * as format from "@/ui/format";
import { useConfirm } from "@/ui/useConfirm";
import { NameItem } from "./QueueForm";
import { SubscribeForm } from "./SubscribeForm";
import { Subscriptions } from "./Subscriptions";

export function TopicList({ views }: { views: ReactNode }) {
  const t = useMessageTexts();
  const common = useCommonTexts();
  const mayChange = useMayChange();
  const { data, error, isPending, refetch } = useMessageTopics();
  const [editing, setEditing] = useState<Facts | "new">();
  const [subscribing, setSubscribing] = useState<string>();
  const [publishing, setPublishing] = useState<string>();
  const [told, setTold] = useState("");
  const [confirm, ask] = useConfirm();
  const create = mayChange && <AddButton label={t("createTopic")} onClick={() => setEditing("new")} />;
  const remove = (name: string) =>
    ask({ title: t("deleteTopicTitle", { name }), content: t("deleteTopicHelp"), ok: common("delete"), action: () => topics.remove(name).then(() => changed(["messages"])) });
  return (
    <PageList title={t("title")} help={t("topicsHelp")} action={create} filters={views}>
      <ErrorBox error={error} retry={() => void refetch()} />
      {told && <Alert type="success" showIcon role="status" title={told} closable={{ onClose: () => setTold("") }} style={{ marginBottom: 16 }} />}
      <DataTable<Facts>
        rowKey={(topic) => topic.TopicName ?? ""}
        dataSource={data ?? []}
        scroll={{ x: 560 }}
        loading={isPending}
        locale={{ emptyText: !data ? " " : <EmptyState icon={<NotificationOutlined />} title={t("emptyTopics")} help={t("emptyTopicsHelp")} action={create} /> }}
        pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
        expandable={{ columnTitle: <span className="visually-hidden">{t("subscriptions")}</span>, expandedRowRender: (topic) => <Subscriptions topic={topic.TopicName ?? ""} /> }}
        columns={[
          { title: t("name"), render: (_, topic) => <span className="mono">{topic.TopicName}</span> },
          { title: t("maxSize"), render: (_, topic) => `${format.integer(Number(topic.MaximumMessageSize))} ${t("bytes")}` },
          { title: t("created"), render: (_, topic) => <RelativeTime time={1000 * Number(topic.CreateTime)} /> },
          {
            title: t("actions"),
            align: "end",
            render: (_, { TopicName: name = "", MaximumMessageSize: size = "" }) =>
              mayChange && (
                <Space size={0} wrap style={{ justifyContent: "flex-end" }}>
                  <RowAction verb={t("publish")} of={name} onClick={() => setPublishing(name)} />
                  <RowAction verb={t("subscribe")} of={name} onClick={() => setSubscribing(name)} />
                  <RowAction verb={common("edit")} of={name} onClick={() => setEditing({ TopicName: name, MaximumMessageSize: size })} />
                  <RowAction verb={common("delete")} of={name} danger onClick={() => remove(name)} />
                </Space>
              ),
          },
        ]}
      />
      <TopicForm topic={editing} close={() => setEditing(undefined)} />
      <PublishForm topic={publishing} close={() => setPublishing(undefined)} tell={setTold} />
      <SubscribeForm topic={subscribing} close={() => setSubscribing(undefined)} />
      {confirm}
    </PageList>
  );
}

/** A new topic, or how large the messages of one may be. */
function TopicForm({ topic, close }: { topic: Facts | "new" | undefined; close: () => void }) {
  const t = useMessageTexts();
  const common = useCommonTexts();
  const old = topic === "new" ? undefined : topic;
  const submit = ({ name, size }: { name: string; size: number }) => {
    const attributes = { MaximumMessageSize: size };
    return (old ? topics.change(old.TopicName ?? "", attributes) : topics.create(name, attributes)).then(() => changed(["messages"]));
  };
  return (
    <FormModal<{ name: string; size: number }>
      open={topic !== undefined}
      title={old ? t("editNamed", { name: old.TopicName ?? "" }) : t("createTopic")}
      ok={old ? common("save") : t("createTopic")}
      close={close}
      initialValues={{ size: Number(old?.MaximumMessageSize ?? 65_536) }}
      submit={submit}
    >
      {!old && <NameItem />}
      <Form.Item name="size" label={t("maxSize")} style={{ marginBottom: 0 }} rules={[{ required: true, message: t("sizeRule") }]}>
        <InputNumber min={1024} max={65_536} precision={0} suffix={t("bytes")} style={{ width: 200 }} />
      </Form.Item>
    </FormModal>
  );
}

function PublishForm({ topic, close, tell }: { topic: string | undefined; close: () => void; tell: (text: string) => void }) {
  const t = useMessageTexts();
  return (
    <FormModal<{ body: string; tag?: string }>
      open={topic !== undefined}
      title={t("publishTo", { name: topic ?? "" })}
      ok={t("publish")}
      close={close}
      initialValues={{ body: '{"test": true}' }}
      submit={({ body, tag }) => topics.publish(topic ?? "", body, tag?.trim()).then(() => tell(t("published", { name: topic ?? "" })))}
    >
      <Form.Item name="body" label={t("body")} rules={[{ required: true, message: t("bodyRule") }]}>
        <Input.TextArea className="mono" autoSize={{ minRows: 2, maxRows: 8 }} />
      </Form.Item>
      <Form.Item name="tag" label={t("tag")} extra={t("tagHelp")}>
        <Input autoComplete="off" maxLength={16} />
      </Form.Item>
    </FormModal>
  );
}
