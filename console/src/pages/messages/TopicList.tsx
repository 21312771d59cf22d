import { NotificationOutlined } from "@ant-design/icons";
import { Alert, Form, Input, Space } from "antd";
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
import { useConfirm } from "@/ui/useConfirm";
import { NameItem } from "./QueueForm";
import { SubscribeForm } from "./SubscribeForm";
import { Subscriptions } from "./Subscriptions";

export function TopicList({ views }: { views: ReactNode }) {
  const t = useMessageTexts();
  const common = useCommonTexts();
  const mayChange = useMayChange();
  const { data, error, isPending, refetch } = useMessageTopics();
  const [creating, setCreating] = useState(false);
  const [subscribing, setSubscribing] = useState<string>();
  const [publishing, setPublishing] = useState<string>();
  const [told, setTold] = useState("");
  const [confirm, ask] = useConfirm();
  const create = mayChange && <AddButton label={t("createTopic")} onClick={() => setCreating(true)} />;
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
          { title: t("created"), render: (_, topic) => <RelativeTime time={1000 * Number(topic.CreateTime)} /> },
          {
            title: t("actions"),
            align: "end",
            render: (_, { TopicName: name = "" }) =>
              mayChange && (
                <Space size={0} wrap style={{ justifyContent: "flex-end" }}>
                  <RowAction verb={t("publish")} of={name} onClick={() => setPublishing(name)} />
                  <RowAction verb={t("subscribe")} of={name} onClick={() => setSubscribing(name)} />
                  <RowAction verb={common("delete")} of={name} danger onClick={() => remove(name)} />
                </Space>
              ),
          },
        ]}
      />
      <FormModal<{ name: string }>
        open={creating}
        title={t("createTopic")}
        ok={t("createTopic")}
        close={() => setCreating(false)}
        submit={({ name }) => topics.create(name).then(() => changed(["messages"]))}
      >
        <NameItem />
      </FormModal>
      <PublishForm topic={publishing} close={() => setPublishing(undefined)} tell={setTold} />
      <SubscribeForm topic={subscribing} close={() => setSubscribing(undefined)} />
      {confirm}
    </PageList>
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
