import { Link } from "@tanstack/react-router";
import { Alert, Button, Card, Progress, Typography } from "antd";
import { useState } from "react";
import { useOperation } from "@/api/query";
import type { Overview as Counts } from "@/api/types";
import { useMayChange } from "@/app/session";
import { useOverviewTexts } from "@/i18n/overview";
import { useServerText } from "@/i18n/server";
import { useOwnTemplates } from "@/api/lists";
import { ErrorBox } from "@/ui/ErrorBox";
import { PageList } from "@/ui/PageList";
import { bytes, integer } from "@/ui/format";
import { Guide } from "./Guide";
import { RunLine } from "./RunLine";
import { type Said, doneSteps, nextStep } from "./steps";
import "./overview.css";

const HIDDEN = "reelmill.guide.hidden";
const SAID = { presetsDo: "reelmill.guide.presets", played: "reelmill.guide.played" } as const;
const heard = (what: keyof Said) => localStorage.getItem(SAID[what]) === "yes";

export default function Overview() {
  const t = useOverviewTexts();
  const say = useServerText();
  const mayChange = useMayChange();
  const { data, error, refetch } = useOperation("GetOverview", {});
  const own = useOwnTemplates().data;
  const [hidden, setHidden] = useState(() => localStorage.getItem(HIDDEN) === "yes");
  const [said, setSaid] = useState<Said>(() => ({ presetsDo: heard("presetsDo"), played: heard("played") }));
  const done = data && own ? doneSteps(data, own.length, said) : undefined;
  const unfinished = mayChange && done !== undefined && nextStep(done) !== undefined;
  const open = unfinished && !hidden;
  const hide = (now: boolean) => {
    localStorage.setItem(HIDDEN, now ? "yes" : "no");
    setHidden(now);
  };
  return (
    <PageList title={t("title")} action={unfinished && hidden && <Button onClick={() => hide(false)}>{t("show")}</Button>}>
      <ErrorBox error={error} retry={() => void refetch()} />
      {data?.Problems?.map((problem) => (
        <Alert key={problem} type="warning" showIcon title={say(problem)} style={{ marginBottom: 12 }} />
      ))}
      {open && done && (
        <Guide
          done={done}
          hide={() => hide(true)}
          say={(what) => {
            localStorage.setItem(SAID[what], "yes");
            setSaid((old) => ({ ...old, [what]: true }));
          }}
        />
      )}
      {data && <Numbers counts={data} />}
      <div className="overview-lists">
        <Runs title={t("runningNow")} none={t("nothingRuns")} question={{ State: "Running" }} search={{ state: "Running" }} />
        <Runs title={t("attention")} none={t("noFailures")} question={{ HasFailure: true }} search={{ state: "failures" }} />
      </div>
    </PageList>
  );
}

function Numbers({ counts }: { counts: Counts }) {
  const t = useOverviewTexts();
  const { Media = 0, Executions, Workflows, Pipelines = 0, Buckets, Storage } = counts;
  const { Free, Total } = Storage ?? {};
  return (
    <ul className="overview-numbers">
      <Number label={t("media")} to="/media" value={integer(Media)} />
      <Number label={t("running")} to="/runs" search={{ state: "Running" }} value={integer(Executions?.Running ?? 0)} look="running" />
      <Number label={t("completed")} to="/runs" search={{ state: "Completed" }} value={integer(Executions?.Completed ?? 0)} look="success" />
      <Number label={t("failed")} to="/runs" search={{ state: "failures" }} value={integer(Executions?.Fail ?? 0)} look={Executions?.Fail ? "failed" : undefined} />
      <Number label={t("workflows")} to="/workflows" value={integer(Workflows?.Active ?? 0)} />
      <Number label={t("queues")} to="/queues" value={integer(Pipelines)} />
      <Number label={t("buckets")} to="/buckets" value={t("bucketsOf", { input: Buckets?.Input ?? 0, output: Buckets?.Output ?? 0 })} />
      {Free !== undefined && Total ? (
        <li className="overview-number">
          <span>{t("storage")}</span>
          <Progress percent={Math.round((100 * (Total - Free)) / Total)} size="small" aria-label={t("storage")} style={{ margin: 0 }} />
          <Typography.Text type="secondary">{t("free", { free: bytes(Free), total: bytes(Total) })}</Typography.Text>
        </li>
      ) : null}
    </ul>
  );
}

function Number({ label, value, to, search, look }: { label: string; value: string; to: string; search?: Record<string, string>; look?: "running" | "success" | "failed" }) {
  return (
    <li className="overview-number">
      <Link to={to} search={search ?? {}}>
        <span>{label}</span>
        <strong style={look && value !== "0" ? { color: `var(--state-${look})` } : undefined}>{value}</strong>
      </Link>
    </li>
  );
}

function Runs({ title, none, question, search }: { title: string; none: string; question: { State?: "Running"; HasFailure?: boolean }; search: Record<string, string> }) {
  const t = useOverviewTexts();
  const { data, error } = useOperation("SearchMediaWorkflowExecutions", { ...question, MaximumPageSize: 6 });
  const rows = data?.Executions ?? [];
  return (
    <Card
      title={
        <Typography.Title level={2} style={{ fontSize: 16, margin: 0 }}>
          {title}
        </Typography.Title>
      }
      extra={
        <Link to="/runs" search={search} aria-label={`${t("all")}: ${title}`}>
          {t("all")}
        </Link>
      }
    >
      <ErrorBox error={error} />
      {data && !rows.length && <Typography.Text type="secondary">{none}</Typography.Text>}
      {rows.length > 0 && (
        <ul className="overview-runs">
          {rows.map((row) => (
            <RunLine key={row.RunId} row={row} />
          ))}
        </ul>
      )}
    </Card>
  );
}
