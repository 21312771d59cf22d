/** What is known of one activity: why it failed or waits, what it read and made, the exact command and its log. */
import { DownloadOutlined, PlayCircleOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Alert, Button, Space } from "antd";
import { memo, useEffect, useRef, type ReactNode } from "react";
import { useCatalogue, useOperation } from "@/api/query";
import type { ActivityRow, Execution } from "@/api/types";
import { kindOf } from "@/flow/catalogue";
import { useLanguage } from "@/i18n";
import { useRunTexts } from "@/i18n/runs";
import { useServerText } from "@/i18n/server";
import { Findings } from "@/pages/findings/Findings";
import { Decide, Decided } from "@/pages/reviews/Decision";
import { CopyButton, Id } from "@/ui/facts";
import * as format from "@/ui/format";
import { Thumb } from "@/ui/Thumb";
import formats from "@/api/formats.json";
import { sameOrigin } from "@/ui/signed";
import { StateTag } from "@/ui/StateTag";
import { factLines } from "./facts";
import { lasted, stateOf, took } from "./timeline";

interface Props {
  run: Execution;
  activity: ActivityRow;
  now: number;
  /** What can be done about a failure, beside what this page offers itself. */
  actions: ReactNode;
  /** What does the run again from here. */
  rerun: ReactNode;
}

export const ActivityDetail = memo(function ActivityDetail({ run, activity, now, actions, rerun }: Props) {
  const t = useRunTexts();
  const say = useServerText();
  const language = useLanguage();
  const catalogue = useCatalogue().data;
  const label = (catalogue && kindOf(catalogue, activity.Type ?? "")?.Label[language]) ?? activity.Type;
  const time = took(activity, now);
  const facts = factLines(activity.Facts);
  return (
    <section className="run-section" aria-label={activity.Name}>
      <div className="run-head">
        <h2>{activity.Name}</h2>
        <span className="run-hint">{label}</span>
        <StateTag state={stateOf(activity)} />
        {time !== undefined && <span>{lasted(time)}</span>}
        {(activity.Attempt ?? 0) > 1 && <span>{t("attempt", { number: activity.Attempt ?? 1 })}</span>}
        {activity.ReusedFrom && (
          <Link to="/runs/$runId" params={{ runId: activity.ReusedFrom }}>
            {t("reusedFrom")} <span className="mono">{activity.ReusedFrom.slice(0, 8)}</span>
          </Link>
        )}
        {rerun}
        {activity.JobId && (
          <span className="run-hint">
            {t("job")} <Id id={activity.JobId} />
          </span>
        )}
      </div>
      <Trouble activity={activity} run={run} actions={actions} />
      {activity.State === "Waiting" && <Decide runId={run.RunId ?? ""} activity={activity} />}
      {activity.Decision && <Decided decision={activity.Decision} />}
      {activity.Reason && activity.Reason !== activity.Message && <Alert style={{ marginTop: 12 }} type="info" showIcon title={say(activity.Reason)} />}
      {activity.Warnings.map((warning) => (
        <Alert key={warning} style={{ marginTop: 12 }} type="warning" showIcon title={say(warning)} />
      ))}
      <div className="run-pair">
        <div>
          <h3>{t("outputs")}</h3>
          <Outputs activity={activity} mediaId={run.MediaId} />
        </div>
        <div>
          {activity.Inputs.length > 0 && (
            <>
              <h3>{t("inputs")}</h3>
              <ul className="run-outputs">
                {activity.Inputs.map((input) => (
                  <li key={`${input.Name} ${input.URL}`}>
                    <span className="mono">{input.Name || nameOf(input.URL)}</span>
                    {input.URL && <DownloadLink url={input.URL} name={nameOf(input.URL)} />}
                  </li>
                ))}
              </ul>
            </>
          )}
          {facts.length > 0 && (
            <>
              <h3>{t("facts")}</h3>
              <dl className="run-facts">
                {facts.map(({ key, name, text }) => (
                  <FactLine key={key} name={name ? t(name) : key} text={text} />
                ))}
              </dl>
            </>
          )}
        </div>
      </div>
      <Findings activity={activity} mediaId={run.MediaId} />
      <Commands commands={activity.Commands} />
      <Log runId={run.RunId ?? ""} activity={activity} />
    </section>
  );
});

const FactLine = ({ name, text }: { name: string; text: string }) => (
  <>
    <dt>{name}</dt>
    <dd>{text}</dd>
  </>
);

function Trouble({ activity, run, actions }: { activity: ActivityRow; run: Execution; actions: ReactNode }) {
  const t = useRunTexts();
  const say = useServerText();
  if (activity.Waiting?.Reason && activity.State !== "Fail")
    return (
      <Alert
        style={{ marginTop: 12 }}
        type="info"
        showIcon
        title={say(activity.Waiting.Reason)}
        action={activity.State === "Waiting" ? <ToReview run={run} activity={activity} /> : <Link to="/queues">{t("seeQueue")}</Link>}
      />
    );
  if (activity.Decision || (activity.State !== "Fail" && !activity.Message)) return null;
  return (
    <Alert
      style={{ marginTop: 12 }}
      type={stateOf(activity) === "Fail" ? "error" : "warning"}
      showIcon
      title={say(activity.Message ?? "") || activity.Code}
      description={
        <>
          {activity.Help && (
            <div>
              <b>{t("whatHelps")}:</b> {say(activity.Help)}
            </div>
          )}
          {activity.Code && (
            <div className="run-hint">
              {t("code")} <span className="mono">{activity.Code}</span>
            </div>
          )}
          <Space wrap style={{ marginTop: 8 }}>
            {actions}
            {run.MediaWorkflowId && (
              <Link to="/workflows/$workflowId" params={{ workflowId: run.MediaWorkflowId }}>
                {t("editWorkflow")}
              </Link>
            )}
          </Space>
        </>
      }
    />
  );
}

function ToReview({ run, activity }: { run: Execution; activity: ActivityRow }) {
  const t = useRunTexts();
  return (
    <Link to="/reviews/$runId/$activity" params={{ runId: run.RunId ?? "", activity: activity.Name ?? "" }}>
      {t("review")}
    </Link>
  );
}

const KINDS = { Play: "kindPlay", Snapshot: "kindSnapshot", Master: "kindMaster", Subtitle: "kindSubtitle" } as const;
const kindWord = (kind: string | undefined, t: ReturnType<typeof useRunTexts>) => (kind && kind in KINDS ? t(KINDS[kind as keyof typeof KINDS]) : kind);

const PLAYABLE: ReadonlySet<string> = new Set(formats.Containers.filter(({ Plays }) => Plays).map(({ Type }) => Type));

const Outputs = memo(function Outputs({ activity, mediaId }: { activity: ActivityRow; mediaId: string | undefined }) {
  const t = useRunTexts();
  if (!activity.Outputs.length) return <span className="run-hint">{t(activity.State === "Running" || activity.State === "Init" ? "noOutputsYet" : "noOutputs")}</span>;
  return (
    <ul className="run-outputs">
      {activity.Outputs.map((output) => {
        const name = output.Object ?? "";
        const told = factLines(output.Facts, true).map(({ text }) => text);
        return (
          <li key={`${output.Bucket}/${name}`}>
            {output.URL && output.Type?.startsWith("image/") && <Thumb url={sameOrigin(output.URL)} width={96} height={54} alt={t("preview", { name: nameOf(name) })} />}
            <div style={{ minWidth: 0, flex: 1 }}>
              <div className="mono">{nameOf(name)}</div>
              <div className="run-hint">{[kindWord(output.Kind, t), output.Size !== undefined && format.bytes(output.Size), ...told].filter(Boolean).join(" · ")}</div>
              <div className="run-hint run-path" title={`${output.Bucket}/${name}`}>
                {output.Bucket}/{name}
              </div>
            </div>
            {mediaId && PLAYABLE.has(output.Type ?? "") && (
              <Link to="/media/$mediaId" params={{ mediaId }} search={{ play: activity.Name ?? "" }} aria-label={t("play", { name })} title={t("play", { name })}>
                <PlayCircleOutlined style={{ fontSize: 18 }} />
              </Link>
            )}
            {output.URL && <DownloadLink url={output.URL} name={name} />}
          </li>
        );
      })}
    </ul>
  );
});

function DownloadLink({ url, name }: { url: string; name: string }) {
  const t = useRunTexts();
  return (
    <Button size="small" type="text" icon={<DownloadOutlined />} href={sameOrigin(url)} download={nameOf(name)} aria-label={t("downloadOf", { name })} title={t("download")} />
  );
}

function Commands({ commands }: { commands: readonly string[] }) {
  const t = useRunTexts();
  if (!commands.length) return null;
  return (
    <>
      <h3>{t("command")}</h3>
      {commands.map((command, place) => (
        <div key={place} style={{ display: "flex", gap: 4, marginBottom: 6 }}>
          <pre className="run-log mono" style={{ flex: 1 }} tabIndex={0} role="region" aria-label={commands.length > 1 ? `${t("command")} ${place + 1}` : t("command")}>
            {command}
          </pre>
          <CopyButton text={command} label={t("copyCommand")} />
        </div>
      ))}
    </>
  );
}

/** The log; it follows its end while the activity runs and the reader has not scrolled away. */
function Log({ runId, activity }: { runId: string; activity: ActivityRow }) {
  const t = useRunTexts();
  const running = activity.State === "Running";
  const { data } = useOperation(
    "GetActivityLog",
    { RunId: runId, Activity: activity.Name ?? "" },
    { enabled: activity.State !== "Init", refetchInterval: running ? 2000 : false, staleTime: 0, placeholderData: undefined },
  );
  const box = useRef<HTMLPreElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    if (box.current && atEnd.current && running) box.current.scrollTop = box.current.scrollHeight;
  }, [data?.Log, running]);
  if (activity.State === "Init") return null;
  return (
    <>
      <h3>
        {t("log")} {running && <span className="run-hint">({t("logFollows")})</span>}
        {data?.Log && <CopyButton text={data.Log} />}
      </h3>
      <pre
        ref={box}
        className="run-log mono"
        tabIndex={0}
        role="region"
        aria-label={t("log")}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          atEnd.current = scrollTop + clientHeight >= scrollHeight - 24;
        }}
      >
        {data?.Log || t("logEmpty")}
      </pre>
    </>
  );
}

const nameOf = (path: string | undefined): string => {
  const last = (path ?? "").split("?")[0]?.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
};
