import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Alert, Button, Space } from "antd";
import { call } from "@/api/client";
import { useUploadTexts } from "@/i18n/upload";
import { samples } from "@/upload/plan";

const MOST = 6; // suggestions; the field offers the rest

interface Props {
  bucket: string;
  keys: string[];
  /** Folders in which something would start. */
  folders: string[];
  onFolder: (folder: string) => void;
}

/** Which workflows these keys would start; where none, where some would. */
export function Matches({ bucket, keys, folders, onFolder }: Props) {
  const t = useUploadTexts();
  const answers = useQueries({
    queries: samples(keys).map((key) => ({
      queryKey: ["MatchMediaWorkflows", { Bucket: bucket, Object: key }],
      queryFn: ({ signal }: { signal: AbortSignal }) => call("MatchMediaWorkflows", { Bucket: bucket, Object: key }, signal),
      enabled: Boolean(bucket),
    })),
  });
  if (answers.some((answer) => !answer.data)) return null;
  const found = new Map(answers.flatMap((answer) => answer.data?.MediaWorkflows ?? []).map((workflow) => [workflow.MediaWorkflowId ?? "", workflow.Name ?? ""]));
  if (!found.size) return <Alert type="warning" showIcon title={t("nothingStarts")} description={<Elsewhere folders={folders} onFolder={onFolder} />} />;
  return (
    <Alert
      type="info"
      showIcon
      title={
        <>
          {t("willStart")}{" "}
          {[...found].map(([id, name], index) => (
            <span key={id}>
              {index > 0 && ", "}
              <Link to="/workflows/$workflowId" params={{ workflowId: id }} style={{ textDecoration: "underline" }}>
                {name}
              </Link>
            </span>
          ))}
        </>
      }
    />
  );
}

function Elsewhere({ folders, onFolder }: Pick<Props, "folders" | "onFolder">) {
  const t = useUploadTexts();
  return (
    <>
      {t("nothingStartsHelp")}
      {folders.length > 0 && (
        <Space wrap style={{ marginTop: 8, display: "flex" }}>
          {[...new Set(folders)].slice(0, MOST).map((folder) => (
            <Button key={folder} size="small" onClick={() => onFolder(folder)}>
              {t("useFolder", { folder })}
            </Button>
          ))}
        </Space>
      )}
    </>
  );
}
