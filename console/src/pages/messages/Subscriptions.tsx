import { Space, Table, Typography } from "antd";
import { useState } from "react";
import { useSubscriptions } from "@/api/messages";
import { type Facts, topics } from "@/api/mns";
import { queueOf } from "@/api/mnsXml";
import { changed } from "@/api/query";
import { useMayChange } from "@/app/session";
import { useCommonTexts } from "@/i18n/common";
import { useMessageTexts } from "@/i18n/messages";
import { ErrorBox } from "@/ui/ErrorBox";
import { FormModal } from "@/ui/FormModal";
import { RowAction } from "@/ui/RowAction";
import { useConfirm } from "@/ui/useConfirm";
import { StrategyItem } from "./SubscribeForm";

/** Who gets the messages of a topic. */
export function Subscriptions({ topic }: { topic: string }) {
  const t = useMessageTexts();
  const common = useCommonTexts();
  const mayChange = useMayChange();
  const { data, error, isPending, refetch } = useSubscriptions(topic);
  const [editing, setEditing] = useState<Facts>();
  const [confirm, ask] = useConfirm();
  const remove = (name: string) =>
    ask({ title: t("deleteSubscriptionTitle", { name }), content: t("deleteSubscriptionHelp"), ok: common("delete"), action: () => topics.unsubscribe(topic, name).then(() => changed(["messages"])) });
  return (
    <section aria-label={t("subscriptionsOf", { name: topic })} style={{ padding: "8px 0 8px 8px" }}>
      <ErrorBox error={error} retry={() => void refetch()} />
      <Table<Facts>
        size="small"
        rowKey={(one) => one.SubscriptionName ?? ""}
        dataSource={data ?? []}
        loading={isPending}
        pagination={(data?.length ?? 0) > 20 ? { pageSize: 20, showSizeChanger: false } : false}
        scroll={{ x: 700 }}
        locale={{ emptyText: <Typography.Text type="secondary">{t("noSubscription")}</Typography.Text> }}
        columns={[
          { title: t("subscriptions"), render: (_, one) => <span className="mono">{one.SubscriptionName}</span> },
          { title: t("kind"), render: (_, one) => <Receiver endpoint={one.Endpoint ?? ""} /> },
          { title: t("filterTag"), render: (_, one) => (one.FilterTag ? <span className="mono">{one.FilterTag}</span> : "–") },
          { title: t("strategy"), render: (_, one) => t(one.NotifyStrategy === "BACKOFF_RETRY" ? "backoff" : "decay") },
          { title: t("format"), render: (_, one) => <span className="mono">{one.NotifyContentFormat}</span> },
          {
            title: <span className="visually-hidden">{t("actions")}</span>,
            align: "end",
            render: (_, one) =>
              mayChange && (
                <Space size={0} wrap style={{ justifyContent: "flex-end" }}>
                  <RowAction verb={common("edit")} of={one.SubscriptionName ?? ""} onClick={() => setEditing(one)} />
                  <RowAction verb={common("delete")} of={one.SubscriptionName ?? ""} danger onClick={() => remove(one.SubscriptionName ?? "")} />
                </Space>
              ),
          },
        ]}
      />
      <FormModal<{ strategy: string }>
        open={editing !== undefined}
        title={t("editSubscription", { name: editing?.SubscriptionName ?? "" })}
        ok={common("save")}
        close={() => setEditing(undefined)}
        initialValues={{ strategy: editing?.NotifyStrategy }}
        submit={({ strategy }) => topics.changeSubscription(topic, editing?.SubscriptionName ?? "", strategy).then(() => changed(["messages"]))}
      >
        <StrategyItem />
      </FormModal>
      {confirm}
    </section>
  );
}

function Receiver({ endpoint }: { endpoint: string }) {
  const t = useMessageTexts();
  const queue = queueOf(endpoint);
  return (
    <>
      {queue && `${t("toQueue")} `}
      <span className="mono" style={{ overflowWrap: "anywhere" }}>
        {queue ?? endpoint}
      </span>
    </>
  );
}
