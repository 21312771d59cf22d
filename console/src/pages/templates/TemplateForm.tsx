import { Checkbox, Collapse, Form, Input, InputNumber, Segmented, Select, Space, Switch, Typography } from "antd";
import { type ReactNode, useState } from "react";
import { useCatalogue } from "@/api/query";
import type { Schema } from "@/api/types";
import { SchemaForm } from "@/flow/form/SchemaForm";
import { useLanguage } from "@/i18n";
import { useTemplateTexts } from "@/i18n/templates";
import { CONTAINERS, FRESH, NUMBERS, PRESETS, SHOWN, type Body, type SectionName, channels, check, container, gop, only, others, sampleRates, section, settled, usualRate, videoCoder, withCheck, withField, withOther, withSection } from "./body";

/** A body, what is wrong with its fields by path, and how to change it. */
export interface Editing {
  body: Body;
  change: (next: Body) => void;
  faults: Map<string, string>;
}

const options = (values: readonly string[]) => values.map((value) => ({ value, label: value }));

export function TemplateForm({ disabled, ...editing }: Editing & { disabled: boolean }) {
  const t = useTemplateTexts();
  const language = useLanguage();
  const { body, faults } = editing;
  const change = (next: Body) => editing.change(settled(next));
  const kept = { ...editing, change };
  const form = body.Container.Format;
  const holds = container(body);
  return (
    <>
      <Field path="Container.Format" label={t("container")} faults={faults}>
        <Select<string>
          id="Container.Format"
          value={form}
          options={CONTAINERS.map(({ Name, Label }) => ({ value: Name, label: Label[language] }))}
          onChange={(Format) => change({ ...body, Container: { ...body.Container, Format } })}
        />
      </Field>
      {holds?.Segments && <NumberField {...kept} path="Segment.Duration" label={t("segment")} help={t("segmentHelp")} unit="s" />}
      {holds?.Video.length !== 0 && <Video {...kept} />}
      {holds?.Audio.length !== 0 && <Audio {...kept} />}
      <Checks {...kept} />
      <Others {...kept} disabled={disabled} />
    </>
  );
}

function Video(editing: Editing) {
  const t = useTemplateTexts();
  const { body, change } = editing;
  const video = body.Video && body.Video.Remove !== "true" ? body.Video : undefined;
  const codecs = options(container(body)?.Video ?? []);
  const lacks = videoCoder(body)?.Lacks as string[] | undefined;
  return (
    <Part title={t("video")} label={t("withVideo")} on={video !== undefined} onSwitch={(on) => change(withSection(body, "Video", on ? (FRESH.Video ?? {}) : undefined))}>
      <ChoiceField
        {...editing}
        path="Video.Codec"
        label={t("codec")}
        standard="H.264"
        choices={[...codecs, { value: "copy", label: t("copyCodec") }]}
      />
      {video?.Codec !== "copy" && (
        <>
          {!lacks?.includes("Crf") && <Quality {...editing} />}
          <Space size={[16, 0]} align="start" wrap>
            <NumberField {...editing} path="Video.Width" label={t("width")} unit="px" />
            <NumberField {...editing} path="Video.Height" label={t("height")} unit="px" />
          </Space>
          <div style={{ marginTop: -16, marginBottom: 16 }}>
            <Typography.Text type="secondary">{t("sizeHelp")}</Typography.Text>
          </div>
          <FlagField {...editing} path="Video.LongShortMode" label={t("longShort")} />
          <NumberField {...editing} path="Video.Fps" label={t("fps")} help={t("fpsHelp")} unit="fps" />
          <AdvancedVideo {...editing} />
        </>
      )}
    </Part>
  );
}

function Quality(editing: Editing) {
  const t = useTemplateTexts();
  const { body, change } = editing;
  const byRate = Boolean(body.Video?.Bitrate) && !body.Video?.Crf;
  const choose = (way: string) => {
    const [field, other, value] = way === "rate" ? (["Bitrate", "Crf", "1800"] as const) : (["Crf", "Bitrate", "23"] as const);
    change(withField(withField(body, "Video", other, undefined), "Video", field, value));
  };
  return (
    <>
      <Form.Item label={t("quality")}>
        <Segmented
          aria-label={t("quality")}
          value={byRate ? "rate" : "crf"}
          onChange={choose}
          options={[
            { value: "crf", label: t("byCrf") },
            { value: "rate", label: t("byBitrate") },
          ]}
        />
      </Form.Item>
      {byRate ? (
        <NumberField {...editing} path="Video.Bitrate" label={t("bitrate")} help={t("videoBitrateHelp")} unit="kbit/s" />
      ) : (
        <NumberField {...editing} path="Video.Crf" label={t("crf")} help={t("crfHelp")} />
      )}
    </>
  );
}

function AdvancedVideo(editing: Editing) {
  const t = useTemplateTexts();
  const wrong = ["Video.MaxFps", "Video.Gop", "Video.Maxrate", "Video.Bufsize"].some((path) => editing.faults.has(path));
  const lacks = videoCoder(editing.body)?.Lacks as string[] | undefined;
  const has = (field: string) => !lacks?.includes(field);
  const profiles = videoCoder(editing.body)?.Profiles ?? [];
  return (
    <Collapse
      ghost
      size="small"
      defaultActiveKey={wrong ? ["advanced"] : []}
      items={[
        {
          key: "advanced",
          label: t("advanced"),
          children: (
            <>
              {profiles.length > 0 && <ChoiceField {...editing} path="Video.Profile" label={t("profile")} standard="high" choices={options(profiles)} />}
              {has("Preset") && <ChoiceField {...editing} path="Video.Preset" label={t("preset")} help={t("presetHelp")} standard="medium" choices={options(PRESETS)} />}
              {has("Gop") && <Gop {...editing} />}
              {has("Maxrate") && <NumberField {...editing} path="Video.Maxrate" label={t("maxrate")} help={t("maxrateHelp")} unit="kbit/s" />}
              {editing.body.Video?.Maxrate && <NumberField {...editing} path="Video.Bufsize" label={t("bufsize")} help={t("bufsizeHelp")} unit="kbit" />}
              <NumberField {...editing} path="Video.MaxFps" label={t("maxFps")} help={t("maxFpsHelp")} unit="fps" />
              <FlagField {...editing} path="Video.Hdr2sdr" label={t("hdr2sdr")} />
            </>
          ),
        },
      ]}
    />
  );
}

const SECTIONS = ["Video", "Audio", "TransConfig", "MuxConfig"] as const;

/** All that templates can say beside the fields above, from the schema of the catalogue. */
function Others({ body, change, faults, disabled }: Editing & { disabled: boolean }) {
  const t = useTemplateTexts();
  const [opened, setOpened] = useState(false);
  const output = useCatalogue().data?.Nodes.find(({ Type }) => Type === "Transcode")?.Schema.properties?.Outputs?.items?.properties;
  const encoded = { Video: body.Video?.Codec, Audio: body.Audio?.Codec };
  const properties: Record<string, Schema> = {};
  for (const name of SECTIONS) {
    if ((name === "Video" || name === "Audio") && (!body[name] || body[name].Remove === "true" || encoded[name] === "copy")) continue;
    const left = others(body, name, output?.[name]);
    if (left) properties[name] = { ...left, title: t(name) };
  }
  const problems = [...faults].map(([path, message]) => ({ path: path.split("."), message })).filter(({ path: [name = "", field = ""] }) => name in properties && !SHOWN[name]?.includes(field));
  return (
    <Collapse
      ghost
      size="small"
      activeKey={opened || problems.length ? ["others"] : []}
      onChange={(keys) => setOpened(keys.length > 0)}
      items={[
        {
          key: "others",
          label: t("others"),
          children: (
            <SchemaForm
              schema={{ type: "object", properties }}
              value={only(body, properties)}
              change={(path, value) => change(withOther(body, path, value))}
              problems={problems}
              disabled={disabled}
            />
          ),
        },
      ]}
    />
  );
}

function Gop({ body, change, faults }: Editing) {
  const t = useTemplateTexts();
  const text = body.Video?.Gop;
  const parsed = text ? gop(text) : null;
  const unit = parsed?.unit ?? "s";
  const put = (value: number | null, as: "s" | "frames") => change(withField(body, "Video", "Gop", value === null ? undefined : `${value}${as === "s" ? "s" : ""}`));
  return (
    <Field path="Video.Gop" label={t("gop")} help={t("gopHelp")} faults={faults}>
      <Space.Compact>
        <InputNumber id="Video.Gop" min={0} value={parsed?.value ?? null} onChange={(value) => put(value, unit)} style={{ width: 120 }} />
        <Select<"s" | "frames">
          aria-label={t("gopUnit")}
          value={unit}
          onChange={(as) => put(parsed ? (as === "s" ? 10 : 250) : null, as)}
          options={[
            { value: "s", label: t("seconds") },
            { value: "frames", label: t("frames") },
          ]}
          style={{ width: 96 }}
        />
      </Space.Compact>
    </Field>
  );
}

function Audio(editing: Editing) {
  const t = useTemplateTexts();
  const { body, change } = editing;
  const audio = body.Audio && body.Audio.Remove !== "true" ? body.Audio : undefined;
  const codec = audio?.Codec ?? "AAC";
  const form = body.Container.Format;
  const codecs = options(container(body)?.Audio ?? []);
  return (
    <Part title={t("audio")} label={t("withAudio")} on={audio !== undefined} onSwitch={(on) => change(withSection(body, "Audio", on ? (FRESH.Audio ?? {}) : undefined))}>
      <ChoiceField {...editing} path="Audio.Codec" label={t("codec")} standard="AAC" choices={[...codecs, { value: "copy", label: t("copyCodec") }]} />
      {codec !== "copy" && (
        <>
          <NumberField {...editing} path="Audio.Bitrate" label={t("bitrate")} help={t("audioBitrateHelp")} unit="kbit/s" />
          <Space size={[16, 0]} align="start" wrap>
            <ChoiceField {...editing} path="Audio.Samplerate" label={t("samplerate")} standard={usualRate(codec)} choices={sampleRates(codec, form).map((value) => ({ value, label: `${value} Hz` }))} />
            <ChoiceField {...editing} path="Audio.Channels" label={t("channelCount")} standard="2" choices={options(channels(codec))} />
          </Space>
        </>
      )}
    </Part>
  );
}

function Checks({ body, change }: Editing) {
  const t = useTemplateTexts();
  const choices = [
    { value: "no" as const, label: t("checkNo") },
    { value: "source" as const, label: t("checkSource") },
    { value: "fail" as const, label: t("checkFail") },
  ];
  const row = (what: "Reso" | "VideoBitrate" | "AudioBitrate", label: string) => (
    <Form.Item label={label} htmlFor={`check.${what}`}>
      <Select id={`check.${what}`} value={check(body, what)} options={choices} onChange={(chosen) => change(withCheck(body, what, chosen))} />
    </Form.Item>
  );
  const encoded = (name: "Video" | "Audio") => body[name] && body[name].Codec !== "copy" && body[name].Remove !== "true";
  if (!encoded("Video") && !encoded("Audio")) return null;
  return (
    <fieldset style={{ border: 0, padding: 0, margin: 0 }}>
      <Legend>{t("checks")}</Legend>
      <Typography.Paragraph type="secondary">{t("checksHelp")}</Typography.Paragraph>
      {encoded("Video") && row("Reso", t("checkReso"))}
      {encoded("Video") && row("VideoBitrate", t("checkVideo"))}
      {encoded("Audio") && row("AudioBitrate", t("checkAudio"))}
    </fieldset>
  );
}

// --- fields

function Part({ title, label, on, onSwitch, children }: { title: string; label: string; on: boolean; onSwitch: (on: boolean) => void; children: ReactNode }) {
  return (
    <fieldset style={{ border: 0, padding: 0, margin: "8px 0 24px" }}>
      <Legend>{title}</Legend>
      <div style={{ display: "flex", gap: 8, alignItems: "center", marginBottom: 16 }}>
        <Switch checked={on} onChange={onSwitch} aria-label={label} />
        {label}
      </div>
      {on && children}
    </fieldset>
  );
}

const Legend = ({ children }: { children: ReactNode }) => (
  <legend style={{ color: "var(--rm-color-text)", fontSize: 16, fontWeight: 600, padding: 0, marginBottom: 12, borderBlockEnd: "1px solid var(--rm-color-border-secondary)", width: "100%", paddingBlockEnd: 4 }}>{children}</legend>
);

function Field({ path, label, help, faults, children }: { path: string; label: string; help?: string; faults: Map<string, string>; children: ReactNode }) {
  const fault = faults.get(path);
  return (
    <Form.Item label={label} htmlFor={path} extra={help} validateStatus={fault ? "error" : undefined} help={fault}>
      {children}
    </Form.Item>
  );
}

type FieldProps = Editing & { path: string; label: string; help?: string };

function NumberField({ body, change, faults, path, label, help, unit }: FieldProps & { unit?: string }) {
  const [name, field] = path.split(".") as [SectionName, string];
  const text = section(body, name)?.[field];
  const bounds = NUMBERS[path];
  return (
    <Field path={path} label={label} help={help} faults={faults}>
      <InputNumber<string>
        id={path}
        stringMode
        value={text ?? null}
        step={bounds && bounds.step < 1 ? 1 : bounds?.step}
        suffix={unit}
        onChange={(value) => change(withField(body, name, field, value ?? undefined))}
        style={{ width: 200 }}
      />
    </Field>
  );
}

function ChoiceField({ body, change, faults, path, label, help, choices, standard }: FieldProps & { choices: { value: string; label: string }[]; standard: string }) {
  const t = useTemplateTexts();
  const [name, field] = path.split(".") as [SectionName, string];
  return (
    <Field path={path} label={label} help={help} faults={faults}>
      <Select<string>
        id={path}
        value={section(body, name)?.[field]}
        placeholder={t("asDefault", { value: standard })}
        allowClear
        options={choices}
        onChange={(value) => change(withField(body, name, field, value))}
        style={{ minWidth: 200 }}
      />
    </Field>
  );
}

function FlagField({ body, change, path, label }: FieldProps) {
  const [name, field] = path.split(".") as [SectionName, string];
  return (
    <Form.Item>
      <Checkbox checked={section(body, name)?.[field] === "true"} onChange={(event) => change(withField(body, name, field, event.target.checked ? "true" : undefined))}>
        {label}
      </Checkbox>
    </Form.Item>
  );
}

export function JsonEditor({ value, onChange, label }: { value: string; onChange: (text: string) => void; label: string }) {
  return <Input.TextArea aria-label={label} value={value} onChange={(event) => onChange(event.target.value)} autoSize={{ minRows: 18, maxRows: 40 }} spellCheck={false} className="mono" />;
}
