import { CloudUploadOutlined, FileAddOutlined, FolderAddOutlined } from "@ant-design/icons";
import { AutoComplete, Button, Checkbox, Form, Select, Space } from "antd";
import { type DragEvent, type RefObject, useRef, useState } from "react";
import { useWorkflows } from "@/api/lists";
import { useCatalogue } from "@/api/query";
import { useUploadTexts } from "@/i18n/upload";
import { fromDrop, fromInput } from "@/upload/picking";
import { type Picked, keyFault, keyOf } from "@/upload/plan";
import { add, start, useUploads } from "@/upload/uploads";
import { useFilters } from "@/ui/useFilters";
import { glance } from "../workflows/input";
import { Matches } from "./Matches";
import { Queue } from "./Queue";
import { Unfinished } from "./Unfinished";
import "./upload.css";

/** Where to, what, and how it goes. */
export function Uploader({ buckets, ...given }: { buckets: string[]; bucket?: string; path?: string }) {
  const t = useUploadTexts();
  const items = useUploads();
  const [filters] = useFilters();
  const { bucket: asked = given.bucket, path: askedPath = given.path ?? "" } = filters;
  const [bucket, setBucket] = useState(asked && buckets.includes(asked) ? asked : (buckets[0] ?? ""));
  const [path, setPath] = useState(askedPath);
  const [checksum, setChecksum] = useState(true);
  const folders = useWatchedFolders(bucket);
  const ready = items.filter((item) => item.state === "ready" && !keyFault(item.key));
  const sample = ready.length ? ready.map((item) => item.key) : [keyOf(path, "film.mp4")];
  return (
    <>
      <div style={{ display: "grid", gridTemplateColumns: "repeat(auto-fit, minmax(340px, 1fr))", gap: 24, alignItems: "start", marginBottom: 24 }}>
        <Form layout="vertical" requiredMark={false}>
          <Form.Item label={t("bucket")} htmlFor="upload-bucket">
            <Select id="upload-bucket" value={bucket} onChange={setBucket} options={buckets.map((value) => ({ value, label: value }))} />
          </Form.Item>
          <Form.Item label={t("path")} htmlFor="upload-path" extra={t("pathHelp")}>
            <AutoComplete id="upload-path" value={path} onChange={setPath} options={folders} />
          </Form.Item>
          <Matches bucket={ready[0]?.bucket ?? bucket} keys={sample} folders={folders.map((folder) => folder.value)} onFolder={setPath} />
        </Form>
        <div>
          <DropZone take={(picked) => add(picked, bucket, path)} />
          <div style={{ marginTop: 12 }}>
            <Checkbox checked={checksum} onChange={(event) => setChecksum(event.target.checked)}>
              {t("checksum")}
            </Checkbox>
          </div>
        </div>
      </div>
      {ready.length > 0 && (
        <Space style={{ marginBottom: 16 }}>
          <Button type="primary" size="large" icon={<CloudUploadOutlined />} onClick={() => start(ready.map((item) => item.id), { checksum })}>
            {t("start", { count: ready.length })}
          </Button>
        </Space>
      )}
      <Queue checksum={checksum} />
      <Unfinished checksum={checksum} />
    </>
  );
}

/** Folders that active workflows watch, as suggestions. */
function useWatchedFolders(bucket: string) {
  const t = useUploadTexts();
  const workflows = useWorkflows().data ?? [];
  const catalogue = useCatalogue().data;
  return workflows
    .filter((workflow) => workflow.State === "Active")
    .map((workflow) => ({ name: workflow.Name ?? "", input: glance(workflow.Topology, catalogue).input }))
    .filter(({ input }) => input.startsWith(`${bucket}/`) && input.length > bucket.length + 1)
    .map(({ name, input }) => ({ value: input.slice(bucket.length + 1), label: t("watchedBy", { folder: input.slice(bucket.length + 1), name }) }));
}

function DropZone({ take }: { take: (picked: Picked[]) => void }) {
  const t = useUploadTexts();
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void fromDrop(event.dataTransfer).then(take);
  };
  const picker = (ref: RefObject<HTMLInputElement | null>, attributes: object) => (
    <input
      ref={ref}
      type="file"
      multiple
      hidden
      tabIndex={-1}
      {...attributes}
      onChange={(event) => {
        take(fromInput(event.target.files));
        event.target.value = "";
      }}
    />
  );
  return (
    <div
      className="drop-zone"
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <CloudUploadOutlined aria-hidden style={{ fontSize: 32 }} />
      <div>{t("drop")}</div>
      <Space wrap>
        <Button icon={<FileAddOutlined />} onClick={() => files.current?.click()}>
          {t("chooseFiles")}
        </Button>
        <Button icon={<FolderAddOutlined />} onClick={() => folder.current?.click()}>
          {t("chooseFolder")}
        </Button>
      </Space>
      {picker(files, { "data-testid": "upload-files" })}
      {picker(folder, { webkitdirectory: "" })}
    </div>
  );
}
