import { FileImageOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useRef, useState } from "react";
import { useLogoTexts } from "@/i18n/logos";
import { LogoPicture } from "./LogoPicture";
import { asPng } from "./picture";

interface Props {
  id?: string;
  /** PNG in base64. */
  value?: string;
  onChange?: (value: string | undefined) => void;
  /** What is shown until another one is chosen. */
  now?: string | undefined;
}

/** Chooses a picture of the reader's machine. */
export function FileInput({ id, value, onChange, now }: Props) {
  const t = useLogoTexts();
  const input = useRef<HTMLInputElement>(null);
  const [bad, setBad] = useState<string>();
  const take = async (file: File | undefined) => {
    if (!file) return;
    try {
      const picture = await asPng(file);
      setBad(undefined);
      onChange?.(picture);
    } catch {
      setBad(file.name);
      onChange?.(undefined);
    }
  };
  const shown = value ?? now;
  return (
    <div className="logo-file">
      {shown && <LogoPicture picture={shown} alt={t("picture")} large />}
      <Button id={id} icon={<FileImageOutlined />} onClick={() => input.current?.click()}>
        {t("choose")}
      </Button>
      <input
        ref={input}
        type="file"
        accept="image/png,image/jpeg,image/webp"
        hidden
        tabIndex={-1}
        onChange={(event) => {
          void take(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
      {bad !== undefined && <span role="alert">{t("unreadable", { name: bad })}</span>}
    </div>
  );
}
