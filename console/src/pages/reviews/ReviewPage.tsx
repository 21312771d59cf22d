import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Button, Image } from "antd";
import { useWatchedRun } from "@/api/events";
import { useCatalogue, useOperation } from "@/api/query";
import type { ActivityRow, Execution } from "@/api/types";
import { kindOf } from "@/flow/catalogue";
import { useLanguage } from "@/i18n";
import { useReviewTexts } from "@/i18n/reviews";
import { useServerText } from "@/i18n/server";
import "@/pages/findings/findings.css";
import { Findings } from "@/pages/findings/Findings";
import { EmptyState } from "@/ui/EmptyState";
import { PageDetail } from "@/ui/PageDetail";
import { PagePending } from "@/ui/PagePending";
import { StateTag } from "@/ui/StateTag";
import { small } from "@/ui/Thumb";
import { sameOrigin } from "@/ui/signed";
import { Decide, Decided } from "./Decision";

/** One film that waits for a decision: the film, what the activity found in it, and the two buttons. */
export default function ReviewPage() {
  const t = useReviewTexts();
  const { runId = "", activity: name = "" } = useParams({ strict: false });
  useWatchedRun(runId);
  const { data, error, isPending, isPlaceholderData, refetch } = useOperation("DescribeExecution", { RunId: runId });
  if (error || isPending || isPlaceholderData) return <PagePending error={error} retry={() => void refetch()} />;
  const activity = data.Execution?.Activities.find((one) => one.Name === name);
  if (!data.Execution || !activity) return <EmptyState level={1} title={t("decided")} action={<Link to="/reviews">{t("toList")}</Link>} />;
  return <Review key={`${runId} ${name}`} run={data.Execution} activity={activity} />;
}

function Review({ run, activity }: { run: Execution; activity: ActivityRow }) {
  const t = useReviewTexts();
  const say = useServerText();
  const language = useLanguage();
  const catalogue = useCatalogue().data;
  const isWaiting = activity.State === "Waiting";
  const kind = catalogue && kindOf(catalogue, activity.Type ?? "");
  const film = run.Input?.Object?.split("/").at(-1) ?? "";
  return (
    <PageDetail
      title={film}
      state={<StateTag state={activity.State} label={isWaiting ? t("waits") : undefined} />}
      facts={[kind?.Label[language] ?? activity.Type, run.MediaWorkflowName].filter(Boolean).join(" · ")}
      actions={
        <>
          <Link to="/runs/$runId" params={{ runId: run.RunId ?? "" }} search={{ activity: activity.Name ?? "" }}>
            {t("toRun")}
          </Link>
          <Next after={`${run.RunId} ${activity.Name}`} />
        </>
      }
      side={
        <section className="review-side" aria-label={t("decide")}>
          <h2>{t("decide")}</h2>
          {isWaiting && <p>{say(activity.Waiting?.Reason ?? "")}</p>}
          {isWaiting ? <Decide runId={run.RunId ?? ""} activity={activity} /> : activity.Decision ? <Decided decision={activity.Decision} /> : <p>{t("decided")}</p>}
        </section>
      }
    >
      <div className="finding-page">
        <Film run={run} />
        <Pictures activity={activity} />
        <Findings activity={activity} mediaId={run.MediaId} />
      </div>
    </PageDetail>
  );
}

/** The film itself, as it came. */
function Film({ run }: { run: Execution }) {
  const t = useReviewTexts();
  const url = run.Activities.flatMap(({ Inputs }) => Inputs).find(({ Name }) => Name === run.Input?.Object)?.URL;
  // eslint-disable-next-line jsx-a11y/media-has-caption -- the source as it came; captions are made of it later
  return url ? <video className="finding-film" controls preload="metadata" src={sameOrigin(url)} aria-label={t("film")} /> : null;
}

function Pictures({ activity }: { activity: ActivityRow }) {
  const t = useReviewTexts();
  const shown = activity.Outputs.filter(({ Type, URL }) => URL && Type?.startsWith("image/"));
  if (!shown.length) return null;
  return (
    <>
      <h2>{t("pictures")}</h2>
      <div className="finding-grid">
        {shown.map(({ Object: key = "", URL: url = "" }) => (
          <Image key={key} src={small(sameOrigin(url), 320)} fallback={sameOrigin(url)} preview={{ src: sameOrigin(url) }} alt={key} />
        ))}
      </div>
    </>
  );
}

/** The next film of the inbox. */
function Next({ after }: { after: string }) {
  const t = useReviewTexts();
  const navigate = useNavigate();
  const { data } = useOperation("ListWaitingActivities", { MaximumPageSize: 50 });
  const others = data?.WaitingActivities.filter(({ RunId, Activity }) => `${RunId} ${Activity}` !== after) ?? [];
  const next = others.at(-1); // who waits longest
  if (!next) return <Link to="/reviews">{t("toList")}</Link>;
  return (
    <Button onClick={() => void navigate({ to: "/reviews/$runId/$activity", params: { runId: next.RunId ?? "", activity: next.Activity ?? "" } })}>
      {t("nextOne", { count: others.length })}
    </Button>
  );
}
