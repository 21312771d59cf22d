import { useMemo } from "react";
import { useBuckets, useOwnTemplates, usePipelines, usePresets } from "@/api/lists";
import type { Choices } from "./edit";
import type { Templates } from "./summary";

/** All templates by id, for the lines on the nodes. */
export function useTemplates(): Templates {
  const own = useOwnTemplates().data;
  const presets = usePresets().data;
  return useMemo(() => new Map([...(presets ?? []), ...(own ?? [])].map((template) => [template.Id ?? "", template])), [own, presets]);
}

/** The first bucket of each kind and the first queue that works: what a new activity is given. `known`: they have been read. */
export function useChoices(): Choices & { known: boolean } {
  const buckets = useBuckets().data;
  const pipelines = usePipelines().data;
  return useMemo(
    () => ({
      known: buckets !== undefined && pipelines !== undefined,
      input: buckets?.find((bucket) => bucket.Type === "Input")?.Bucket,
      output: buckets?.find((bucket) => bucket.Type === "Output")?.Bucket,
      pipeline: (pipelines?.find((pipeline) => pipeline.State === "Active") ?? pipelines?.[0])?.Id,
    }),
    [buckets, pipelines],
  );
}
