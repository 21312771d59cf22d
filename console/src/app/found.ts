import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { call } from "@/api/client";
import type { Workflow } from "@/api/types";
import { fileName } from "@/ui/format";

export type Kind = "pages" | "media" | "runs" | "workflows" | "templates";

export interface Hit {
  kind: Kind;
  key: string;
  title: string;
  note?: string;
  to: string;
}

const ID = /^[0-9a-f]{32}$/i;
const TEMPLATE = /^S\d{8}-\d{6}$/;

/** A question that one kind fails to answer does not hide the answers of the others. */
const orNothing = <T>(answer: Promise<T[]>): Promise<T[]> => answer.catch(() => []);

async function workflows(signal: AbortSignal): Promise<Workflow[]> {
  const answer = await call("SearchMediaWorkflow", { StateList: ["Active", "Inactive"], PageSize: 100 }, signal);
  return answer.MediaWorkflowList.MediaWorkflow;
}

const workflowHit = (workflow: Workflow): Hit => ({
  kind: "workflows",
  key: `w${workflow.MediaWorkflowId}`,
  title: workflow.Name ?? "",
  note: workflow.MediaWorkflowId,
  to: `/workflows/${workflow.MediaWorkflowId}`,
});

const medium = (media: { MediaId?: string; Title?: string; CreationTime?: string }): Hit => ({
  kind: "media",
  key: `m${media.MediaId}`,
  title: media.Title || (media.MediaId ?? ""),
  note: media.MediaId,
  to: `/media/${media.MediaId}`,
});

const run = (row: { RunId?: string; MediaWorkflowName?: string; Input?: { Object?: string } }): Hit => ({
  kind: "runs",
  key: `r${row.RunId}`,
  title: fileName(row.Input?.Object),
  note: row.MediaWorkflowName,
  to: `/runs/${row.RunId}`,
});

/** Whatever has this id. */
async function byId(id: string, signal: AbortSignal): Promise<Hit[]> {
  const found = await Promise.all([
    orNothing(call("QueryMediaList", { MediaIds: id }, signal).then((answer) => answer.MediaList.Media.map(medium))),
    orNothing(call("SearchMediaWorkflowExecutions", { RunId: id, MaximumPageSize: 1 }, signal).then((answer) => answer.Executions.map(run))),
    orNothing(call("QueryMediaWorkflowList", { MediaWorkflowIds: id }, signal).then((answer) => answer.MediaWorkflowList.MediaWorkflow.map(workflowHit))),
    orNothing(templateById(id, signal)),
  ]);
  return found.flat();
}

const templateById = (id: string, signal: AbortSignal): Promise<Hit[]> =>
  call("QueryTemplateList", { TemplateIds: id }, signal).then((answer) =>
    answer.TemplateList.Template.map((template) => ({ kind: "templates", key: `t${template.Id}`, title: template.Name ?? "", note: template.Id, to: `/templates/${template.Id}` })),
  );

/** Whatever has these words in its name. */
async function byWords(words: string, signal: AbortSignal): Promise<Hit[]> {
  const low = words.toLowerCase();
  const found = await Promise.all([
    orNothing(call("SearchMedia", { KeyWord: [words.replaceAll(",", " ")], PageSize: 6 }, signal).then((answer) => answer.MediaList.Media.map(medium))),
    orNothing(call("SearchMediaWorkflowExecutions", { Name: words, MaximumPageSize: 6 }, signal).then((answer) => answer.Executions.map(run))),
    orNothing(
      workflows(signal).then((all) =>
        all
          .filter((workflow) => workflow.Name?.toLowerCase().includes(low))
          .slice(0, 6)
          .map(workflowHit),
      ),
    ),
  ]);
  return found.flat();
}

/** What the server knows under a text: an id, or words of a name. */
export const useFound = (text: string) =>
  useQuery({
    queryKey: ["found", text],
    queryFn: ({ signal }): Promise<Hit[]> => {
      if (ID.test(text)) return byId(text.toLowerCase(), signal);
      return TEMPLATE.test(text) ? orNothing(templateById(text, signal)) : byWords(text, signal);
    },
    enabled: text.length > 1,
    placeholderData: keepPreviousData,
    staleTime: 5000,
  });
