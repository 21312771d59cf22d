import { Link } from "@tanstack/react-router";
import { Button, Select, Space, Table, Tag } from "antd";
import { useMemo, useState } from "react";
import { call } from "@/api/client";
import { changed, useOperation } from "@/api/query";
import type { Catalogue, Out, Workflow } from "@/api/types";
import { useMayChange } from "@/app/session";
import { Canvas, NOTHING } from "@/flow/Canvas";
import { placed, type Drawing } from "@/flow/edit";
import { readLayout } from "@/flow/editor/drafts";
import "@/flow/editor/editor.css";
import type { Live } from "@/flow/elements";
import { union } from "@/flow/union";
import { parseTopology, TopologyError } from "@/flow/topology";
import { useTemplates } from "@/flow/useChoices";
import { useVersionTexts } from "@/i18n/versions";
import { ErrorBox } from "@/ui/ErrorBox";
import { useTitle } from "@/ui/PageList";
import { PagePending } from "@/ui/PagePending";
import { TokenPager, useTokens } from "@/ui/TokenPager";
import { RelativeTime } from "@/ui/facts";
import { useConfirm } from "@/ui/useConfirm";

const SIZE = 20;
type Version = Out<"ListMediaWorkflowVersions">["MediaWorkflowVersionList"][number];
type Compared = Out<"CompareMediaWorkflowVersions">;

/** All versions of a workflow, and what one of them changed: drawn, and place by place. */
export function Versions({ workflow, catalogue }: { workflow: Workflow; catalogue: Catalogue }) {
  const t = useVersionTexts();
  const mayChange = useMayChange() && workflow.State !== "Deleted";
  const id = workflow.MediaWorkflowId ?? "";
  const [token, setToken] = useState<string>();
  const tokens = useTokens(token, setToken);
  const { data, error, isPending, refetch } = useOperation("ListMediaWorkflowVersions", { MediaWorkflowId: id, MaximumPageSize: SIZE, ...(token ? { NextPageToken: token } : {}) });
  const [chosen, setChosen] = useState<number>();
  const [base, setBase] = useState<number>();
  const [confirm, ask] = useConfirm();
  useTitle(t("versionsOf", { name: workflow.Name ?? "" }));
  if (error || isPending) return <PagePending error={error} retry={() => void refetch()} />;
  const rows = data.MediaWorkflowVersionList;
  const to = chosen ?? rows[0]?.Version ?? 1;
  const from = base ?? rows.find((row) => (row.Version ?? 0) < to)?.Version;
  const restore = (version: number) =>
    ask({
      title: t("restoreTitle", { version }),
      content: t("restoreHelp"),
      ok: t("restore"),
      action: () => call("RestoreMediaWorkflowVersion", { MediaWorkflowId: id, Version: version }).then(() => (setChosen(undefined), setBase(undefined), changed(["workflows"]))),
    });
  return (
    <div className="fe flow">
      <header className="fe-head">
        <h1>{t("versionsOf", { name: workflow.Name ?? "" })}</h1>
        <span className="fe-gap" />
        <Link to="/workflows/$workflowId" params={{ workflowId: id }}>
          {t("toEditor")}
        </Link>
      </header>
      <div className="fe-main fe-versions" data-readonly>
        <div className="fe-centre">
          {from ? <Drawn key={`${from}-${to}`} id={id} from={from} to={to} catalogue={catalogue} /> : <p className="fe-hint" style={{ padding: 24 }}>{t("first")}</p>}
        </div>
        <aside className="fe-panel" aria-label={t("versions")}>
          <label className="fe-hint" style={{ display: "flex", gap: 8, alignItems: "center" }}>
            {t("compareWith")}
            <Select<number>
              size="small"
              style={{ minWidth: 120 }}
              value={from ?? null}
              aria-label={t("compareWith")}
              options={rows.filter((row) => row.Version !== to).map((row) => ({ value: row.Version ?? 0, label: `${t("version")} ${row.Version}` }))}
              onChange={setBase}
            />
          </label>
          <Table<Version>
            size="small"
            rowKey={(row) => row.Version ?? 0}
            dataSource={rows}
            pagination={false}
            rowClassName={(row) => (row.Version === to ? "ant-table-row-selected" : "")}
            columns={[
              {
                title: t("version"),
                width: 110,
                render: (_, row) => (
                  <Button type="link" size="small" aria-pressed={row.Version === to} onClick={() => (setChosen(row.Version), setBase(undefined))}>
                    {row.Version} {row.Current && <Tag>{t("current")}</Tag>}
                  </Button>
                ),
              },
              {
                title: t("saved"),
                render: (_, row) => (
                  <>
                    <RelativeTime time={row.CreationTime} /> · {row.Author ?? "–"}
                    <div className="fe-hint">{[row.RestoredFrom ? t("restoredFrom", { version: row.RestoredFrom }) : "", row.Note ?? ""].filter(Boolean).join(" · ")}</div>
                  </>
                ),
              },
              {
                width: 90,
                align: "end",
                title: <span className="visually-hidden">{t("restore")}</span>,
                render: (_, row) =>
                  mayChange &&
                  !row.Current && (
                    <Button type="link" size="small" aria-label={`${t("restore")} ${row.Version}`} onClick={() => restore(row.Version ?? 0)}>
                      {t("restore")}
                    </Button>
                  ),
              },
            ]}
          />
          <TokenPager tokens={tokens} next={data.NextPageToken} />
        </aside>
      </div>
      {confirm}
    </div>
  );
}

/** Both versions in one drawing: what came is green, what went red, what is another one amber. */
function Drawn({ id, from, to, catalogue }: { id: string; from: number; to: number; catalogue: Catalogue }) {
  const t = useVersionTexts();
  const templates = useTemplates();
  const { data, error, isPending, refetch } = useOperation("CompareMediaWorkflowVersions", { MediaWorkflowId: id, FromVersion: from, ToVersion: to });
  const both = useMemo(() => (data ? drawBoth(data, id, catalogue) : undefined), [data, id, catalogue]);
  const seen = useMemo(() => both && { drawing: both.drawing, live: both.live, catalogue, templates }, [both, catalogue, templates]);
  if (error) return <ErrorBox error={error} retry={() => void refetch()} />;
  if (isPending) return null;
  return (
    <>
      <div className="fe-canvas">{seen ? <Canvas seen={seen} label={t("canvas")} selection={NOTHING} onSelect={() => undefined} /> : <p className="fe-hint">{t("broken")}</p>}</div>
      <section aria-label={t("since", { to })} style={{ maxHeight: "34%", overflow: "auto", padding: "8px 16px" }}>
        <h2 style={{ fontSize: 14, margin: 0 }}>{t("since", { to })}</h2>
        <p className="fe-hint">{t("against", { from })}</p>
        {data.Changes.length ? <ChangeTable changes={data.Changes} /> : <p>{t("nothing")}</p>}
      </section>
    </>
  );
}

function ChangeTable({ changes }: { changes: Compared["Changes"] }) {
  const t = useVersionTexts();
  const words = { Added: t("added"), Removed: t("removed"), Changed: t("changed") } as Record<string, string>;
  const colours = { Added: "#389e0d", Removed: "#cf1322", Changed: "#d48806" } as Record<string, string>;
  return (
    <ul style={{ listStyle: "none", padding: 0, margin: 0 }}>
      {changes.map(({ Kind = "", Path, Before, After }) => (
        <li key={Path} style={{ padding: "4px 8px", borderLeft: `3px solid ${colours[Kind] ?? "currentColor"}` }}>
          <Space size={8} align="start" wrap>
            <Tag>{words[Kind] ?? Kind}</Tag>
            <span className="mono" style={{ overflowWrap: "anywhere" }}>{Path}</span>
            {Before !== undefined && Before !== null && <del className="mono" style={{ overflowWrap: "anywhere" }}>{Before.slice(0, 300)}</del>}
            {After !== undefined && After !== null && <ins className="mono" style={{ overflowWrap: "anywhere" }}>{After.slice(0, 300)}</ins>}
          </Space>
        </li>
      ))}
    </ul>
  );
}

function drawBoth(compared: Compared, id: string, catalogue: Catalogue): { drawing: Drawing; live: ReadonlyMap<string, Live> } | undefined {
  try {
    const { graph, marks } = union(parseTopology(compared.From?.Topology ?? ""), parseTopology(compared.To?.Topology ?? ""));
    const states = { added: "Success", removed: "Fail", changed: "Paused" };
    return { drawing: placed(graph, catalogue, readLayout(id)), live: new Map([...marks].map(([name, mark]) => [name, { state: states[mark] }])) };
  } catch (error) {
    if (error instanceof TopologyError) return undefined;
    throw error;
  }
}
