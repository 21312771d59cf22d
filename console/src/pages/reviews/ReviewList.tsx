import { AuditOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { useOperation } from "@/api/query";
import type { Out } from "@/api/types";
import { useReviewTexts } from "@/i18n/reviews";
import { useServerText } from "@/i18n/server";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBox } from "@/ui/ErrorBox";
import { PageList } from "@/ui/PageList";
import { TokenPager, useTokens } from "@/ui/TokenPager";
import { RelativeTime } from "@/ui/facts";
import { useFilters } from "@/ui/useFilters";

type Waiting = Out<"ListWaitingActivities">["WaitingActivities"][number];

/** The inbox of those who decide: what waits for a person, in all runs. */
export default function ReviewList() {
  const t = useReviewTexts();
  const say = useServerText();
  const [{ token }, set] = useFilters();
  const { data, error, isPending, isPlaceholderData, refetch } = useOperation("ListWaitingActivities", { NextPageToken: token, MaximumPageSize: 50 });
  const tokens = useTokens(token, (next) => set({ token: next }));
  return (
    <PageList title={t("title")} help={t("help")}>
      <ErrorBox error={error} retry={() => void refetch()} />
      <DataTable<Waiting>
        rowKey={({ RunId, Activity }) => `${RunId} ${Activity}`}
        dataSource={data?.WaitingActivities ?? []}
        loading={isPending || isPlaceholderData}
        pagination={false}
        scroll={{ x: 760 }}
        locale={{ emptyText: !data ? " " : <EmptyState icon={<AuditOutlined />} title={t("empty")} help={t("emptyHelp")} /> }}
        columns={[
          { title: t("film"), render: (_, one) => <ReviewLink of={one}>{nameOf(one.Input?.Object)}</ReviewLink> },
          { title: t("activity"), dataIndex: "Activity" },
          { title: t("reason"), render: (_, { Reason }) => say(Reason ?? "") || t("waits") },
          { title: t("workflow"), dataIndex: "MediaWorkflowName" },
          { title: t("since"), render: (_, { Since }) => <RelativeTime time={Since} /> },
        ]}
      />
      <TokenPager tokens={tokens} next={data?.NextPageToken} />
    </PageList>
  );
}

function ReviewLink({ of, children }: { of: Waiting; children: string }) {
  return (
    <Link to="/reviews/$runId/$activity" params={{ runId: of.RunId ?? "", activity: of.Activity ?? "" }} style={{ overflowWrap: "anywhere" }}>
      {children}
    </Link>
  );
}

const nameOf = (key = "") => key.split("/").at(-1) ?? key;
