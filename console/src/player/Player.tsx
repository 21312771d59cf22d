/** The player: common controls and keys, a choice of rendition and audio, a preview on the time line where there is one. */
import { Alert, Select } from "antd";
import "media-chrome/dist/lang/zh-CN.js";
import { setLanguage } from "media-chrome/dist/utils/i18n.js";
import {
  MediaControlBar,
  MediaController,
  MediaFullscreenButton,
  MediaLoadingIndicator,
  MediaMuteButton,
  MediaPipButton,
  MediaPlayButton,
  MediaPreviewThumbnail,
  MediaPreviewTimeDisplay,
  MediaTimeDisplay,
  MediaTimeRange,
  MediaVolumeRange,
} from "media-chrome/react";
import { useEffect, useId, useRef, useState, type ReactNode, type RefObject } from "react";
import { useLanguage } from "@/i18n";
import { usePlayerTexts } from "@/i18n/player";
import * as format from "@/ui/format";
import "./player.css";
import { useStream, type Level, type Stream } from "./useStream";

interface Props {
  url: string;
  /** It is a playlist that leads to segments, not a file. */
  segments: boolean;
  poster?: string | undefined;
  /** A WebVTT file of small pictures for the time line. */
  thumbnails?: string | undefined;
  title: string;
  /** A choice of the page, shown among those of the stream. */
  extra?: ReactNode;
}

export default function Player(props: Props) {
  const language = useLanguage();
  setLanguage(language === "zh" ? "zh-CN" : "en"); // its controls read this when they are made
  return <Shown key={language} {...props} />;
}

function Shown({ url, segments, poster, thumbnails, title, extra }: Props) {
  const t = usePlayerTexts();
  const video = useRef<HTMLVideoElement>(null);
  const stream = useStream(video, url, segments);
  return (
    <div className="player">
      <MediaController className="player-box" defaultStreamType="on-demand" aria-label={title}>
        {/* eslint-disable-next-line jsx-a11y/media-has-caption -- captions are those of the stream, which the menu offers */}
        <video ref={video} slot="media" poster={poster} playsInline preload="metadata" crossOrigin="anonymous">
          {thumbnails && <track key={thumbnails} ref={shownWhenLoaded} default kind="metadata" label="thumbnails" src={thumbnails} />}
        </video>
        <MediaLoadingIndicator slot="centered-chrome" noAutohide />
        <MediaControlBar>
          <MediaPlayButton />
          <MediaMuteButton />
          <MediaVolumeRange />
          <MediaTimeDisplay showDuration noToggle />
          <MediaTimeRange>
            {thumbnails && <MediaPreviewThumbnail slot="preview" />}
            <MediaPreviewTimeDisplay slot="preview" />
          </MediaTimeRange>
          <MediaPipButton />
          <MediaFullscreenButton />
        </MediaControlBar>
      </MediaController>
      {stream.fault && <Alert type="error" showIcon title={t("cannot")} description={t(stream.fault === "network" ? "cannotNetwork" : "cannotCodec")} />}
      <Choices stream={stream} video={video} extra={extra} />
      <span className="player-keys">{t("keys")}</span>
    </div>
  );
}

/** Asks for the picture of the moment under a pointer that came before the small pictures: the time line asks only when it moves by a second. */
function shownWhenLoaded(track: HTMLTrackElement | null) {
  const ask = () => {
    const line = track?.closest("media-controller")?.querySelector("media-time-range");
    const moment = line?.getAttribute("mediapreviewtime");
    if (moment) line?.dispatchEvent(new CustomEvent("mediapreviewrequest", { bubbles: true, composed: true, detail: Number(moment) }));
  };
  track?.addEventListener("load", ask);
  return () => track?.removeEventListener("load", ask);
}

const said = ({ height, bitrate }: Level): string => [height ? `${height}p` : "", bitrate ? format.bitrate(bitrate) : ""].filter(Boolean).join(" · ");

function Choices({ stream, video, extra }: { stream: Stream; video: RefObject<HTMLVideoElement | null>; extra: ReactNode }) {
  const t = usePlayerTexts();
  const id = useId();
  const now = stream.levels[stream.current];
  const levels = stream.levels.map((level, value) => ({ value, label: said(level), height: level.height, bitrate: level.bitrate })).sort((a, b) => b.height - a.height || b.bitrate - a.bitrate);
  const auto = stream.level === -1 && now ? t("autoNow", { now: said(now) }) : t("auto");
  return (
    <div className="player-choices">
      {extra}
      {stream.levels.length > 1 && (
        <>
          <label htmlFor={`${id}q`}>{t("quality")}</label>
          <Select id={`${id}q`} size="small" style={{ minWidth: 200 }} value={stream.level} onChange={stream.setLevel} options={[{ value: -1, label: auto }, ...levels]} />
        </>
      )}
      {stream.tracks.length > 1 && (
        <>
          <label htmlFor={`${id}a`}>{t("audio")}</label>
          <Select
            id={`${id}a`}
            size="small"
            style={{ minWidth: 140 }}
            value={stream.track}
            onChange={stream.setTrack}
            options={stream.tracks.map(({ name, language }, value) => ({ value, label: [name || t("track", { number: value + 1 }), language].filter(Boolean).join(" · ") }))}
          />
        </>
      )}
      {stream.subtitles.length > 0 && (
        <>
          <label htmlFor={`${id}s`}>{t("subtitles")}</label>
          <Select
            id={`${id}s`}
            size="small"
            style={{ minWidth: 120 }}
            value={stream.subtitle}
            onChange={stream.setSubtitle}
            options={[{ value: -1, label: t("off") }, ...stream.subtitles.map(({ name }, value) => ({ value, label: name }))]}
          />
        </>
      )}
      <Speed video={video} />
      {now && (
        <span className="player-now" data-height={now.height}>
          {t("playing", { what: said(now) })}
        </span>
      )}
    </div>
  );
}

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];

/** How fast it plays; the keys < and > of the player change it too. */
function Speed({ video }: { video: RefObject<HTMLVideoElement | null> }) {
  const t = usePlayerTexts();
  const id = useId();
  const [rate, setRate] = useState(1);
  useEffect(() => {
    const element = video.current;
    const told = () => setRate(element?.playbackRate ?? 1);
    element?.addEventListener("ratechange", told);
    return () => element?.removeEventListener("ratechange", told);
  }, [video]);
  return (
    <>
      <label htmlFor={id}>{t("speed")}</label>
      <Select
        id={id}
        size="small"
        style={{ width: 84 }}
        value={rate}
        options={[...new Set([...SPEEDS, rate])].sort((a, b) => a - b).map((value) => ({ value, label: `${value}×` }))}
        onChange={(value) => {
          if (video.current) video.current.playbackRate = value;
        }}
      />
    </>
  );
}
