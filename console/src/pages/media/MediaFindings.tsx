import { useOperation } from "@/api/query";
import { Findings } from "@/pages/findings/Findings";
import { NEWEST } from "./MediaRuns";

/** What the newest run of a media has found in it: where it is like other films, covers to choose from. */
export function MediaFindings({ mediaId }: { mediaId: string }) {
  const runId = useOperation("SearchMediaWorkflowExecutions", { MediaId: mediaId, MaximumPageSize: NEWEST }).data?.Executions[0]?.RunId;
  const run = useOperation("DescribeExecution", { RunId: runId ?? "" }, { enabled: Boolean(runId) }).data?.Execution;
  return <>{run?.Activities.map((activity) => <Findings key={activity.Name} activity={activity} mediaId={mediaId} />)}</>;
}
