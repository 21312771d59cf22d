import { AppstoreOutlined, EllipsisOutlined, UploadOutlined, VideoCameraOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button, Dropdown, Space, Tag } from "antd";
import { useState } from "react";
import { changed, useOperation } from "@/api/query";
import type { FoundMedia } from "@/api/types";
import { useMayChange } from "@/app/session";
import { useCommonTexts } from "@/i18n/common";
import { useMediaListTexts } from "@/i18n/medialist";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBox } from "@/ui/ErrorBox";
import { AddButton, PageList } from "@/ui/PageList";
import { StateTag } from "@/ui/StateTag";
import { Thumb } from "@/ui/Thumb";
import { Bytes, RelativeTime } from "@/ui/facts";
import { clock } from "@/ui/format";
import { useSigned } from "@/ui/signed";
import { useConfirm } from "@/ui/useConfirm";
import { useFilters } from "@/ui/useFilters";
import { AddMedia } from "./AddMedia";
import { Filters } from "./Filters";
import { deleteMedia, publishMedia } from "./bulk";
import { PAGE_SIZE, REACH, pageOf, questionOf } from "./mediaQuery";

export default function MediaList() {
  const t = useMediaListTexts();
  const mayChange = useMayChange();
  const [filters, setFilters] = useFilters();
  const { data, error, isPending, isPlaceholderData, refetch } = useOperation("SearchMedia", questionOf(filters));
  const rows = data?.MediaList.Media ?? [];
  const covers = useSigned(rows.map((media) => media.CoverURL));
  const [adding, setAdding] = useState(false);
  const [picked, setSelected] = useState<string[]>([]);
  // What a filter has taken out of sight is not acted upon.
  const selected = picked.filter((id) => rows.some((media) => media.MediaId === id));
  const [partly, setPartly] = useState<{ done: number; all: number; error: unknown }>();
  const [busy, setBusy] = useState(false);
  const [confirm, ask] = useConfirm();
  const common = useCommonTexts();

  const publish = async (ids: string[], on: boolean) => {
    setBusy(true);
    setPartly(undefined);
    const { done, error: refused } = await publishMedia(ids, on);
    setBusy(false);
    changed(["media"]);
    if (refused) setPartly({ done, all: ids.length, error: refused });
    else setSelected([]);
  };
  const unpublish = (ids: string[]) =>
    ask({ title: t("unpublishTitle", { count: ids.length }), content: t("unpublishHelp"), ok: t("unpublish"), action: () => publish(ids, false) });
  const remove = (ids: string[]) =>
    ask({
      title: t("deleteTitle", { count: ids.length }),
      content: t("deleteHelp"),
      ok: common("delete"),
      action: () =>
        deleteMedia(ids)
          .then(() => setSelected([]))
          .finally(() => changed(["media"])),
    });

  const { page: _, ...narrowing } = filters;
  const filtered = Object.keys(narrowing).length > 0;
  const empty = filtered ? (
    <EmptyState title={t("nothingFound")} action={<Button onClick={() => setFilters(Object.fromEntries(Object.keys(filters).map((key) => [key, undefined])))}>{t("clear")}</Button>} />
  ) : (
    <EmptyState
      icon={<AppstoreOutlined />}
      title={t("empty")}
      help={t("emptyHelp")}
      action={
        mayChange && (
          <Link to="/upload">
            <Button type="primary" icon={<UploadOutlined />} tabIndex={-1}>
              {t("upload")}
            </Button>
          </Link>
        )
      }
    />
  );

  return (
    <PageList
      title={t("title")}
      help={t("help")}
      action={mayChange && <AddButton label={t("add")} onClick={() => setAdding(true)} />}
      filters={<Filters />}
    >
      <ErrorBox error={error} retry={() => void refetch()} />
      {partly && (
        <>
          <p>{t("someFailed", { done: partly.done, all: partly.all })}</p>
          <ErrorBox error={partly.error} onClose={() => setPartly(undefined)} />
        </>
      )}
      {selected.length > 0 && (
        <Space style={{ marginBottom: 12 }} role="toolbar" aria-label={t("selected", { count: selected.length })}>
          <strong>{t("selected", { count: selected.length })}</strong>
          <Button loading={busy} onClick={() => void publish(selected, true)}>
            {t("publish")}
          </Button>
          <Button disabled={busy} onClick={() => unpublish(selected)}>
            {t("unpublish")}
          </Button>
          <Button danger disabled={busy} onClick={() => remove(selected)}>
            {common("delete")}
          </Button>
          <Button type="text" onClick={() => setSelected([])}>
            {t("clearSelection")}
          </Button>
        </Space>
      )}
      <DataTable<FoundMedia>
        rowKey={(media) => media.MediaId ?? ""}
        dataSource={rows}
        loading={isPending || isPlaceholderData}
        locale={{ emptyText: !data ? " " : empty }}
        rowSelection={
          mayChange
            ? {
                selectedRowKeys: selected,
                onChange: (keys) => setSelected(keys.map(String)),
                getCheckboxProps: (media) => ({ "aria-label": t("select", { name: media.Title ?? "" }) }),
                getTitleCheckboxProps: () => ({ "aria-label": t("selectAll") }),
              }
            : undefined
        }
        pagination={{
          current: pageOf(filters.page),
          pageSize: PAGE_SIZE,
          total: Math.min(data?.TotalCount ?? 0, REACH),
          hideOnSinglePage: true,
          showSizeChanger: false,
          showTotal: () => (data?.TotalIsAtLeast ? t("totalAtLeast", { count: data.TotalCount ?? 0 }) : common("total", { count: data?.TotalCount ?? 0 })),
          onChange: (next) => {
            setSelected([]);
            setFilters({ page: next === 1 ? undefined : String(next) }, true);
          },
        }}
        columns={[
          { title: <span className="visually-hidden">{t("cover")}</span>, width: 88, render: (_, media) => <Thumb url={media.CoverURL && covers.data?.get(media.CoverURL)} width={64} height={36}><VideoCameraOutlined aria-hidden /></Thumb> },
          {
            title: t("name"),
            render: (_, media) => (
              <Link to="/media/$mediaId" params={{ mediaId: media.MediaId ?? "" }} style={{ overflowWrap: "anywhere" }}>
                {media.Title || media.MediaId}
              </Link>
            ),
          },
          {
            title: t("state"),
            render: (_, media) => (
              <>
                <StateTag state={media.PublishState} />
                {media.LastRunFailed && (
                  <div>
                    <StateTag state="fail" label={t("lastRunFailed")} />
                  </div>
                )}
              </>
            ),
          },
          { title: t("duration"), align: "end", render: (_, media) => clock(media.Duration) },
          { title: t("picture"), align: "end", render: (_, media) => (media.Width && media.Height ? `${media.Width}×${media.Height}` : "–") },
          { title: t("size"), align: "end", render: (_, media) => <Bytes value={media.Size} /> },
          { title: t("tags"), render: (_, media) => <Tags media={media} choose={(tag) => setFilters({ tag, page: undefined })} /> },
          { title: t("created"), render: (_, media) => <RelativeTime time={media.CreationTime} /> },
          {
            title: <span className="visually-hidden">{t("actions")}</span>,
            align: "end",
            render: (_, media) => {
              const id = media.MediaId ?? "";
              return (
                mayChange && (
                  <Dropdown
                    trigger={["click"]}
                    placement="bottomRight"
                    menu={{
                      items: [
                        media.PublishState === "Published"
                          ? { key: "unpublish", label: t("unpublish"), onClick: () => unpublish([id]) }
                          : { key: "publish", label: t("publish"), disabled: media.PublishState === "Initiated", onClick: () => void publish([id], true) },
                        { key: "delete", danger: true, label: common("delete"), onClick: () => remove([id]) },
                      ],
                    }}
                  >
                    <Button type="text" size="small" icon={<EllipsisOutlined />} aria-label={t("moreOf", { name: media.Title ?? id })} />
                  </Dropdown>
                )
              );
            },
          },
        ]}
      />
      <AddMedia open={adding} close={() => setAdding(false)} />
      {confirm}
    </PageList>
  );
}

function Tags({ media, choose }: { media: FoundMedia; choose: (tag: string) => void }) {
  const tags = media.Tags?.Tag ?? [];
  return (
    <Space size={4} wrap>
      {tags.slice(0, 3).map((tag) => (
        <button key={tag} type="button" onClick={() => choose(tag)} style={{ border: 0, background: "none", padding: 0, cursor: "pointer", minHeight: 24 }}>
          <Tag>{tag}</Tag>
        </button>
      ))}
      {tags.length > 3 && <span title={tags.slice(3).join(", ")}>+{tags.length - 3}</span>}
    </Space>
  );
}
