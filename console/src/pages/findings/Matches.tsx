import { Link } from "@tanstack/react-router";
import { Alert, Button, Select, Space } from "antd";
import { useEffect, useRef, useState, type RefObject } from "react";
import { useOperation } from "@/api/query";
import type { Out } from "@/api/types";
import { useFindingTexts } from "@/i18n/findings";
import { objectUrl } from "@/pages/runs/objectUrl";
import { clock } from "@/ui/format";
import { useSigned } from "@/ui/signed";
import type { FindingProps } from "./finding";
import { type Match, type Part, matchesOf } from "./matches";
import "./findings.css";

type Job = Out<"QueryFpShotJobList">["FpShotJobList"]["FpShotJob"][number];

/** Where a film is like one of a fingerprint library, with both players at the same moment. */
export default function Matches({ jobId }: FindingProps) {
  const t = useFindingTexts();
  const { data } = useOperation("QueryFpShotJobList", { JobIds: jobId });
  const job = data?.FpShotJobList.FpShotJob[0];
  if (job?.State !== "Success") return null;
  return (
    <section className="finding" aria-label={t("matches")}>
      <h3>{t("matches")}</h3>
      <JobMatches job={job} />
    </section>
  );
}

/** The matches of one job. */
export function JobMatches({ job }: { job: Job }) {
  const t = useFindingTexts();
  const matches = matchesOf(job);
  const [chosen, choose] = useState(0);
  const match = matches[chosen];
  return (
    <>
      <Alert type={job.Duplicate ? "warning" : "info"} showIcon title={t(job.Duplicate ? "known" : match ? "partly" : "noMatch")} />
      {matches.length > 1 && (
        <Select
          aria-label={t("film")}
          className="finding-choice"
          value={chosen}
          onChange={choose}
          options={matches.map(({ key, kind, seconds }, value) => ({ value, label: `${t(kind)} · ${key} · ${Math.round(seconds)} s` }))}
        />
      )}
      {match && <Pair key={chosen} job={job} match={match} />}
    </>
  );
}

/** Both films at the moment of one part. */
function Pair({ job, match }: { job: Job; match: Match }) {
  const t = useFindingTexts();
  const [place, setPlace] = useState(0);
  const [isPlaying, setPlaying] = useState(false);
  const here = useRef<HTMLVideoElement>(null);
  const there = useRef<HTMLVideoElement>(null);
  const urls = [job.InputFile, match.file].map(addressOf);
  const signed = useSigned(urls).data;
  const part = match.parts[place];
  const toggle = () => {
    for (const { current } of [here, there]) if (isPlaying) current?.pause();
      else void current?.play().catch(() => undefined);
    setPlaying(!isPlaying);
  };
  if (!part) return null;
  const name = match.file?.Object?.split("/").at(-1) || match.key;
  return (
    <>
      <div className="finding-pair">
        <Side player={here} url={signed?.get(urls[0] ?? "")} at={part.here} title={t("thisFilm")} />
        <Side player={there} url={signed?.get(urls[1] ?? "")} at={part.there} title={t("thatFilm", { name })} />
      </div>
      {part.said && (
        <div className="finding-pair">
          <Said text={part.said[0]} title={t("saidHere")} />
          <Said text={part.said[1]} title={t("saidThere")} />
        </div>
      )}
      <Space wrap style={{ width: "100%" }} classNames={{ item: "finding-item" }}>
        <Select aria-label={t("moment")} className="finding-choice" value={place} onChange={setPlace} options={match.parts.map((one, value) => ({ value, label: t("at", told(one)) }))} />
        <Button onClick={toggle}>{t(isPlaying ? "stopBoth" : "playBoth")}</Button>
        {/^[0-9a-f]{32}$/.test(match.key) && (
          <Link to="/media/$mediaId" params={{ mediaId: match.key }}>
            {t("openFilm")}
          </Link>
        )}
      </Space>
    </>
  );
}

const told = ({ here, there, seconds, similarity }: Part) => ({ here: clock(here), there: clock(there), seconds: Math.round(seconds), share: Math.round(similarity * 100) });

const addressOf = (file: { Bucket?: string; Location?: string; Object?: string } | undefined) =>
  file?.Bucket && file.Object ? objectUrl(file.Bucket, file.Location ?? "", file.Object) : undefined;

function Side({ player, url, at, title }: { player: RefObject<HTMLVideoElement | null>; url: string | undefined; at: number; title: string }) {
  useEffect(() => {
    const video = player.current;
    if (!video) return;
    const seek = () => {
      video.currentTime = at;
    };
    if (video.readyState > 0) return seek();
    video.addEventListener("loadedmetadata", seek, { once: true });
    return () => video.removeEventListener("loadedmetadata", seek);
  }, [player, url, at]);
  return (
    <figure>
      {/* eslint-disable-next-line jsx-a11y/media-has-caption -- sources as they came */}
      <video ref={player} className="finding-film" controls preload="metadata" src={url} aria-label={title} />
      <figcaption>{title}</figcaption>
    </figure>
  );
}

function Said({ text, title }: { text: string; title: string }) {
  return (
    <figure>
      <blockquote className="finding-quote">{text}</blockquote>
      <figcaption>{title}</figcaption>
    </figure>
  );
}
