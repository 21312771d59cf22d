import { keepPreviousData } from "@tanstack/react-query";
import { Button, Image, Typography } from "antd";
import { useState } from "react";
import { useAction } from "@/api/query";
import type { Media } from "@/api/types";
import { useMediaTexts } from "@/i18n/media";
import { ErrorBox } from "@/ui/ErrorBox";
import { isPicture, small } from "@/ui/Thumb";
import { useSigned } from "@/ui/signed";
import { pictures } from "./outputs";

const SOME = 12;
const MOST = 100; // addresses that are signed at once

/** The pictures of the video; each can become its cover. */
export function Snapshots({ media, mayChange }: { media: Media; mayChange: boolean }) {
  const t = useMediaTexts();
  const [most, setMost] = useState(SOME);
  const all = media.SnapshotList.Snapshot.flatMap((snapshot) => pictures(snapshot).map((url, place) => ({ url, activity: snapshot.ActivityName ?? "", number: place + 1 })));
  const shown = all.slice(0, most);
  const signed = useSigned(shown.map(({ url }) => url), keepPreviousData).data;
  const cover = useAction("UpdateMediaCover", ["media"]);
  return (
    <section aria-label={t("snapshots")}>
      <h2>{t("snapshots")}</h2>
      <ErrorBox error={cover.error} onClose={cover.reset} />
      {!all.length && <Typography.Text type="secondary">{t("noSnapshots")}</Typography.Text>}
      <Image.PreviewGroup>
        <ul className="media-pictures">
          {shown.map(({ url, activity, number }) => (
            <li key={url}>
              <figure>
                <Image {...views(signed?.get(url))} alt={t("snapshotOf", { name: activity, number })} loading="lazy" decoding="async" />
                <figcaption>
                  <span>
                    {activity} {number > 1 ? number : ""}
                  </span>
                  {url === media.CoverURL ? (
                    <b>{t("isCover")}</b>
                  ) : (
                    mayChange && (
                      <Button type="link" size="small" onClick={() => cover.mutate({ MediaId: media.MediaId ?? "", CoverURL: url })}>
                        {t("useAsCover")}
                      </Button>
                    )
                  )}
                </figcaption>
              </figure>
            </li>
          ))}
        </ul>
      </Image.PreviewGroup>
      {all.length > most && most < MOST && (
        <Button style={{ marginTop: 8 }} onClick={() => setMost(MOST)}>
          {t("moreSnapshots", { count: Math.min(MOST, all.length) - most })}
        </Button>
      )}
    </section>
  );
}

/** Small in the grid, whole when it is opened. */
function views(url: string | undefined) {
  const path = url?.split("?")[0] ?? "";
  return url && isPicture(path) ? { src: small(url, 320), fallback: url, preview: { src: url } } : { src: url };
}
