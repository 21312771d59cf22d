/** The control of one field, by its kind. */
import { PlusOutlined } from "@ant-design/icons";
import { AutoComplete, Button, Dropdown, Input, InputNumber, Select, type SelectProps, Switch } from "antd";
import { createContext, memo, use } from "react";
import { useOperation } from "@/api/query";
import type { Schema } from "@/api/types";
import { BucketSelect, LibrarySelect, PipelineSelect, TemplateSelect, WatermarkSelect } from "@/ui/choices";
import { MessageQueueInput, MessageTopicInput } from "@/ui/messageChoices";
import type { Json } from "../json";
import { JsonText } from "./JsonText";
import { useFormTexts } from "./texts";
import { flagValue, fromBase64, isOn, kindOfField, numberValue, toBase64 } from "./words";

interface Props {
  id: string;
  label: string;
  schema: Schema;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
  disabled: boolean;
  wrong: boolean;
  describedBy: string;
  /** The input bucket whose folders a path may choose from. */
  foldersOf?: string | undefined;
}

const text = (value: Json | undefined): string => (value === undefined || value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value));

export const Control = memo(function Control(props: Props) {
  const { id, schema, value, onChange, disabled, wrong, describedBy, label } = props;
  const shared = { id, disabled, status: wrong ? ("error" as const) : ("" as const), "aria-describedby": describedBy, "aria-invalid": wrong || undefined };
  const set = (chosen: string | undefined) => onChange(chosen || undefined);
  const unit = schema["x-unit"];
  const chosen = text(value) || undefined;
  switch (kindOfField(schema)) {
    case "pipeline":
      return <FittingPipelineSelect {...shared} className="sf-wide" value={chosen} onChange={set} allowClear />;
    case "message-queue":
      return <MessageQueueInput {...shared} className="sf-wide" value={chosen} onChange={set} />;
    case "message-topic":
      return <MessageTopicInput {...shared} className="sf-wide" value={chosen} onChange={set} />;
    case "input-bucket":
      return <BucketSelect {...shared} className="sf-wide" type="Input" value={chosen} onChange={set} allowClear />;
    case "output-bucket":
      return <BucketSelect {...shared} className="sf-wide" type="Output" value={chosen} onChange={set} allowClear />;
    case "template":
      return <TemplateSelect {...shared} className="sf-wide" value={chosen} onChange={set} allowClear />;
    case "watermark-template":
      return <WatermarkSelect {...shared} className="sf-wide" value={chosen} onChange={set} allowClear />;
    case "fingerprint-library":
      return <LibrarySelect {...shared} className="sf-wide" value={chosen} onChange={set} allowClear />;
    case "object-path":
      return props.foldersOf === undefined ? <PathInput {...props} /> : <FolderInput {...props} />;
    case "choice":
      return (
        <Select
          {...shared}
          className="sf-wide"
          value={chosen}
          placeholder={text(schema.default as Json | undefined)}
          onChange={(word: string | undefined) => onChange(schema.enum?.find((one) => String(one) === word))}
          allowClear
          options={schema.enum?.map((one) => ({ value: String(one), label: String(one) }))}
        />
      );
    case "flag":
      return <Switch id={id} disabled={disabled} checked={isOn(value, schema)} aria-label={label} aria-describedby={describedBy} onChange={(on) => onChange(flagValue(schema, on))} />;
    case "number":
      return (
        <InputNumber
          {...shared}
          className="sf-wide"
          value={chosen === undefined ? null : Number(chosen)}
          min={schema.minimum}
          max={schema.maximum}
          suffix={unit}
          placeholder={text(schema.default as Json | undefined)}
          onChange={(number) => onChange(numberValue(number, value))}
        />
      );
    case "json":
      return <JsonText id={id} value={value} onChange={onChange} disabled={disabled} describedBy={describedBy} />;
    case "activity":
      return <ActivitySelect {...shared} type={schema["x-activity"] ?? ""} value={chosen} onChange={set} />;
    case "base64":
      return <Input {...shared} value={fromBase64(text(value))} onChange={(event) => set(event.target.value && toBase64(event.target.value))} />;
    default:
      return <Input {...shared} value={text(value)} suffix={unit} placeholder={text(schema.default as Json | undefined)} onChange={(event) => set(event.target.value)} />;
  }
});

/** The type of the activity whose parameters a form shows, "" outside of drawings. */
export const TypeContext = createContext("");

function FittingPipelineSelect(props: Omit<SelectProps<string>, "options" | "loading">) {
  return <PipelineSelect {...props} type={use(TypeContext) || undefined} />;
}

/** The activities that a field may name: all of the drawing. */
export const ActivitiesContext = createContext<readonly { name: string; type: string }[]>([]);

function ActivitySelect({ type, ...rest }: Omit<SelectProps<string>, "options"> & { type: string }) {
  const options = use(ActivitiesContext).flatMap((one) => (type && one.type !== type ? [] : { value: one.name, label: one.name }));
  return <Select {...rest} className="sf-wide" showSearch allowClear options={options} />;
}

/** A folder of the input bucket, or the beginning of names; folders are offered level by level. */
function FolderInput({ id, value, onChange, disabled, wrong, describedBy, foldersOf = "" }: Props) {
  const typed = text(value);
  const { data } = useOperation("ListObjects", { Bucket: foldersOf, Prefix: typed.slice(0, typed.lastIndexOf("/") + 1), MaximumPageSize: 100 }, { enabled: foldersOf !== "" && !disabled });
  return (
    <AutoComplete
      id={id}
      className="sf-wide"
      disabled={disabled}
      status={wrong ? "error" : ""}
      aria-describedby={describedBy}
      value={typed}
      options={(data?.Prefixes ?? []).filter((folder) => folder.startsWith(typed) && folder !== typed).map((folder) => ({ value: folder }))}
      onChange={(chosen: string) => onChange(chosen || undefined)}
    />
  );
}

const PLACEHOLDERS = ["objectPrefix", "fileName", "extName", "runId", "mediaId", "snapshotTime", "count"] as const;

/** The name of an object, with a menu of the placeholders that it may hold. */
function PathInput({ id, value, onChange, disabled, wrong, describedBy }: Props) {
  const t = useFormTexts();
  const items = PLACEHOLDERS.map((key) => {
    const word = `{${key.charAt(0).toUpperCase()}${key.slice(1)}}`;
    return { key: word, label: `${word} – ${t(key)}` };
  });
  return (
    <div className="sf-path">
      <Input id={id} disabled={disabled} status={wrong ? "error" : ""} aria-describedby={describedBy} aria-invalid={wrong || undefined} value={text(value)} onChange={(event) => onChange(event.target.value || undefined)} />
      <Dropdown disabled={disabled} trigger={["click"]} menu={{ items, onClick: ({ key }) => onChange(text(value) + key) }}>
        <Button icon={<PlusOutlined />} aria-label={t("insertPlaceholder")} title={t("insertPlaceholder")} />
      </Dropdown>
    </div>
  );
}
