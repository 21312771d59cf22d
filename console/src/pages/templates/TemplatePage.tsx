import { CopyOutlined } from "@ant-design/icons";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Alert, Button, Form, Input, Skeleton, Space, Tabs, Typography } from "antd";
import { useRef, useState } from "react";
import { ApiError, call } from "@/api/client";
import { changed, useOperation } from "@/api/query";
import type { Template } from "@/api/types";
import { useMayChange } from "@/app/session";
import { useCommonTexts } from "@/i18n/common";
import { useServerText } from "@/i18n/server";
import { useTemplateTexts } from "@/i18n/templates";
import { ErrorBox } from "@/ui/ErrorBox";
import { NotFound } from "@/ui/Failures";
import { LeaveGuard } from "@/ui/LeaveGuard";
import { useTitle } from "@/ui/PageList";
import { Id } from "@/ui/facts";
import { useFilters } from "@/ui/useFilters";
import { JsonEditor, TemplateForm } from "./TemplateForm";
import { FRESH, NUMBERS, type Body, bodyOf, faults, strangers } from "./body";

/** A template of one's own, a preset, or a new one ("new", also as a copy: ?from=ID). */
export default function TemplatePage() {
  const t = useTemplateTexts();
  const { templateId = "new" } = useParams({ strict: false });
  const [{ from }] = useFilters();
  const wanted = templateId === "new" ? from : templateId;
  const { data, error, isPending, refetch } = useOperation("QueryTemplateList", { TemplateIds: wanted ?? "" }, { enabled: Boolean(wanted), placeholderData: undefined, staleTime: 0 });
  const found = data?.TemplateList.Template[0];
  if (error) return <ErrorBox error={error} retry={() => void refetch()} />;
  if (wanted && isPending) return <Skeleton active style={{ padding: 24, maxWidth: 640 }} />;
  if (wanted && !found) return <NotFound />;
  const name = templateId !== "new" ? found?.Name : found ? t("copyNamed", { name: found.Name ?? "" }) : "";
  return <Editor key={`${templateId}/${from}`} id={templateId === "new" ? undefined : templateId} template={found} name={name ?? ""} />;
}

function useFaultTexts() {
  const t = useTemplateTexts();
  const name = { range: "faultRange", whole: "faultWhole", gop: "faultGop", noVideo: "faultNoVideo", otherAudio: "faultOtherAudio", nothing: "faultNothing", channels: "faultChannels", rate: "faultRate", bitrate: "faultBitrate", bufsize: "faultBufsize" } as const;
  return (body: Body) => new Map(faults(body).map(({ path, fault }) => [path, t(name[fault], { min: NUMBERS[path]?.min ?? "", max: NUMBERS[path]?.max ?? "" })]));
}

/** What the server refused, by the path of the form's field. */
function refusals(error: unknown, say: (sentence: string) => string): [string, string][] {
  if (!(error instanceof ApiError)) return [];
  return error.problems.map(({ Path = "", Message = "" }) => [Path.replace(/^Template\./, "").replace(/^MuxConfig\.(?=Segment\.Duration)/, ""), say(Message)]);
}

function Editor({ id, template, name: firstName }: { id: string | undefined; template: Template | undefined; name: string }) {
  const t = useTemplateTexts();
  const say = useServerText();
  const common = useCommonTexts();
  const navigate = useNavigate();
  const mayChange = useMayChange();
  const [first] = useState(() => (template ? bodyOf(template) : FRESH));
  const [name, setName] = useState(firstName);
  const [body, setBody] = useState<Body>(first);
  const [json, setJson] = useState(() => JSON.stringify(first, null, 2));
  const [jsonError, setJsonError] = useState("");
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const saved = useRef(false);
  const faultTexts = useFaultTexts();
  useTitle(id ? firstName : t("newTitle"));

  const preset = id?.startsWith("S") ?? false;
  const locked = preset || template?.State === "Deleted" && id !== undefined;
  const badName = !name.trim() || new TextEncoder().encode(name).length > 128;
  const found = new Map([...refusals(error, say), ...faultTexts(body)]);
  const nameFault = badName && (tried || name !== firstName);
  const count = found.size + (nameFault ? 1 : 0) + (jsonError ? 1 : 0);

  const changeForm = (next: Body) => {
    setBody(next);
    setJson(JSON.stringify(next, null, 2));
    setJsonError("");
    setError(undefined);
  };
  const changeJson = (text: string) => {
    setJson(text);
    setError(undefined);
    try {
      const given: unknown = JSON.parse(text);
      setBody(bodyOf(given));
      const strange = strangers(given as object);
      setJsonError(strange.length ? t("jsonStrange", { names: strange.join(", ") }) : "");
    } catch (problem) {
      setJsonError(t("jsonBad", { why: problem instanceof Error ? problem.message : String(problem) }));
    }
  };
  const save = () => {
    setTried(true);
    if (badName) return document.getElementById("template-name")?.focus();
    setBusy(true);
    setError(undefined);
    const sent = { Name: name.trim(), ...body };
    (id ? call("UpdateTemplate", { TemplateId: id, ...sent }) : call("AddTemplate", sent))
      .then(() => {
        saved.current = true;
        changed(["templates"]);
        return navigate({ to: "/templates" });
      }, setError)
      .finally(() => setBusy(false));
  };
  const dirty = () => !saved.current && !locked && (name !== firstName || JSON.stringify(body) !== JSON.stringify(first));

  return (
    <div style={{ padding: 24, maxWidth: 688 }}>
      <LeaveGuard dirty={dirty} />
      <div style={{ display: "flex", gap: 16, alignItems: "center", flexWrap: "wrap" }}>
        <Typography.Title level={1} style={{ fontSize: 20, margin: 0, flex: 1 }}>
          {id ? firstName : t("newTitle")}
        </Typography.Title>
        {id && <Id id={id} />}
        {id && mayChange && (
          <Button icon={<CopyOutlined />} onClick={() => void navigate({ to: "/templates/$templateId", params: { templateId: "new" }, search: { from: id } })}>
            {t("copy")}
          </Button>
        )}
      </div>
      {locked && <Alert type="info" showIcon title={t(preset ? "isPreset" : "isDeleted")} style={{ marginTop: 16 }} />}
      <Form layout="vertical" disabled={locked || !mayChange || busy} requiredMark={false} onFinish={save} style={{ marginTop: 16 }}>
        <Form.Item label={t("name")} htmlFor="template-name" validateStatus={nameFault ? "error" : undefined} help={nameFault ? t("nameRule") : undefined}>
          <Input id="template-name" value={name} onChange={(event) => setName(event.target.value)} maxLength={128} autoFocus={!id} />
        </Form.Item>
        <Tabs
          items={[
            { key: "form", label: t("form"), children: <TemplateForm body={body} change={changeForm} faults={found} disabled={locked || !mayChange || busy} /> },
            {
              key: "json",
              label: t("json"),
              children: (
                <>
                  <Typography.Paragraph type="secondary">{t("jsonHelp")}</Typography.Paragraph>
                  <JsonEditor label={t("json")} value={json} onChange={changeJson} />
                  {jsonError && <Alert type="error" showIcon role="alert" title={jsonError} style={{ marginTop: 8 }} />}
                </>
              ),
            },
          ]}
        />
        <ErrorBox error={error} />
        {!locked && mayChange && (
          <div style={{ position: "sticky", bottom: 0, padding: "12px 0", background: "var(--rm-color-bg-layout)", borderBlockStart: "1px solid var(--rm-color-border-secondary)", zIndex: 1 }}>
            <Space>
              <Button type="primary" htmlType="submit" loading={busy} disabled={count > 0}>
                {id ? common("save") : t("saveNew")}
              </Button>
              <Button onClick={() => void navigate({ to: "/templates" })}>{common("cancel")}</Button>
              {count > 0 && (
                <Typography.Text type="danger" role="status">
                  {t("problems", { count })}
                </Typography.Text>
              )}
            </Space>
          </div>
        )}
      </Form>
    </div>
  );
}
