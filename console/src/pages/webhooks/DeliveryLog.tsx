import { ApiOutlined } from "@ant-design/icons";
import { Alert, Select } from "antd";
import { useAction, useOperation } from "@/api/query";
import { useMayChange } from "@/app/session";
import { useCommonTexts } from "@/i18n/common";
import { useWebhookTexts } from "@/i18n/webhooks";
import { DataTable } from "@/ui/DataTable";
import { DayRange } from "@/ui/DayRange";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBox } from "@/ui/ErrorBox";
import { RowAction } from "@/ui/RowAction";
import { StateTag } from "@/ui/StateTag";
import { TokenPager, useTokens } from "@/ui/TokenPager";
import { dayEnd, dayStart } from "@/ui/days";
import { RelativeTime } from "@/ui/facts";
import * as format from "@/ui/format";
import { word } from "@/ui/states";
import { useFilters } from "@/ui/useFilters";
import { AnswerOf, DeliveryDetail } from "./DeliveryDetail";
import { EVENTS, NAMES, PUSH, STATES, TEST } from "./events";
import type { Delivery } from "./hook";

const HEX = /^[0-9a-f]{32}$/;

/** Webhook, state, event and days, kept in the address. */
export function DeliveryFilters() {
  const t = useWebhookTexts();
  const common = useCommonTexts();
  const [{ hook = "", state = "", event = "", from, to }, set] = useFilters();
  const hooks = useOperation("ListWebhooks", {}).data?.Webhooks ?? [];
  const choose = (name: string) => (chosen: string) => set({ [name]: chosen || undefined, token: undefined });
  return (
    <>
      <Select
        aria-label={t("to")}
        value={hook}
        onChange={choose("hook")}
        showSearch={{ optionFilterProp: "label" }}
        options={[{ value: "", label: t("hookAny") }, ...hooks.map(({ WebhookId = "", Url }) => ({ value: WebhookId, label: Url }))]}
        style={{ width: 260 }}
      />
      <Select
        aria-label={t("state")}
        value={state}
        onChange={choose("state")}
        options={[{ value: "", label: t("stateAny") }, ...STATES.map((value) => ({ value, label: common(word(value) ?? "none") }))]}
        style={{ width: 140 }}
      />
      <Select
        aria-label={t("event")}
        value={event}
        onChange={choose("event")}
        options={[{ value: "", label: t("eventAny") }, ...NAMES.map((value) => ({ value, label: t(EVENTS[value]) })), { value: TEST, label: t("test") }, { value: PUSH, label: t("push") }]}
        popupMatchSelectWidth={false}
        style={{ width: 200 }}
      />
      <DayRange label={t("days")} from={from} to={to} onChange={(first, last) => set({ from: first, to: last, token: undefined })} />
    </>
  );
}

/** Every message to a webhook, newest first, with each try. */
export function DeliveryLog() {
  const t = useWebhookTexts();
  const mayChange = useMayChange();
  const [{ hook, state, event, from, to, token }, set] = useFilters();
  const tokens = useTokens(token, (next) => set({ token: next }));
  const urls = new Map(useOperation("ListWebhooks", {}).data?.Webhooks.map((one) => [one.WebhookId, one.Url]));
  const replay = useAction("ReplayDelivery", ["webhooks"]);
  const { data, error, isPending, isPlaceholderData, refetch } = useOperation("ListDeliveries", {
    WebhookId: hook && HEX.test(hook) ? hook : undefined,
    State: STATES.find((known) => known === state),
    Type: event,
    From: dayStart(from),
    To: dayEnd(to),
    NextPageToken: token,
    MaximumPageSize: 50,
  });
  const filtered = Boolean(hook || state || event || from || to);
  const empty = filtered ? <EmptyState title={t("nothingFound")} /> : <EmptyState icon={<ApiOutlined />} title={t("logEmpty")} help={t("logEmptyHelp")} />;
  return (
    <>
      <ErrorBox error={error} retry={() => void refetch()} />
      <ErrorBox error={replay.error} onClose={replay.reset} />
      {replay.isSuccess && <Alert type="success" showIcon role="status" closable={{ onClose: replay.reset }} title={t("replayed")} style={{ marginBottom: 16 }} />}
      <DataTable<Delivery>
        rowKey={(delivery) => delivery.DeliveryId ?? ""}
        dataSource={data?.Deliveries ?? []}
        loading={isPending || isPlaceholderData}
        pagination={false}
        scroll={{ x: 900 }}
        locale={{ emptyText: !data ? " " : empty }}
        expandable={{ columnTitle: <span className="visually-hidden">{t("details")}</span>, expandedRowRender: (delivery) => <DeliveryDetail delivery={delivery} /> }}
        columns={[
          { title: t("event"), render: (_, { Type }) => <span className="mono">{Type}</span> },
          { title: t("to"), render: (_, { WebhookId, TopicName: topic = "", SubscriptionName: name }) => <span className="mono" style={{ overflowWrap: "anywhere" }}>{name ? t("pushTo", { topic, name }) : (urls.get(WebhookId) ?? t("deleted"))}</span> },
          { title: t("state"), render: (_, { State }) => <StateTag state={State} /> },
          { title: t("answer"), render: (_, { Attempts }) => <AnswerOf attempt={Attempts.at(-1)} /> },
          { title: t("tries"), align: "end", dataIndex: "Tries" },
          { title: t("created"), render: (_, { CreationTime }) => <RelativeTime time={CreationTime} /> },
          { title: t("next"), render: (_, { NextTime }) => <Ahead time={NextTime} /> },
          {
            title: <span className="visually-hidden">{t("actions")}</span>,
            align: "end",
            render: (_, { DeliveryId = "", WebhookId, SubscriptionName, Type }) =>
              mayChange &&
              (SubscriptionName || urls.has(WebhookId)) && (
                <RowAction verb={t("replay")} of={Type} loading={replay.isPending && replay.variables.DeliveryId === DeliveryId} onClick={() => replay.mutate({ DeliveryId })} />
              ),
          },
        ]}
      />
      <TokenPager tokens={tokens} next={data?.NextPageToken} />
    </>
  );
}

/** A moment to come. */
function Ahead({ time }: { time: string | undefined }) {
  if (!time) return "–";
  return <time dateTime={time}>{format.exact(new Date(time))}</time>;
}
