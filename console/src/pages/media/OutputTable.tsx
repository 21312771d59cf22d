import { DownloadOutlined, PlayCircleOutlined } from "@ant-design/icons";
import { Button, Space, Table } from "antd";
import type { Media } from "@/api/types";
import { useMediaTexts } from "@/i18n/media";
import { Bytes, CopyButton, Rate } from "@/ui/facts";
import * as format from "@/ui/format";
import { useSigned } from "@/ui/signed";
import { useFilters } from "@/ui/useFilters";
import { isPlayable, nameOf, urlOf, type Play } from "./outputs";

const some = (value: string | undefined): value is string => value !== undefined && value !== "" && value !== "0";

/** Everything that can be watched or listened to, with its address. */
export function OutputTable({ media }: { media: Media }) {
  const t = useMediaTexts();
  const [, setSearch] = useFilters();
  const plays = media.PlayList.Play;
  const signed = useSigned(plays.slice(0, 100).map(urlOf)).data;
  return (
    <section aria-label={t("outputs")}>
      <h2>{t("outputs")}</h2>
      <Table<Play>
        size="small"
        rowKey={urlOf}
        dataSource={[...plays]}
        pagination={plays.length > 20 ? { pageSize: 20, showSizeChanger: false } : false}
        scroll={{ x: 800 }}
        locale={{ emptyText: t("noOutputs") }}
        columns={[
          { title: t("output"), render: (_, play) => play.ActivityName },
          { title: t("format"), width: 80, render: (_, play) => play.Format },
          { title: t("size"), width: 90, align: "end", render: (_, play) => (some(play.Size) ? <Bytes value={play.Size} /> : "–") },
          { title: t("resolution"), width: 110, align: "end", render: (_, play) => (some(play.Width) ? `${play.Width}×${play.Height}` : "–") },
          { title: t("bitrate"), width: 110, align: "end", render: (_, play) => (some(play.Bitrate) ? <Rate kbps={play.Bitrate} /> : "–") },
          { title: t("duration"), width: 96, align: "end", render: (_, play) => (some(play.Duration) ? format.clock(play.Duration) : "–") },
          { title: t("workflow"), ellipsis: true, render: (_, play) => play.MediaWorkflowName },
          {
            title: t("address"),
            width: 120,
            align: "end",
            render: (_, play) => {
              const url = urlOf(play);
              const name = play.ActivityName ?? nameOf(url);
              return (
                <Space size={0}>
                  {isPlayable(play) && (
                    <Button type="text" size="small" icon={<PlayCircleOutlined />} aria-label={t("play", { name })} title={t("play", { name })} onClick={() => setSearch({ play: url })} />
                  )}
                  <CopyButton text={url} label={t("copyAddress", { name })} />
                  <Button
                    type="text"
                    size="small"
                    icon={<DownloadOutlined />}
                    disabled={!signed?.get(url)}
                    href={signed?.get(url)}
                    download={nameOf(url)}
                    aria-label={t("download", { name })}
                    title={t("download", { name })}
                  />
                </Space>
              );
            },
          },
        ]}
      />
    </section>
  );
}
