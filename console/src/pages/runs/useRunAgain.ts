import { useMutation } from "@tanstack/react-query";
import { call } from "@/api/client";
import { changed } from "@/api/query";
import type { Execution } from "@/api/types";
import { objectUrl } from "./objectUrl";

/** Starts the workflow once more on the same input; answers the new run's id, undefined when nothing was started. */
export function useRunAgain(run: Execution) {
  return useMutation({
    mutationFn: async () => {
      const { Bucket = "", Location = "", Object: object = "" } = run.Input ?? {};
      const before = new Set(await runsOf(run.MediaId));
      const answer = await call("AddMedia", { FileURL: objectUrl(Bucket, Location, object), MediaWorkflowId: run.MediaWorkflowId });
      changed(["executions", "media"]);
      return answer.Media?.RunIdList?.RunId.find((id) => !before.has(id));
    },
  });
}

async function runsOf(mediaId: string | undefined): Promise<readonly string[]> {
  if (!mediaId) return [];
  const answer = await call("QueryMediaList", { MediaIds: mediaId });
  return answer.MediaList.Media[0]?.RunIdList?.RunId ?? [];
}
