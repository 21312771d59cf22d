import { ApiOutlined } from "@ant-design/icons";
import { Space } from "antd";
import { type ReactNode, useState } from "react";
import { call } from "@/api/client";
import { usePipelines, useWorkflows } from "@/api/lists";
import { changed, useAction, useOperation } from "@/api/query";
import { useMayChange } from "@/app/session";
import { useCommonTexts } from "@/i18n/common";
import { useWebhookTexts } from "@/i18n/webhooks";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBox } from "@/ui/ErrorBox";
import { RowAction } from "@/ui/RowAction";
import { SecretModal } from "@/ui/SecretModal";
import { StateTag } from "@/ui/StateTag";
import { RelativeTime } from "@/ui/facts";
import { useConfirm } from "@/ui/useConfirm";
import { useFilters } from "@/ui/useFilters";
import { HookForm } from "./HookForm";
import { TestResult } from "./TestResult";
import type { Hook } from "./hook";

interface Props {
  add: ReactNode;
  editing: Hook | "new" | undefined;
  edit: (hook: Hook | "new" | undefined) => void;
}

export function HookList({ add, editing, edit }: Props) {
  const t = useWebhookTexts();
  const mayChange = useMayChange();
  const { data, error, isPending, refetch } = useOperation("ListWebhooks", {});
  const update = useAction("UpdateWebhook", ["webhooks"]);
  const test = useAction("TestWebhook", ["webhooks"]);
  const [secret, setSecret] = useState<string>();
  const [tested, setTested] = useState<{ hook: Hook; delivery: string }>();
  const sendTest = (hook: Hook) => test.mutate({ WebhookId: hook.WebhookId ?? "" }, { onSuccess: ({ DeliveryId = "" }) => setTested({ hook, delivery: DeliveryId }) });
  return (
    <>
      <ErrorBox error={error} retry={() => void refetch()} />
      <ErrorBox error={update.error} onClose={update.reset} />
      <ErrorBox error={test.error} onClose={test.reset} />
      <DataTable<Hook>
        rowKey={(hook) => hook.WebhookId ?? ""}
        dataSource={data?.Webhooks ?? []}
        loading={isPending}
        locale={{ emptyText: !data ? " " : <EmptyState icon={<ApiOutlined />} title={t("empty")} help={t("emptyHelp")} action={add} /> }}
        pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
        scroll={{ x: 900 }}
        columns={[
          { title: t("url"), render: (_, { Url }) => <span className="mono" style={{ overflowWrap: "anywhere" }}>{Url}</span> },
          { title: t("events"), render: (_, { Events }) => (Events.join() === "*" ? t("all") : <span className="mono">{Events.join(", ")}</span>) },
          { title: t("scope"), render: (_, hook) => <Scope hook={hook} /> },
          { title: t("format"), dataIndex: "Format" },
          { title: t("state"), render: (_, { State }) => <StateTag state={State} /> },
          { title: t("created"), render: (_, { CreationTime }) => <RelativeTime time={CreationTime} /> },
          {
            title: t("actions"),
            align: "end",
            render: (_, hook) => (
              <Actions
                hook={hook}
                mayChange={mayChange}
                busy={test.isPending && test.variables.WebhookId === hook.WebhookId}
                sendTest={() => sendTest(hook)}
                edit={() => edit(hook)}
                setState={(State) => update.mutate({ WebhookId: hook.WebhookId ?? "", State })}
                tell={setSecret}
              />
            ),
          },
        ]}
      />
      <HookForm hook={editing} close={() => edit(undefined)} tell={setSecret} />
      <SecretModal open={secret !== undefined} title={t("secretOnce")} help={t("secretOnceHelp")} ok={t("copied")} lines={[[t("secret"), secret]]} close={() => setSecret(undefined)} />
      <TestResult tested={tested} close={() => setTested(undefined)} />
    </>
  );
}

/** The workflow and the queue to which a webhook is narrowed, by their names. */
function Scope({ hook }: { hook: Hook }) {
  const t = useWebhookTexts();
  const workflow = useWorkflows().data?.find((flow) => flow.MediaWorkflowId === hook.MediaWorkflowId)?.Name;
  const pipeline = usePipelines().data?.find((queue) => queue.Id === hook.PipelineId)?.Name;
  const names = [hook.MediaWorkflowId && (workflow ?? t("deleted")), hook.PipelineId && (pipeline ?? t("deleted"))].filter(Boolean);
  return names.length ? names.join(" · ") : t("everything");
}

interface Acts {
  hook: Hook;
  mayChange: boolean;
  busy: boolean;
  sendTest: () => void;
  edit: () => void;
  setState: (state: "Active" | "Inactive") => void;
  tell: (secret: string | undefined) => void;
}

function Actions({ hook, mayChange, busy, sendTest, edit, setState, tell }: Acts) {
  const t = useWebhookTexts();
  const common = useCommonTexts();
  const [, setFilters] = useFilters();
  const [confirm, ask] = useConfirm();
  const { WebhookId = "", Url: url = "" } = hook;
  const rotate = () =>
    ask({ title: t("rotateTitle", { url }), content: t("rotateHelp"), ok: t("rotate"), action: () => call("RotateWebhookSecret", { WebhookId }).then(({ Webhook }) => tell(Webhook?.Secret)) });
  const remove = () =>
    ask({ title: t("deleteTitle", { url }), content: t("deleteHelp"), ok: common("delete"), action: () => call("DeleteWebhook", { WebhookId }).then(() => changed(["webhooks"])) });
  const log = <RowAction verb={t("seeLog")} of={url} onClick={() => setFilters({ view: "log", hook: WebhookId }, true)} />;
  if (!mayChange) return log;
  return (
    <Space size={0} wrap style={{ justifyContent: "flex-end" }}>
      <RowAction verb={t("sendTest")} of={url} loading={busy} onClick={sendTest} />
      {log}
      <RowAction verb={common("edit")} of={url} onClick={edit} />
      {hook.State === "Active" ? <RowAction verb={t("pause")} of={url} onClick={() => setState("Inactive")} /> : <RowAction verb={t("resume")} of={url} onClick={() => setState("Active")} />}
      {hook.Format !== "Apprise" && <RowAction verb={t("rotate")} of={url} onClick={rotate} />}
      <RowAction verb={common("delete")} of={url} danger onClick={remove} />
      {confirm}
    </Space>
  );
}
