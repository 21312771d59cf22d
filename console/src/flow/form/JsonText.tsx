import { Input } from "antd";
import { useState } from "react";
import { sameJson, type Json } from "../json";
import { useFormTexts } from "./texts";

interface Props {
  id?: string;
  label?: string;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
  disabled?: boolean;
  describedBy?: string;
  /** Why a value cannot be taken, "" when it can. */
  refuse?: (value: Json | undefined) => string;
  minRows?: number;
}

const pretty = (value: Json | undefined): string => (value === undefined ? "" : JSON.stringify(value, null, 2));

function parse(text: string): { value?: Json; reason?: string } {
  if (!text.trim()) return {};
  try {
    return { value: JSON.parse(text) as Json };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

/** JSON as text. What parses is taken at once; what does not stays in the field with the reason, and the value stays as it was. */
export function JsonText({ id, label, value, onChange, disabled = false, describedBy, refuse, minRows = 3 }: Props) {
  const t = useFormTexts();
  const [draft, setDraft] = useState<string>();
  const parsed = draft === undefined ? undefined : parse(draft);
  const reason = parsed?.reason ? t("badJson", { reason: parsed.reason }) : parsed ? (refuse?.(parsed.value) ?? "") : "";
  // A draft that says what the value says belongs to it; when the value went elsewhere (undo) the draft is gone.
  const shown = draft !== undefined && (reason || sameJson(parsed?.value, value)) ? draft : pretty(value);
  return (
    <>
      <Input.TextArea
        id={id}
        aria-label={label}
        aria-describedby={describedBy}
        aria-invalid={reason ? true : undefined}
        className="mono"
        spellCheck={false}
        disabled={disabled}
        status={reason ? "error" : ""}
        autoSize={{ minRows, maxRows: 40 }}
        value={shown}
        onChange={(event) => {
          setDraft(event.target.value);
          const now = parse(event.target.value);
          if (!now.reason && !refuse?.(now.value)) onChange(now.value);
        }}
        onBlur={() => {
          if (!reason) setDraft(undefined);
        }}
      />
      {reason && (
        <div className="sf-problem" role="status">
          {reason}
        </div>
      )}
    </>
  );
}
