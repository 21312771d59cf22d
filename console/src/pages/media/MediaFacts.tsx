/** The side column: who the media is, and its source as MediaInfo tells it. */
import { DownloadOutlined } from "@ant-design/icons";
import { Button, Collapse, Tag } from "antd";
import type { Media } from "@/api/types";
import { useMediaTexts } from "@/i18n/media";
import { CopyButton, Id, RelativeTime } from "@/ui/facts";
import { useSigned } from "@/ui/signed";
import { nameOf } from "./outputs";

type Facts = Record<string, unknown>;

function List({ facts }: { facts: Facts | undefined }) {
  const told = Object.entries(facts ?? {}).filter(([, value]) => typeof value === "string" && value !== "");
  return (
    <dl>
      {told.map(([name, value]) => (
        <Line key={name} name={name} value={String(value)} />
      ))}
    </dl>
  );
}

const Line = ({ name, value }: { name: string; value: string }) => (
  <>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </>
);

/** "h264 · 1280×720", or "aac · 48000 Hz · eng": what tells streams apart. */
function gist(stream: { CodecName?: string; Width?: string; Height?: string; Samplerate?: string; Lang?: string }): string {
  const size = stream.Width ? `${stream.Width}×${stream.Height}` : stream.Samplerate ? `${stream.Samplerate} Hz` : "";
  return [stream.CodecName, size, stream.Lang === "und" ? "" : stream.Lang].filter(Boolean).join(" · ");
}

export function MediaFacts({ media }: { media: Media }) {
  const t = useMediaTexts();
  const url = media.File?.URL ?? "";
  const signed = useSigned([url || undefined]).data?.get(url);
  const info = media.MediaInfo;
  const streams = [
    ...(info?.Streams?.VideoStreamList.VideoStream ?? []).map((stream, place) => ({ stream, name: t("videoStream", { number: place + 1 }), key: `v${place}` })),
    ...(info?.Streams?.AudioStreamList.AudioStream ?? []).map((stream, place) => ({ stream, name: t("audioStream", { number: place + 1 }), key: `a${place}` })),
    ...(info?.Streams?.SubtitleStreamList.SubtitleStream ?? []).map((stream, place) => ({ stream, name: t("subtitleStream", { number: place + 1 }), key: `s${place}` })),
  ];
  return (
    <div className="media-side">
      <dl>
        <dt>{t("source")}</dt>
        <dd>
          {nameOf(url)} <CopyButton text={url} label={t("copyAddress", { name: nameOf(url) })} />
          {signed && (
            <Button type="text" size="small" icon={<DownloadOutlined />} href={signed} download={nameOf(url)} aria-label={t("download", { name: nameOf(url) })} title={t("download", { name: nameOf(url) })} />
          )}
        </dd>
        <dt>{t("id")}</dt>
        <dd>
          <Id id={media.MediaId} />
        </dd>
        <dt>{t("created")}</dt>
        <dd>
          <RelativeTime time={media.CreationTime} />
        </dd>
        {media.Tags.Tag.length > 0 && (
          <>
            <dt>{t("tags")}</dt>
            <dd>
              {media.Tags.Tag.map((tag) => (
                <Tag key={tag}>{tag}</Tag>
              ))}
            </dd>
          </>
        )}
        {media.Description && (
          <>
            <dt>{t("description")}</dt>
            <dd>{media.Description}</dd>
          </>
        )}
      </dl>
      <h2>{t("mediaInfo")}</h2>
      {info ? (
        <Collapse
          size="small"
          defaultActiveKey={["v0"]}
          items={[
            { key: "format", label: `${t("container")} · ${info.Format?.FormatLongName ?? ""}`, children: <List facts={info.Format as Facts} /> },
            ...streams.map(({ stream, name, key }) => ({ key, label: `${name} · ${gist(stream)}`, children: <List facts={stream as Facts} /> })),
          ]}
        />
      ) : (
        t("noMediaInfo")
      )}
    </div>
  );
}
