import { type QueryKey, QueryClient, type UseQueryOptions, keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { ApiError, call, catalogue } from "./client";
import type { Action, In, Out } from "./types";

/** The cache of everything the server has told. The event stream makes old answers stale, so nothing is asked twice in vain. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // A refusal stays a refusal; only a missing answer and an overloaded server are worth another try.
      retry: (count, error) => count < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 502),
    },
  },
});

type MessageList = "MessageQueues" | "MessageTopics" | "MessageSubscriptions";

/** Topics of the event stream and the operations whose answers they concern. DescribeExecution is absent: the stream carries the watched run itself. */
const TOPICS: Record<string, (Action | MessageList)[]> = {
  executions: ["SearchMediaWorkflowExecutions", "ListMediaWorkflowExecutions", "DescribePipelineLoad", "ListWaitingActivities"],
  media: ["ListMedia", "SearchMedia", "QueryMediaList", "QueryMediaListByURL"],
  pipelines: ["SearchPipeline", "QueryPipelineList", "DescribePipelineLoad"],
  workflows: ["SearchMediaWorkflow", "QueryMediaWorkflowList", "MatchMediaWorkflows", "ListMediaWorkflowVersions", "CompareMediaWorkflowVersions"],
  backfills: ["QueryBackfillJobList", "ListBackfillJobFiles"],
  buckets: ["ListAllMediaBucket", "ListObjects"],
  templates: ["SearchTemplate", "QueryTemplateList", "SearchWaterMarkTemplate"],
  fingerprints: ["ListFpShotDB", "ListFpShotFiles"],
  wordlists: ["ListCensorWordLists"],
  logos: ["ListCensorLogos"],
  overview: ["GetOverview"],
  keys: ["ListAccessKeys"],
  messages: ["MessageQueues", "MessageTopics", "MessageSubscriptions"],
  webhooks: ["ListWebhooks", "ListDeliveries"],
  jobs: ["ListJob", "QueryMediaCensorJobList", "QueryMediaCensorJobDetail", "QueryFpShotJobList", "ListFpShotImportJob", "QueryIProductionJob", "ListIProductionJobs", "QueryJobList", "QuerySnapshotJobList", "QueryMediaInfoJobList", "DescribePipelineLoad"],
};

/** What changed at the server: answers about it are asked again where a screen shows them. */
export function changed(topics: string[]) {
  const actions = new Set<string>(topics.flatMap((topic) => TOPICS[topic] ?? []));
  const predicate = ({ queryKey }: { queryKey: QueryKey }) => actions.has(String(queryKey[0]));
  // The first answer to a question is not asked for anew while it is on its way, and may have been read before the change.
  const awaited = queries.getQueryCache().findAll({ predicate, fetchStatus: "fetching" }).filter(({ state }) => state.data === undefined);
  for (const { promise, queryKey } of awaited) promise?.then(() => queries.invalidateQueries({ queryKey, exact: true }), () => undefined);
  void queries.invalidateQueries({ predicate });
}

export const operationKey = <A extends Action>(action: A, body: In<A>): QueryKey => [action, body];

type Options<A extends Action, S> = Omit<UseQueryOptions<Out<A>, Error, S>, "queryKey" | "queryFn">;

/** The answer of a reading operation. While the question changes, the last answer stays, so that nothing jumps. */
export const useOperation = <A extends Action, S = Out<A>>(action: A, body: In<A>, options: Options<A, S> = {}) =>
  useQuery<Out<A>, Error, S>({
    queryKey: operationKey(action, body),
    queryFn: ({ signal }) => call(action, body, signal),
    placeholderData: keepPreviousData as never,
    ...options,
  });

/** Sends a changing operation; `topics` are what it changes, without waiting for the event stream to say so. */
export function useAction<A extends Action>(action: A, topics: string[] = []) {
  return useMutation<Out<A>, Error, In<A>>({ mutationFn: (body) => call(action, body), onSuccess: () => changed(topics) });
}

/** The node types and presets; they change only with the server. */
export const useCatalogue = (enabled = true) => useQuery({ queryKey: ["catalogue"], queryFn: ({ signal }) => catalogue(signal), staleTime: Infinity, enabled });
