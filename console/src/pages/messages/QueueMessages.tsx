import { Alert, Button, Form, Input, Modal, Space, Typography } from "antd";
import { useState } from "react";
import { type Facts, queues } from "@/api/mns";
import { changed } from "@/api/query";
import { useMayChange } from "@/app/session";
import { useMessageTexts } from "@/i18n/messages";
import { ErrorBox } from "@/ui/ErrorBox";
import { RowAction } from "@/ui/RowAction";
import { Id, RelativeTime } from "@/ui/facts";
import * as format from "@/ui/format";
import { useSubmit } from "@/ui/useSubmit";
import { pretty } from "@/ui/pretty";
import "./messages.css";
import { opened, packed } from "./queue";

const TEST = '{"test": true}';

/** What is in a queue: a test goes in; what can be received is looked at, or taken and deleted. */
export function QueueMessages({ queue, close }: { queue: Facts; close: () => void }) {
  const t = useMessageTexts();
  const mayChange = useMayChange();
  const name = queue.QueueName ?? "";
  const [told, setTold] = useState("");
  const [found, setFound] = useState<Facts[]>();
  const { busy, error, send } = useSubmit((act: () => Promise<unknown>) => act());
  const act = (does: () => Promise<unknown>, says = "") =>
    send(() => {
      setTold("");
      return does().then(() => {
        setTold(says);
        changed(["messages"]);
      });
    });
  const sendTest = ({ body }: { body: string }) => act(() => queues.send(name, packed(queue, body)).then(() => setFound(undefined)), t("sent"));
  const done = (handle: string) => act(() => queues.done(name, handle).then(() => setFound((all) => all?.filter((one) => one.ReceiptHandle !== handle))), t("messageDeleted"));
  return (
    <Modal
      open
      title={t("messagesOf", { name })}
      onCancel={close}
      destroyOnHidden
      width={720}
      footer={
        <Button type="primary" onClick={close}>
          {t("close")}
        </Button>
      }
    >
      {mayChange && (
        <Form<{ body: string }> layout="vertical" initialValues={{ body: TEST }} onFinish={sendTest} requiredMark={false}>
          <Form.Item name="body" label={t("body")} rules={[{ required: true, message: t("bodyRule") }]} style={{ marginBottom: 8 }}>
            <Input.TextArea className="mono" autoSize={{ minRows: 2, maxRows: 8 }} />
          </Form.Item>
          <Button htmlType="submit" disabled={busy}>
            {t("sendTest")}
          </Button>
        </Form>
      )}
      <div className="queue-look">
        <Space>
          <Button disabled={busy} onClick={() => act(() => queues.peek(name).then(setFound))}>
            {t("peek")}
          </Button>
          {mayChange && (
            <Button disabled={busy} onClick={() => act(() => queues.receive(name).then(setFound))}>
              {t("receive")}
            </Button>
          )}
        </Space>
        <Typography.Text type="secondary">{t("peekHelp")}</Typography.Text>
      </div>
      <ErrorBox error={error} />
      {told && <Alert type="success" showIcon role="status" title={told} />}
      {found?.length === 0 && !told && <p>{t("noMessage")}</p>}
      <ol className="queue-messages">{found?.map((one) => <Message key={one.MessageId} message={one} text={opened(queue, one.MessageBody ?? "")} done={done} />)}</ol>
    </Modal>
  );
}

function Message({ message, text, done }: { message: Facts; text: string; done: (handle: string) => void }) {
  const t = useMessageTexts();
  const handle = message.ReceiptHandle;
  return (
    <li>
      <div className="queue-message-head">
        <span>
          <Id id={message.MessageId} /> · {t("enqueued")} <RelativeTime time={Number(message.EnqueueTime)} /> · {t("times", { count: Number(message.DequeueCount ?? 0) })}
        </span>
        {handle && <RowAction verb={t("deleteMessage")} of={message.MessageId} danger onClick={() => done(handle)} />}
      </div>
      {handle && <div>{t("received", { time: format.exact(new Date(Number(message.NextVisibleTime))) })}</div>}
      <pre className="mono" tabIndex={0} role="region" aria-label={t("body")}>
        {pretty(text)}
      </pre>
    </li>
  );
}
