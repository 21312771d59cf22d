import { Alert, Descriptions, Typography } from "antd";
import { useServerText } from "@/i18n/server";
import { useTaskTexts } from "@/i18n/tasks";
import { CopyButton, Rate } from "@/ui/facts";
import { bytes, clock } from "@/ui/format";

interface Props {
  code?: string;
  message?: string;
  failure?: { Advice?: string; Command?: string; Log?: string };
  properties?: { Width?: string; Height?: string; Duration?: string; FileSize?: string; Bitrate?: string };
}

/** Why a job failed and what helps, or what it made. */
export function JobDetail({ code, message, failure, properties }: Props) {
  const t = useTaskTexts();
  const say = useServerText();
  return (
    <div style={{ display: "grid", gap: 12, maxWidth: 960 }}>
      {code && (
        <Alert
          type="error"
          showIcon
          title={
            <>
              {say(message ?? "")} <span className="mono">{code}</span>
            </>
          }
          description={say(failure?.Advice ?? "")}
        />
      )}
      {properties?.FileSize && (
        <Descriptions
          size="small"
          column={4}
          items={[
            { key: "size", label: t("size"), children: bytes(properties.FileSize) },
            { key: "picture", label: t("picture"), children: properties.Width ? `${properties.Width}×${properties.Height}` : "–" },
            { key: "length", label: t("length"), children: clock(properties.Duration) },
            { key: "rate", label: t("rate"), children: <Rate kbps={properties.Bitrate} /> },
          ]}
        />
      )}
      <Text title={t("command")} text={failure?.Command} />
      <Text title={t("log")} text={failure?.Log} />
      {!code && !properties?.FileSize && <Typography.Text type="secondary">{t("noFailure")}</Typography.Text>}
    </div>
  );
}

function Text({ title, text }: { title: string; text: string | undefined }) {
  if (!text) return null;
  return (
    <div>
      <strong>{title}</strong> <CopyButton text={text} />
      <pre tabIndex={0} role="region" aria-label={title} className="mono" style={{ margin: 0, padding: 12, borderRadius: 6, background: "var(--rm-color-fill-quaternary)", overflow: "auto", maxHeight: 240, whiteSpace: "pre-wrap" }}>
        {text}
      </pre>
    </div>
  );
}
