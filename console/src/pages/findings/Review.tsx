import { Alert, Button, Image } from "antd";
import { useState } from "react";
import { useOperation } from "@/api/query";
import type { Out } from "@/api/types";
import { useCensorTexts } from "@/i18n/censor";
import { useServerText } from "@/i18n/server";
import { objectUrl } from "@/pages/runs/objectUrl";
import { clock } from "@/ui/format";
import { useSigned } from "@/ui/signed";
import { small } from "@/ui/Thumb";
import { Suggested } from "./Suggested";
import { type Hit, isSuggestion, lengthOf, LOOKS, placed, type Result, secondsOf, type Sentence, WORDS, worst } from "./censor";
import type { FindingProps } from "./finding";
import "./findings.css";

type Detail = NonNullable<Out<"QueryMediaCensorJobDetail">["MediaCensorJobDetail"]>;

const STEP = 24;
const MOST = 96; // addresses that are signed at once are a hundred

/** What a review has found in a film: by scene, in its texts, and along its time line. */
export default function Review({ jobId }: FindingProps) {
  const t = useCensorTexts();
  return (
    <section className="finding" aria-label={t("review")}>
      <h3>{t("review")}</h3>
      <ReviewOf jobId={jobId} />
    </section>
  );
}

/** What one review job has found. */
export function ReviewOf({ jobId }: { jobId: string }) {
  const t = useCensorTexts();
  const [size, setSize] = useState(STEP);
  const { data } = useOperation("QueryMediaCensorJobDetail", { JobId: jobId, MaximumPageSize: size });
  const job = data?.MediaCensorJobDetail;
  if (!job?.Suggestion) return null;
  const hasMore = Boolean(job.VensorCensorResult?.NextPageToken) && size < MOST;
  return (
    <>
      <p>
        {t("overall")}: <Suggested suggestion={job.Suggestion} />
      </p>
      <Unseen scenes={job.UnavailableScenes} reasons={job.UnavailableReasons} />
      <Results job={job} />
      <b>{t("timeLine")}</b>
      <Frames job={job} />
      <Said said={job.AudioCensorResult?.AudioDetailResultList.AudioDetailResult ?? []} />
      {hasMore && <Button onClick={() => setSize(Math.min(MOST, size + STEP))}>{t("more")}</Button>}
    </>
  );
}

interface Blind {
  scenes: readonly string[] | undefined;
  reasons: readonly { Scene?: string; Reason?: string }[] | undefined;
}

function Unseen({ scenes, reasons = [] }: Blind) {
  const t = useCensorTexts();
  const say = useServerText();
  const scene = useScene();
  if (!scenes?.length) return null;
  const why = reasons.map(({ Scene, Reason = "" }) => <div key={Scene}>{`${scene(Scene)}: ${say(Reason)}`}</div>);
  return <Alert type="info" showIcon title={t("unseen", { scenes: scenes.map(scene).join(", ") })} description={why.length ? why : undefined} />;
}

const SCENES = ["porn", "terrorism", "ad", "live", "logo", "audio", "antispam"] as const;

function useScene() {
  const t = useCensorTexts();
  return (word: string | undefined) => {
    const known = SCENES.find((one) => one === word);
    return known ? t(`scene_${known}`) : (word ?? "");
  };
}

/** The results of film, texts, sound and cover images. */
function Results({ job }: { job: Detail }) {
  const t = useCensorTexts();
  const scene = useScene();
  const lines: [string, Result | null | undefined][] = [
    ...(job.VensorCensorResult?.CensorResults.CensorResult ?? []).map((one): [string, Result] => [scene(one.Scene), one]),
    [t("title"), job.TitleCensorResult],
    [t("description"), job.DescCensorResult],
    [t("barrage"), job.BarrageCensorResult],
    [t("sound"), job.AudioCensorResult],
    ...(job.CoverImageCensorResults?.CoverImageCensorResult ?? []).map((image, place): [string, Result | undefined] => [t("image", { number: place + 1 }), worst(image.Results.Result)]),
  ];
  return (
    <dl className="finding-results">
      {lines.map(([name, result]) => result?.Suggestion && <Line key={name} name={name} result={result} />)}
    </dl>
  );
}

function Line({ name, result: { Label, Rate, Suggestion } }: { name: string; result: Result }) {
  const t = useCensorTexts();
  const isFound = Suggestion === "review" || Suggestion === "block";
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <Suggested suggestion={Suggestion} /> {isFound && (Rate === undefined ? Label : t("rate", { label: Label ?? "", rate: Math.round(Number(Rate)) }))}
      </dd>
    </>
  );
}

/** The moments that were kept: a strip with a mark for each, and their pictures. */
function Frames({ job }: { job: Detail }) {
  const t = useCensorTexts();
  const scene = useScene();
  const { Bucket, Location } = job.VideoCensorConfig?.OutputFile ?? {};
  const frames = (job.VensorCensorResult?.VideoTimelines.VideoTimeline ?? []).map(({ Timestamp, Object: key, CensorResults }) => ({
    at: secondsOf(Timestamp),
    url: Bucket && key ? objectUrl(Bucket, Location ?? "", key) : undefined,
    result: worst(CensorResults.CensorResult),
    logos: CensorResults.CensorResult.flatMap(({ Logos }) => Logos),
  }));
  const signed = useSigned(frames.map(({ url }) => url)).data;
  const spoken = job.AudioCensorResult?.AudioDetailResultList.AudioDetailResult ?? [];
  if (!frames.length && !spoken.length) return <p>{t("noFrames")}</p>;
  const length = lengthOf(
    frames.map(({ at }) => at),
    spoken,
  );
  const said = ({ Scene, Suggestion }: Result) => `${scene(Scene)}, ${isSuggestion(Suggestion) ? t(WORDS[Suggestion]) : ""}`;
  return (
    <>
      <div className="finding-strip" aria-hidden>
        {frames.map(({ at, result }) => (
          <i key={at} title={clock(at)} style={{ insetInlineStart: `${(100 * at) / length}%`, background: colour(result?.Suggestion) }} />
        ))}
        {spoken.map(({ StartTime = 0, EndTime = 0, Text, Suggestion }, place) => (
          <i key={`said-${place}`} className="finding-heard" title={Text} style={{ insetInlineStart: `${(100 * StartTime) / length}%`, inlineSize: `${(100 * (EndTime - StartTime)) / length}%`, background: colour(Suggestion) }} />
        ))}
      </div>
      <Image.PreviewGroup>
        <ul className="finding-grid">
          {frames.map(({ at, url, result, logos }) => {
            const picture = url && signed?.get(url);
            return (
              <li key={at}>
                <figure>
                  {picture && <Moment picture={picture} alt={t("moment", { time: clock(at), what: result ? said(result) : "" })} logos={logos} />}
                  <figcaption>
                    <span>
                      {clock(at)} · {scene(result?.Scene)}
                    </span>
                    <Suggested suggestion={result?.Suggestion} />
                    {logos.length > 0 && <span>{t("logos", { names: [...new Set(logos.map(({ Name }) => Name))].join(", ") })}</span>}
                  </figcaption>
                </figure>
              </li>
            );
          })}
        </ul>
      </Image.PreviewGroup>
    </>
  );
}

const colour = (suggestion: string | undefined) => `var(--state-${isSuggestion(suggestion) ? LOOKS[suggestion] : "skipped"})`;

/** What is said in the film, with its time and the words of lists in it. */
function Said({ said }: { said: readonly Sentence[] }) {
  const t = useCensorTexts();
  if (!said.length) return null;
  return (
    <>
      <b>{t("spoken")}</b>
      <ul className="finding-sentences">
        {said.map(({ StartTime = 0, EndTime = 0, Text, Suggestion, Words = [] }, place) => (
          <li key={place}>
            <span>{`${clock(StartTime)} – ${clock(EndTime)}`}</span>
            <Suggested suggestion={Suggestion} />
            <q>{Text}</q>
            {Words.length > 0 && <span>{t("spokenWords", { words: Words.join(", ") })}</span>}
          </li>
        ))}
      </ul>
    </>
  );
}

const FRAME = 16 / 9; // as the styles have it

/** The picture of a moment, with a frame around each logo. */
function Moment({ picture, alt, logos }: { picture: string; alt: string; logos: readonly Hit[] }) {
  const [shape, setShape] = useState<number>();
  return (
    <div
      className="finding-moment"
      onLoadCapture={({ target }) => {
        if (target instanceof HTMLImageElement) setShape(target.naturalWidth / target.naturalHeight);
      }}
    >
      <Image src={small(picture, 320)} fallback={picture} preview={{ src: picture }} alt={alt} />
      {shape !== undefined && logos.map((hit, place) => <i key={place} aria-hidden title={hit.Name} style={placed(hit, shape, FRAME)} />)}
    </div>
  );
}
