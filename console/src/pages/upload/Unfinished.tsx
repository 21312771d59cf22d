import { useQuery } from "@tanstack/react-query";
import { Alert, Progress, Space, Typography } from "antd";
import { useRef, useState } from "react";
import { ROOT, request } from "@/api/client";
import { queries } from "@/api/query";
import { useUploadTexts } from "@/i18n/upload";
import { DataTable } from "@/ui/DataTable";
import { ErrorBox } from "@/ui/ErrorBox";
import { RowAction } from "@/ui/RowAction";
import { RelativeTime } from "@/ui/facts";
import { bytes } from "@/ui/format";
import { useConfirm } from "@/ui/useConfirm";
import { add, start, useUploads } from "@/upload/uploads";

interface Begun {
  Id: string;
  Bucket: string;
  Object: string;
  Size: number;
  Offset: number;
  CreationTime: string;
}

const KEY = ["unfinished uploads"];

/** What was cut short here or in another browser, and is not going on in this tab. */
export function Unfinished({ checksum }: { checksum: boolean }) {
  const t = useUploadTexts();
  const items = useUploads();
  const going = items.some((item) => item.state === "uploading");
  const { data, error } = useQuery({ queryKey: [...KEY, going], queryFn: ({ signal }) => request<Begun[] | { Uploads: Begun[] }>("GET", "/upload", undefined, signal), staleTime: 0 });
  const [confirm, ask] = useConfirm();
  const picker = useRef<HTMLInputElement>(null);
  const [wanted, setWanted] = useState<Begun>();
  const [wrong, setWrong] = useState("");
  const all = Array.isArray(data) ? data : (data?.Uploads ?? []);
  const rows = all.filter((begun) => !items.some((item) => item.bucket === begun.Bucket && item.key === begun.Object && item.state !== "done"));
  if (error) return <ErrorBox error={error} />;
  if (!rows.length) return null;

  const picked = (file: File | undefined) => {
    if (!file || !wanted) return;
    if (file.size !== wanted.Size) return setWrong(file.name);
    setWrong("");
    start(add([{ file, path: file.name }], wanted.Bucket, wanted.Object, `${ROOT}/upload/${wanted.Id}`), { checksum });
  };
  const discard = (begun: Begun) =>
    ask({
      title: t("discardTitle", { name: begun.Object }),
      ok: t("discard"),
      action: () => request("DELETE", `/upload/${begun.Id}`, undefined, undefined, { "Tus-Resumable": "1.0.0" }).then(() => queries.invalidateQueries({ queryKey: KEY })),
    });

  return (
    <section>
      <Typography.Title level={2} style={{ fontSize: 16 }}>
        {t("unfinished")}
      </Typography.Title>
      <Typography.Paragraph type="secondary">{t("unfinishedHelp")}</Typography.Paragraph>
      {wrong && <Alert type="error" showIcon role="alert" title={t("otherSize", { name: wrong })} closable={{ onClose: () => setWrong("") }} style={{ marginBottom: 12 }} />}
      <DataTable<Begun>
        sticky={false}
        rowKey="Id"
        dataSource={rows}
        pagination={false}
        columns={[
          { title: t("file"), render: (_, begun) => `${begun.Bucket}/${begun.Object}` },
          {
            title: t("progress"),
            render: (_, begun) => (
              <>
                <Progress percent={begun.Size ? Math.floor((100 * begun.Offset) / begun.Size) : 0} size="small" style={{ margin: 0, maxWidth: 240 }} aria-label={begun.Object} />
                <div>{t("received", { sent: bytes(begun.Offset), size: bytes(begun.Size) })}</div>
              </>
            ),
          },
          { title: t("begun"), render: (_, begun) => <RelativeTime time={begun.CreationTime} /> },
          {
            title: t("actions"),
            align: "end",
            render: (_, begun) => (
              <Space size={0}>
                <RowAction
                  verb={t("goOn")}
                  of={begun.Object}
                  onClick={() => {
                    setWanted(begun);
                    picker.current?.click();
                  }}
                />
                <RowAction verb={t("discard")} of={begun.Object} danger onClick={() => discard(begun)} />
              </Space>
            ),
          },
        ]}
      />
      <input
        ref={picker}
        type="file"
        hidden
        tabIndex={-1}
        onChange={(event) => {
          picked(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
      {confirm}
    </section>
  );
}
