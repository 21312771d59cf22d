import { useQuery } from "@tanstack/react-query";
import { call } from "./client";
import type { Bucket, In, Out, Pipeline, Template, Workflow } from "./types";

// Short lists that forms choose from, read to their end. The first word of a key is the operation, so that the event stream finds them.
const MOST = 100; // the longest page the API gives

type Numbered = "SearchPipeline" | "SearchTemplate" | "SearchMediaWorkflow";

/** All pages of an operation that pages by number. */
async function everyPage<A extends Numbered, R>(action: A, body: In<A>, rows: (page: Out<A>) => R[], signal: AbortSignal): Promise<R[]> {
  const found: R[] = [];
  for (let number = 1; ; number += 1) {
    const page = await call(action, { ...body, PageNumber: number, PageSize: MOST }, signal);
    found.push(...rows(page));
    if (found.length >= ((page as { TotalCount?: number }).TotalCount ?? 0) || !rows(page).length) return found;
  }
}

async function everyBucket(signal: AbortSignal): Promise<Bucket[]> {
  const found: Bucket[] = [];
  let token: string | undefined;
  do {
    const page = await call("ListAllMediaBucket", { MaximumPageSize: MOST, NextPageToken: token }, signal);
    found.push(...page.MediaBucketList.MediaBucket);
    token = page.NextPageToken;
  } while (token);
  return found;
}

/** All bound buckets. */
export const useBuckets = () => useQuery({ queryKey: ["ListAllMediaBucket", "every"], queryFn: ({ signal }) => everyBucket(signal) });

/** All queues that are not deleted. */
export const usePipelines = () =>
  useQuery({
    queryKey: ["SearchPipeline", "every"],
    queryFn: ({ signal }) => everyPage("SearchPipeline", {}, (page): Pipeline[] => page.PipelineList.Pipeline, signal),
  });

/** All own templates that are not deleted. */
export const useOwnTemplates = () =>
  useQuery({
    queryKey: ["SearchTemplate", "every"],
    queryFn: ({ signal }) => everyPage("SearchTemplate", { State: "Normal" }, (page): Template[] => page.TemplateList.Template, signal),
  });

export type Preset = Out<"ListPresetTemplates">["TemplateList"]["Template"][number];

/** The presets; `Needs` says what must come before one. They change only with the server. */
export const usePresets = () =>
  useQuery({
    queryKey: ["ListPresetTemplates"],
    queryFn: ({ signal }) => call("ListPresetTemplates", {}, signal).then((answer): Preset[] => answer.TemplateList.Template),
    staleTime: Infinity,
  });

/** All workflows that are not deleted. */
export const useWorkflows = () =>
  useQuery({
    queryKey: ["SearchMediaWorkflow", "every"],
    queryFn: ({ signal }) => everyPage("SearchMediaWorkflow", { StateList: ["Active", "Inactive"] }, (page): Workflow[] => page.MediaWorkflowList.MediaWorkflow, signal),
  });
