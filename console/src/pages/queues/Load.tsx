import { Link } from "@tanstack/react-router";
import { Progress, Typography } from "antd";
import type { ReactNode } from "react";
import type { PipelineLoad, Slot } from "@/api/types";
import { useQueueTexts } from "@/i18n/queues";
import { useServerText } from "@/i18n/server";
import { RelativeTime } from "@/ui/facts";
import { fileName } from "@/ui/format";

/** What runs in a queue and what waits there, each with its reason. */
export function Load({ load, name }: { load: PipelineLoad | undefined; name: string }) {
  const t = useQueueTexts();
  const say = useServerText();
  const slots = load?.Slots ?? [];
  const queue = load?.Queue ?? [];
  const more = (load?.Waiting ?? 0) - queue.length;
  return (
    <section aria-label={t("details", { name })} style={{ display: "grid", gridTemplateColumns: "repeat(auto-fit, minmax(360px, 1fr))", gap: 24, padding: "8px 0 8px 8px" }}>
      <Part title={t("runningNow")} none={t("nothingRuns")}>
        {slots.map((slot, index) => (
          <Work key={`${slot.RunId}${slot.Activity}${index}`} slot={slot}>
            <div>
              {t("since")} <RelativeTime time={slot.StartTime} />
            </div>
            {slot.Reason && <div>{say(slot.Reason)}</div>}
            <Progress percent={slot.Percent ?? 0} size="small" style={{ maxWidth: 240, margin: 0 }} aria-label={fileName(slot.Input)} />
          </Work>
        ))}
      </Part>
      <Part title={t("waitingNow")} none={t("nothingWaits")}>
        {queue.map((queued, index) => (
          <Work key={`${queued.RunId}${queued.Activity}${index}`} slot={queued}>
            {queued.Reason && <div>{say(queued.Reason)}</div>}
            {queued.Place ? `${t("place", { place: queued.Place })} · ` : ""}
            {t("priority", { priority: queued.Priority ?? 6 })} · {t("submitted")} <RelativeTime time={queued.CreationTime} />
          </Work>
        ))}
        {more > 0 && <li>{t("moreWait", { count: more })}</li>}
      </Part>
    </section>
  );
}

function Part({ title, none, children }: { title: string; none: string; children: ReactNode[] | ReactNode }) {
  const empty = !(Array.isArray(children) ? children.flat().filter(Boolean).length : children);
  return (
    <div>
      <Typography.Title level={2} style={{ fontSize: 14, marginTop: 0 }}>
        {title}
      </Typography.Title>
      {empty ? (
        <Typography.Text type="secondary">{none}</Typography.Text>
      ) : (
        <ol style={{ listStyle: "none", padding: 0, margin: 0, display: "grid", gap: 12 }}>{children}</ol>
      )}
    </div>
  );
}

function Work({ slot, children }: { slot: Slot; children: ReactNode }) {
  const label = fileName(slot.Input);
  return (
    <li>
      {slot.RunId ? (
        <Link to="/runs/$runId" params={{ runId: slot.RunId }} search={slot.Activity ? { activity: slot.Activity } : {}} style={{ textDecoration: "underline" }}>
          {label}
        </Link>
      ) : (
        label
      )}{" "}
      <Typography.Text type="secondary">{[slot.Activity, slot.Kind].filter(Boolean).join(" · ")}</Typography.Text>
      <div style={{ fontSize: 13, color: "var(--rm-color-text-secondary)" }}>{children}</div>
    </li>
  );
}
