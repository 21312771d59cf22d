import { LockOutlined } from "@ant-design/icons";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Alert, Button, Select, Skeleton } from "antd";
import { lazy, Suspense, useState } from "react";
import { call } from "@/api/client";
import { changed, useAction, useOperation } from "@/api/query";
import type { Media } from "@/api/types";
import { useMayChange } from "@/app/session";
import { useMediaTexts } from "@/i18n/media";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBox } from "@/ui/ErrorBox";
import * as format from "@/ui/format";
import { PageDetail } from "@/ui/PageDetail";
import { PagePending } from "@/ui/PagePending";
import { useSigned } from "@/ui/signed";
import { StateTag } from "@/ui/StateTag";
import { useConfirm } from "@/ui/useConfirm";
import { useFilters } from "@/ui/useFilters";
import { EditMedia } from "./EditMedia";
import { MediaFacts } from "./MediaFacts";
import { MediaFindings } from "./MediaFindings";
import { MediaRuns } from "./MediaRuns";
import "./media.css";
import { OutputTable } from "./OutputTable";
import { firstToPlay, inSegments, isPlayable, nameOf, thumbnails, urlOf, type Play } from "./outputs";
import { Snapshots } from "./Snapshots";

const Player = lazy(() => import("@/player/Player")); // hls.js and the controls, only where something plays

export default function MediaPage() {
  const t = useMediaTexts();
  const { mediaId = "" } = useParams({ strict: false });
  const { data, error, isPending, refetch } = useOperation("QueryMediaList", {
    MediaIds: mediaId,
    IncludePlayList: true,
    IncludeSnapshotList: true,
    IncludeMediaInfo: true,
  });
  const media = data?.MediaList.Media.find((one) => one.MediaId === mediaId);
  if (error || isPending) return <PagePending error={error} retry={() => void refetch()} />;
  if (!media) return <EmptyState level={1} title={t("notFound")} help={t("notFoundHelp")} action={<Link to="/media">{t("toList")}</Link>} />;
  return <Shown key={mediaId} media={media} />;
}

function Shown({ media }: { media: Media }) {
  const t = useMediaTexts();
  const navigate = useNavigate();
  const mayChange = useMayChange();
  const [editing, setEditing] = useState(false);
  const [confirm, ask] = useConfirm();
  const publish = useAction("UpdateMediaPublishState", ["media"]);
  const MediaId = media.MediaId ?? "";
  const name = media.Title || nameOf(media.File?.URL ?? "");
  const isPublished = media.PublishState === "Published";
  const living = mayChange && media.PublishState !== "Deleted";

  const unpublish = () =>
    ask({
      title: t("unpublishTitle", { name }),
      content: t("unpublishHelp"),
      ok: t("unpublish"),
      action: () => call("UpdateMediaPublishState", { MediaId, Publish: false }).then(() => changed(["media"])),
    });
  const remove = () =>
    ask({
      title: t("deleteTitle", { name }),
      content: t("deleteHelp"),
      ok: t("delete"),
      action: () =>
        call("DeleteMedia", { MediaIds: MediaId }).then(() => {
          changed(["media"]);
          void navigate({ to: "/media" });
        }),
    });

  const size = media.Width && media.Height ? `${media.Width}×${media.Height}` : "";
  return (
    <PageDetail
      title={name}
      state={<StateTag state={media.PublishState} />}
      facts={[media.Duration && format.clock(media.Duration), size, media.Size && format.bytes(media.Size)].filter(Boolean).join(" · ")}
      actions={
        living && (
          <>
            {isPublished ? (
              <Button onClick={unpublish}>{t("unpublish")}</Button>
            ) : (
              <Button type="primary" loading={publish.isPending} onClick={() => publish.mutate({ MediaId, Publish: true })}>
                {t("publish")}
              </Button>
            )}
            <Button onClick={() => setEditing(true)}>{t("edit")}</Button>
            <Button danger onClick={remove}>
              {t("delete")}
            </Button>
          </>
        )
      }
      side={<MediaFacts media={media} />}
    >
      <ErrorBox error={publish.error} onClose={publish.reset} />
      <div className="media-main">
        <Playing media={media} isPublished={isPublished} />
        <OutputTable media={media} />
        <Snapshots media={media} mayChange={living} />
        <MediaFindings mediaId={MediaId} />
        <MediaRuns mediaId={MediaId} />
      </div>
      <EditMedia media={media} open={editing} close={() => setEditing(false)} />
      {confirm}
    </PageDetail>
  );
}

const labelOf = (play: Play): string =>
  [play.ActivityName, play.Width && play.Width !== "0" ? `${play.Width}×${play.Height}` : "", play.Bitrate ? format.kbitrate(play.Bitrate) : "", play.Format].filter(Boolean).join(" · ");

/** The player with the choice of what it plays. */
function Playing({ media, isPublished }: { media: Media; isPublished: boolean }) {
  const t = useMediaTexts();
  const [{ play: asked }, setSearch] = useFilters();
  const plays = media.PlayList.Play.filter(isPlayable);
  const chosen = plays.find((play) => urlOf(play) === asked) ?? firstToPlay(plays, asked);
  const url = chosen && urlOf(chosen);
  const small = thumbnails(media.SnapshotList.Snapshot);
  // each on its own, so that a new output does not restart what plays
  const stream = useSigned([url]);
  const poster = useSigned([media.CoverURL || undefined]);
  const pictures = useSigned([small]);
  if (!chosen || !url) return <EmptyState title={t("nothingToPlay")} help={t("nothingToPlayHelp")} />;
  const signed = stream.data?.get(url);
  const choice = plays.length > 1 && (
    <Select
      size="small"
      prefix={t("stream")}
      aria-label={t("stream")}
      style={{ minWidth: 220, maxWidth: "100%" }}
      value={url}
      onChange={(value) => setSearch({ play: value })}
      options={plays.map((play) => ({ value: urlOf(play), label: labelOf(play) }))}
    />
  );
  return (
    <section aria-label={t("stream")}>
      {!isPublished && <Alert type="info" showIcon icon={<LockOutlined />} title={t("signed")} style={{ marginBottom: 8 }} />}
      <ErrorBox error={stream.error} retry={() => void stream.refetch()} />
      <Suspense fallback={<Skeleton.Node active className="media-waiting" />}>
        {signed ? (
          <Player
            url={signed}
            segments={inSegments(chosen)}
            title={media.Title || nameOf(url)}
            poster={media.CoverURL ? poster.data?.get(media.CoverURL) : undefined}
            extra={choice}
            thumbnails={small ? pictures.data?.get(small) : undefined}
          />
        ) : (
          <Skeleton.Node active className="media-waiting" />
        )}
      </Suspense>
    </section>
  );
}
