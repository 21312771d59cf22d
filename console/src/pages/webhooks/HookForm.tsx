import { Checkbox, Form, Input, Radio } from "antd";
import { changed } from "@/api/query";
import { useCommonTexts } from "@/i18n/common";
import { useWebhookTexts } from "@/i18n/webhooks";
import { FormModal } from "@/ui/FormModal";
import { PipelineSelect, WorkflowSelect } from "@/ui/choices";
import { EVENTS, NAMES, named } from "./events";
import { ADDRESS, type Hook, type HookValues, saveHook } from "./hook";

interface Props {
  hook: Hook | "new" | undefined;
  close: () => void;
  /** A new webhook's secret, told this once. */
  tell: (secret: string) => void;
}

/** Adds a webhook ("new") or changes one. */
export function HookForm({ hook, close, tell }: Props) {
  const t = useWebhookTexts();
  const common = useCommonTexts();
  const old = hook === "new" ? undefined : hook;
  const submit = (values: HookValues) =>
    saveHook(old, values).then((secret) => {
      changed(["webhooks"]);
      if (secret) tell(secret);
    });
  return (
    <FormModal<HookValues>
      open={hook !== undefined}
      title={old ? t("editNamed", { url: old.Url ?? "" }) : t("add")}
      ok={old ? common("save") : t("add")}
      close={close}
      initialValues={{ url: old?.Url, events: named(old?.Events ?? ["*"]), workflow: old?.MediaWorkflowId, pipeline: old?.PipelineId, format: old?.Format ?? "Plain" }}
      submit={submit}
    >
      <Form.Item noStyle shouldUpdate={(before: HookValues, now: HookValues) => before.format !== now.format}>
        {({ getFieldValue }) => <Address apprise={getFieldValue("format") === "Apprise"} old={old} />}
      </Form.Item>
      <Form.Item name="events" label={t("events")} rules={[{ required: true, type: "array", min: 1, message: t("eventsRule") }]}>
        <EventBoxes />
      </Form.Item>
      <Form.Item name="workflow" label={t("workflow")} extra={old?.MediaWorkflowId && t("narrowKept")}>
        <WorkflowSelect placeholder={t("anyWorkflow")} allowClear={!old?.MediaWorkflowId} />
      </Form.Item>
      <Form.Item name="pipeline" label={t("pipeline")} extra={old?.PipelineId && t("narrowKept")}>
        <PipelineSelect placeholder={t("anyPipeline")} allowClear={!old?.PipelineId} />
      </Form.Item>
      <Form.Item name="format" label={t("format")} style={{ marginBottom: 0 }}>
        <Radio.Group
          vertical
          options={[
            { value: "Plain", label: t("plain"), disabled: old?.Format === "Apprise" },
            { value: "CloudEvents", label: t("cloud"), disabled: old?.Format === "Apprise" },
            { value: "Apprise", label: t("apprise"), disabled: old !== undefined && old.Format !== "Apprise" },
          ]}
        />
      </Form.Item>
    </FormModal>
  );
}

/** Where messages go: an address of HTTP, or one as Apprise has it, whose secrets are not shown again. */
function Address({ apprise, old }: { apprise: boolean; old: Hook | undefined }) {
  const t = useWebhookTexts();
  const help = apprise ? (old ? t("appriseKept") : t("appriseHelp")) : t("urlHelp");
  const rule = { required: true, pattern: apprise ? ADDRESS.apprise : ADDRESS.hook, message: apprise ? t("appriseRule") : t("urlRule") };
  return (
    <Form.Item name="url" label={t("url")} extra={help} validateTrigger="onBlur" rules={[rule]}>
      <Input autoFocus autoComplete="off" inputMode="url" placeholder={apprise ? "mailtos://user:password@example.org" : "https://example.org/reelmill"} maxLength={2048} />
    </Form.Item>
  );
}

/** One box for everything, and one for each event. */
function EventBoxes({ id, value = [], onChange }: { id?: string; value?: string[]; onChange?: (chosen: string[]) => void }) {
  const t = useWebhookTexts();
  const all = NAMES.every((name) => value.includes(name));
  return (
    <div id={id} role="group" aria-label={t("events")}>
      <Checkbox checked={all} indeterminate={!all && value.length > 0} onChange={(event) => onChange?.(event.target.checked ? [...NAMES] : [])}>
        {t("allEvents")}
      </Checkbox>
      <Checkbox.Group value={value} onChange={(chosen) => onChange?.(chosen as string[])} style={{ display: "grid", gap: 4, padding: "4px 0 0 24px" }}>
        {NAMES.map((name) => (
          <Checkbox key={name} value={name}>
            {t(EVENTS[name])} <span className="mono">{name}</span>
          </Checkbox>
        ))}
      </Checkbox.Group>
    </div>
  );
}
