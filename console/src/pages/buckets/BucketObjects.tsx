import { DownloadOutlined, FileOutlined, FolderFilled, InboxOutlined, UploadOutlined } from "@ant-design/icons";
import { Link, useParams } from "@tanstack/react-router";
import { Breadcrumb, Button, Space } from "antd";
import { useState } from "react";
import { useBuckets } from "@/api/lists";
import { useOperation } from "@/api/query";
import { useMayChange } from "@/app/session";
import { useBucketTexts } from "@/i18n/buckets";
import { useShellTexts } from "@/i18n/shell";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBox } from "@/ui/ErrorBox";
import { PageList } from "@/ui/PageList";
import { RowAction } from "@/ui/RowAction";
import { Thumb, isPicture } from "@/ui/Thumb";
import { TokenPager, useTokens } from "@/ui/TokenPager";
import { Bytes, RelativeTime } from "@/ui/facts";
import { sameOrigin } from "@/ui/signed";
import { useFilters } from "@/ui/useFilters";
import { AddMedia } from "../media/AddMedia";

interface Row {
  key: string;
  name: string;
  folder: boolean;
  size?: number;
  modified?: string;
  url?: string;
}

/** One folder of a bucket. */
export default function BucketObjects() {
  const t = useBucketTexts();
  const shell = useShellTexts();
  const mayChange = useMayChange();
  const { bucket = "" } = useParams({ strict: false });
  const [{ prefix = "", token }, setFilters] = useFilters();
  const { data, error, isPending, isPlaceholderData, refetch } = useOperation("ListObjects", { Bucket: bucket, Prefix: prefix, NextPageToken: token, MaximumPageSize: 100 });
  const tokens = useTokens(token, (next) => setFilters({ token: next }));
  const type = useBuckets().data?.find((each) => each.Bucket === bucket)?.Type;
  const [adding, setAdding] = useState<string>();

  const short = (key: string) => key.slice(prefix.length).replace(/\/$/, "");
  const rows: Row[] = [
    ...(data?.Prefixes ?? []).map((key) => ({ key, name: short(key), folder: true })),
    ...(data?.Objects ?? []).map(({ Key = "", Size, LastModified, URL }) => ({ key: Key, name: short(Key), folder: false, size: Size, modified: LastModified, url: URL })),
  ];
  const parts = prefix.split("/").filter(Boolean);

  return (
    <PageList
      title={t("objects", { bucket })}
      action={
        type === "Input" &&
        mayChange && (
          <Link to="/upload" search={{ bucket, path: prefix }}>
            <Button type="primary" icon={<UploadOutlined />} tabIndex={-1}>
              {t("uploadHere")}
            </Button>
          </Link>
        )
      }
      filters={
        <nav aria-label={t("path")}>
          <Breadcrumb
            items={[
              { title: <Link to="/buckets">{shell("buckets")}</Link> },
              { title: <Link to="/buckets/$bucket" params={{ bucket }}>{bucket}</Link> },
              ...parts.map((part, index) => ({
                title: (
                  <Link to="/buckets/$bucket" params={{ bucket }} search={{ prefix: `${parts.slice(0, index + 1).join("/")}/` }}>
                    {part}
                  </Link>
                ),
              })),
            ]}
          />
        </nav>
      }
    >
      {error && <ErrorBox error={error} retry={() => void refetch()} />}
      <DataTable<Row>
        rowKey="key"
        dataSource={rows}
        loading={isPending || isPlaceholderData}
        pagination={false}
        locale={{
          emptyText: !data ? " " : <EmptyState icon={<InboxOutlined />} title={t("noObjects")} help={t(type === "Output" ? "noObjectsOutput" : "noObjectsInput")} />,
        }}
        columns={[
          {
            title: t("object"),
            render: (_, row) =>
              row.folder ? (
                <Link to="/buckets/$bucket" params={{ bucket }} search={{ prefix: row.key }}>
                  <FolderFilled aria-label={t("folder")} /> {row.name}
                </Link>
              ) : (
                <span style={{ overflowWrap: "anywhere" }}>
                  {row.url && isPicture(row.name) ? (
                    <Thumb url={sameOrigin(row.url)} width={36} height={20}>
                      <FileOutlined aria-hidden />
                    </Thumb>
                  ) : (
                    <FileOutlined aria-hidden />
                  )}{" "}
                  {row.name}
                </span>
              ),
          },
          { title: t("size"), align: "end", width: 110, render: (_, row) => !row.folder && <Bytes value={row.size} /> },
          { title: t("modified"), width: 150, render: (_, row) => row.modified && <RelativeTime time={row.modified} /> },
          {
            title: t("actions"),
            width: 220,
            align: "end",
            render: (_, row) =>
              !row.folder && (
                <Space size={0}>
                  {type === "Input" && mayChange && (
                    <RowAction verb={t("addMedia")} of={row.name} onClick={() => setAdding(row.key)} />
                  )}
                  <Button type="link" size="small" icon={<DownloadOutlined />} href={row.url} download={row.name} aria-label={`${t("download")}: ${row.name}`}>
                    {t("download")}
                  </Button>
                </Space>
              ),
          },
        ]}
      />
      <TokenPager tokens={tokens} next={data?.NextPageToken} />
      {adding !== undefined && <AddMedia open bucket={bucket} object={adding} close={() => setAdding(undefined)} />}
    </PageList>
  );
}
