import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Alert } from "antd";
import { call } from "@/api/client";
import { useUploadTexts } from "@/i18n/upload";
import { samples } from "@/upload/plan";

/** Which workflows these keys would start. */
export function Matches({ bucket, keys }: { bucket: string; keys: string[] }) {
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
  if (!found.size) return <Alert type="warning" showIcon title={t("nothingStarts")} description={t("nothingStartsHelp")} />;
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
