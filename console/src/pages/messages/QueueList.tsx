import { InboxOutlined } from "@ant-design/icons";
import { Space } from "antd";
import { type ReactNode, useState } from "react";
import { useMessageQueues } from "@/api/messages";
import { type Facts, queues } from "@/api/mns";
import { changed } from "@/api/query";
import { useMayChange } from "@/app/session";
import { useCommonTexts } from "@/i18n/common";
import { useMessageTexts } from "@/i18n/messages";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBox } from "@/ui/ErrorBox";
import { AddButton, PageList } from "@/ui/PageList";
import { RowAction } from "@/ui/RowAction";
import { RelativeTime } from "@/ui/facts";
import * as format from "@/ui/format";
import { useConfirm } from "@/ui/useConfirm";
import { QueueForm } from "./QueueForm";
import { QueueMessages } from "./QueueMessages";
import { isRaw } from "./queue";

export function QueueList({ views }: { views: ReactNode }) {
  const t = useMessageTexts();
  const common = useCommonTexts();
  const mayChange = useMayChange();
  const { data, error, isPending, refetch } = useMessageQueues(true);
  const [editing, setEditing] = useState<Facts | "new">();
  const [open, setOpen] = useState<Facts>();
  const [confirm, ask] = useConfirm();
  const create = mayChange && <AddButton label={t("createQueue")} onClick={() => setEditing("new")} />;
  const remove = (name: string) =>
    ask({ title: t("deleteQueueTitle", { name }), content: t("deleteQueueHelp"), ok: common("delete"), action: () => queues.remove(name).then(() => changed(["messages"])) });
  const depth = (title: string, help: string, key: string) => ({
    title: <span title={help}>{title}</span>,
    align: "end" as const,
    render: (_: unknown, queue: Facts) => format.integer(Number(queue[key] ?? 0)),
  });
  return (
    <PageList title={t("title")} help={t("queuesHelp")} action={create} filters={views}>
      <ErrorBox error={error} retry={() => void refetch()} />
      <DataTable<Facts>
        rowKey={(queue) => queue.QueueName ?? ""}
        dataSource={data ?? []}
        loading={isPending}
        locale={{ emptyText: !data ? " " : <EmptyState icon={<InboxOutlined />} title={t("emptyQueues")} help={t("emptyQueuesHelp")} action={create} /> }}
        pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
        scroll={{ x: 860 }}
        columns={[
          { title: t("name"), render: (_, queue) => <span className="mono">{queue.QueueName}</span> },
          depth(t("active"), t("activeHelp"), "ActiveMessages"),
          depth(t("inactive"), t("inactiveHelp"), "InactiveMessages"),
          depth(t("delayed"), t("delayedHelp"), "DelayMessages"),
          { title: t("visibility"), align: "end", render: (_, queue) => format.span(Number(queue.VisibilityTimeout)) },
          { title: t("retention"), align: "end", render: (_, queue) => format.span(Number(queue.MessageRetentionPeriod)) },
          { title: t("encoding"), render: (_, queue) => t(isRaw(queue) ? "rawShort" : "base64Short") },
          { title: t("created"), render: (_, queue) => <RelativeTime time={1000 * Number(queue.CreateTime)} /> },
          {
            title: t("actions"),
            align: "end",
            render: (_, queue) => (
              <Space size={0}>
                <RowAction verb={t("messages")} of={queue.QueueName} onClick={() => setOpen(queue)} />
                {mayChange && <RowAction verb={common("edit")} of={queue.QueueName} onClick={() => setEditing(queue)} />}
                {mayChange && <RowAction verb={common("delete")} of={queue.QueueName} danger onClick={() => remove(queue.QueueName ?? "")} />}
              </Space>
            ),
          },
        ]}
      />
      <QueueForm queue={editing} close={() => setEditing(undefined)} />
      {open && <QueueMessages key={open.QueueName} queue={open} close={() => setOpen(undefined)} />}
      {confirm}
    </PageList>
  );
}
