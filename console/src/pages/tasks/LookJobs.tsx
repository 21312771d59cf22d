import type { ReactNode } from "react";
import { useTaskTexts } from "@/i18n/tasks";
import { Blind } from "@/ui/Blind";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBox } from "@/ui/ErrorBox";
import { PageList } from "@/ui/PageList";
import { StateTag } from "@/ui/StateTag";
import { TokenPager, useTokens } from "@/ui/TokenPager";
import { Id, RelativeTime } from "@/ui/facts";
import { useFilters } from "@/ui/useFilters";
import { JobDetail } from "./JobDetail";
import { JobFilters } from "./JobFilters";

/** A job that looks at a film, whatever it looks for. */
export interface LookJob {
  id: string | undefined;
  state: string | undefined;
  input: string;
  /** What it came to, in a word or two. */
  result?: ReactNode;
  created: string | undefined;
  finished: string | undefined;
  code: string | undefined;
  message: string | undefined;
  failure: { Advice?: string; Command?: string; Log?: string } | undefined;
  /** What it found, for the opened row. */
  found: ReactNode;
}

interface Props {
  words: { title: string; help: string; empty: string; emptyHelp: string };
  icon: ReactNode;
  states: readonly string[];
  jobs: readonly LookJob[] | undefined;
  query: { error: unknown; isPending: boolean; isPlaceholderData: boolean; refetch: () => unknown };
  next: string | undefined;
  create: ReactNode;
  children: ReactNode;
}

/** What such a list asks the server: the filters of the address. */
export function useJobQuestion<S extends string>(states: readonly S[]) {
  const [{ state, queue, token }] = useFilters();
  return { State: states.find((known) => known === state), PipelineId: queue, NextPageToken: token, MaximumPageSize: 50 };
}

/** The list of one kind of such jobs. */
export function LookJobs({ words, icon, states, jobs, query, next, create, children }: Props) {
  const t = useTaskTexts();
  const [{ state, queue, token }, set] = useFilters();
  const tokens = useTokens(token, (to) => set({ token: to }));
  const empty = state || queue ? <EmptyState title={t("nothingFound")} /> : <EmptyState icon={icon} title={words.empty} help={words.emptyHelp} action={create} />;
  return (
    <PageList title={words.title} help={words.help} action={create} filters={<JobFilters states={states} />}>
      <Blind />
      <ErrorBox error={query.error} retry={() => void query.refetch()} />
      <DataTable<LookJob>
        rowKey={(job) => job.id ?? ""}
        dataSource={jobs ?? []}
        loading={query.isPending || query.isPlaceholderData}
        pagination={false}
        scroll={{ x: 760 }}
        locale={{ emptyText: !jobs ? " " : empty }}
        expandable={{
          columnTitle: <span className="visually-hidden">{t("details")}</span>,
          expandedRowRender: (job) => (
            // a narrow window scrolls the table under it
            <div style={{ position: "sticky", insetInlineStart: 12, maxWidth: "calc(100vw - 128px)" }}>
              {job.code || !job.found ? <JobDetail code={job.code} message={job.message} failure={job.failure} /> : job.found}
            </div>
          ),
        }}
        columns={[
          { title: t("id"), render: (_, job) => <Id id={job.id} /> },
          { title: t("state"), render: (_, job) => <StateTag state={job.state} /> },
          { title: t("input"), render: (_, job) => <span style={{ overflowWrap: "anywhere" }}>{job.input}</span> },
          { title: t("result"), render: (_, job) => job.result },
          { title: t("created"), render: (_, job) => <RelativeTime time={job.created} /> },
          { title: t("finished"), render: (_, job) => <RelativeTime time={job.finished} /> },
        ]}
      />
      <TokenPager tokens={tokens} next={next} />
      {children}
    </PageList>
  );
}
