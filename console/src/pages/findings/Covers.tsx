import { Button, Image } from "antd";
import { useAction, useOperation } from "@/api/query";
import { useMayChange } from "@/app/session";
import { useFindingTexts } from "@/i18n/findings";
import { ErrorBox } from "@/ui/ErrorBox";
import { clock } from "@/ui/format";
import { useSigned } from "@/ui/signed";
import { small } from "@/ui/Thumb";
import { type CoverResult, coverResult } from "./coverResult";
import type { FindingProps } from "./finding";
import "./findings.css";

/** The pictures that a cover job has chosen; each can become the cover of the media. */
export default function Covers({ jobId, mediaId }: FindingProps) {
  const t = useFindingTexts();
  const { data } = useOperation("QueryIProductionJob", { JobId: jobId });
  const result = coverResult(data?.Result);
  const cover = useAction("UpdateMediaCover", ["media"]);
  if (!result) return null;
  return (
    <section className="finding" aria-label={t("covers")}>
      <h3>{t("covers")}</h3>
      <ErrorBox error={cover.error} onClose={cover.reset} />
      <CoverGrid result={result} mediaId={mediaId} choose={mediaId ? (url) => cover.mutate({ MediaId: mediaId, CoverURL: url }) : undefined} />
    </section>
  );
}

/** The pictures and the moving one. */
export function CoverGrid({ result, mediaId, choose }: { result: CoverResult; mediaId?: string | undefined; choose?: ((url: string) => void) | undefined }) {
  const t = useFindingTexts();
  const mayChange = useMayChange();
  const media = useOperation("QueryMediaList", { MediaIds: mediaId ?? "" }, { enabled: Boolean(mediaId) }).data?.MediaList.Media[0];
  const signed = useSigned([...result.covers.map(({ url }) => url), result.clip?.url]).data;
  return (
    <Image.PreviewGroup>
      <ul className="finding-grid">
        {result.covers.map(({ url, time, score }, place) => (
          <li key={url}>
            <figure>
              <Image {...views(signed?.get(url))} alt={t("cover", { number: place + 1 })} />
              <figcaption>
                {t("score", { time: clock(time), score: score.toFixed(2) })}
                {media && media.CoverURL === url ? (
                  <b>{t("isCover")}</b>
                ) : (
                  mayChange &&
                  choose && (
                    <Button type="link" size="small" aria-label={`${t("useAsCover")} ${place + 1}`} onClick={() => choose(url)}>
                      {t("useAsCover")}
                    </Button>
                  )
                )}
              </figcaption>
            </figure>
          </li>
        ))}
        {result.clip && (
          <li>
            <figure>
              <Image src={signed?.get(result.clip.url)} alt={t("clip", { seconds: result.clip.seconds })} />
              <figcaption>
                {clock(result.clip.time)} · {t("clip", { seconds: result.clip.seconds })}
              </figcaption>
            </figure>
          </li>
        )}
      </ul>
    </Image.PreviewGroup>
  );
}

const views = (url: string | undefined) => (url ? { src: small(url, 320), fallback: url, preview: { src: url } } : { src: url });
