import { Link } from "@tanstack/react-router";
import { Button, Progress, Space, Typography } from "antd";
import { useUploadTexts } from "@/i18n/upload";
import { useCommonTexts } from "@/i18n/common";
import { DataTable } from "@/ui/DataTable";
import { ErrorBox } from "@/ui/ErrorBox";
import { RowAction } from "@/ui/RowAction";
import { Bytes } from "@/ui/facts";
import { duration, speed } from "@/ui/format";
import { useConfirm } from "@/ui/useConfirm";
import { keyFault } from "@/upload/plan";
import { type Item, cancel, clearDone, pause, start, useUploads } from "@/upload/uploads";
import { Words } from "./Words";

/** The uploads of this tab: progress, and what can be done about each. */
export function Queue({ checksum }: { checksum: boolean }) {
  const t = useUploadTexts();
  const common = useCommonTexts();
  const items = useUploads();
  const [confirm, ask] = useConfirm();
  if (!items.length) return null;
  const going = items.filter(({ state }) => state === "uploading" || state === "checking" || state === "waiting");
  const paused = items.filter(({ state }) => state === "paused");
  const remove = (item: Item) =>
    item.sent && item.state !== "done"
      ? ask({ title: t("cancelTitle", { name: item.key }), content: t("cancelHelp"), ok: t("cancel"), action: () => cancel(item.id) })
      : void cancel(item.id);
  return (
    <section aria-label={t("title")} style={{ marginBottom: 24 }}>
      <Space style={{ marginBottom: 12 }}>
        {going.length > 1 && <Button onClick={() => going.forEach((item) => pause(item.id))}>{t("pauseAll")}</Button>}
        {paused.length > 1 && <Button onClick={() => start(paused.map((item) => item.id), { checksum })}>{t("resumeAll")}</Button>}
        {items.some((item) => item.state === "done") && <Button onClick={clearDone}>{t("clearDone")}</Button>}
      </Space>
      <DataTable<Item>
        sticky={false}
        rowKey="id"
        dataSource={items}
        pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
        columns={[
          {
            title: t("file"),
            render: (_, item) => (
              <>
                <div style={{ overflowWrap: "anywhere" }}>{item.key}</div>
                <Typography.Text type="secondary">{item.bucket}</Typography.Text>
              </>
            ),
          },
          { title: t("size"), align: "end", width: 100, render: (_, item) => <Bytes value={item.file.size} /> },
          { title: t("progress"), width: 360, render: (_, item) => <Going item={item} /> },
          {
            title: t("actions"),
            align: "end",
            width: 220,
            render: (_, item) => (
              <Space size={0}>
                {going.includes(item) && <RowAction verb={t("pause")} of={item.key} onClick={() => pause(item.id)} />}
                {item.state === "paused" && <RowAction verb={t("resume")} of={item.key} onClick={() => start([item.id], { checksum })} />}
                {item.state === "failed" && <RowAction verb={common("retry")} of={item.key} onClick={() => start([item.id], { checksum })} />}
                {item.state === "done" ? (
                  <Link to="/buckets/$bucket" params={{ bucket: item.bucket }} search={{ prefix: item.key.slice(0, item.key.lastIndexOf("/") + 1) }}>
                    {t("inBucket")}
                  </Link>
                ) : (
                  <RowAction verb={item.state === "ready" ? t("remove") : t("cancel")} of={item.key} danger onClick={() => remove(item)} />
                )}
              </Space>
            ),
          },
        ]}
      />
      {confirm}
    </section>
  );
}

const FAULTS = { empty: "faultEmpty", long: "faultLong", parts: "faultParts", control: "faultControl" } as const;

function Going({ item }: { item: Item }) {
  const t = useUploadTexts();
  const { state, file, sent, checked, rate, resumed, lost, error } = item;
  const fault = keyFault(item.key);
  if (fault) return <Typography.Text type="danger">{t(FAULTS[fault])}</Typography.Text>;
  if (state === "ready") return <Words look="waiting">{t("ready")}</Words>;
  const share = state === "checking" ? checked : sent;
  const percent = file.size ? Math.floor((100 * share) / file.size) : state === "done" ? 100 : 0;
  const left = rate ? t("uploadingAt", { rate: speed(rate), left: duration((1000 * (file.size - sent)) / rate) }) : "";
  return (
    <>
      <Progress
        percent={percent}
        size="small"
        status={state === "failed" ? "exception" : state === "done" ? "success" : "normal"}
        style={{ margin: 0 }}
        aria-label={`${t("progress")}: ${item.key}`}
      />
      <Space size={8} wrap>
        <Words look={LOOKS[state]}>{t(state)}</Words>
        {state === "uploading" && <Typography.Text type="secondary">{left}</Typography.Text>}
        {lost && <Words look="paused">{t("lost")}</Words>}
        {resumed && state !== "done" && <Typography.Text type="secondary">{t("resumed")}</Typography.Text>}
      </Space>
      <ErrorBox error={error} />
    </>
  );
}

const LOOKS = { ready: "waiting", waiting: "waiting", checking: "running", uploading: "running", paused: "paused", done: "success", failed: "failed" } as const;
