import { Typography } from "antd";
import type { ReactNode } from "react";
import { useServerText } from "@/i18n/server";
import { useWebhookTexts } from "@/i18n/webhooks";
import { CopyButton, Id, RelativeTime } from "@/ui/facts";
import { pretty } from "@/ui/pretty";
import type { Attempt, Delivery } from "./hook";
import "./webhooks.css";

/** A message as it went out, and each try with what was answered. */
export function DeliveryDetail({ delivery }: { delivery: Delivery }) {
  const t = useWebhookTexts();
  const body = pretty(delivery.Body);
  return (
    <section className="delivery" aria-label={t("details")}>
      <Part title={t("request")} aside={<CopyButton text={delivery.Body ?? ""} />}>
        <div>
          {t("messageId")}: <Id id={delivery.MessageId} full />
        </div>
        <Text of={body} label={t("request")} />
      </Part>
      <Part title={t("attempts")}>
        {delivery.Attempts.length === 0 && <Typography.Text type="secondary">{t("noAttempt")}</Typography.Text>}
        <ol>
          {delivery.Attempts.map((attempt, index) => (
            <Try key={`${attempt.Time}${index}`} attempt={attempt} />
          ))}
        </ol>
      </Part>
    </section>
  );
}

function Part({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <div className="delivery-part">
      <Typography.Title level={2} style={{ fontSize: 14, marginTop: 0 }}>
        {title} {aside}
      </Typography.Title>
      {children}
    </div>
  );
}

/** Text that may be long: it scrolls, by keyboard too. */
function Text({ of, label }: { of: string; label: string }) {
  return (
    <pre className="mono" tabIndex={0} role="region" aria-label={label}>
      {of}
    </pre>
  );
}

function Try({ attempt }: { attempt: Attempt }) {
  const t = useWebhookTexts();
  const say = useServerText();
  return (
    <li>
      <div>
        <AnswerOf attempt={attempt} /> <RelativeTime time={attempt.Time} /> · {t("took", { ms: attempt.Milliseconds ?? 0 })}
      </div>
      {attempt.Url && <div className="mono">{attempt.Url}</div>}
      {attempt.Error && <div>{say(attempt.Error)}</div>}
      {attempt.Answer ? <Text of={pretty(attempt.Answer)} label={t("answer")} /> : attempt.Status && <Typography.Text type="secondary">{t("noBody")}</Typography.Text>}
    </li>
  );
}

/** The status of an answer, good or bad, or that there was none. */
export function AnswerOf({ attempt }: { attempt: Attempt | undefined }) {
  const t = useWebhookTexts();
  if (!attempt) return "–";
  const good = attempt.Error === undefined;
  const silent = attempt.Url?.startsWith("http") ? t("noAnswer") : t("notTaken"); // Apprise tells no status
  return (
    <span className={attempt.Status ? "mono" : ""} style={{ color: `var(--state-${good ? "success" : "failed"})`, fontWeight: 600 }}>
      {attempt.Status ? `HTTP ${attempt.Status}` : good ? t("taken") : silent}
    </span>
  );
}
