import { UnorderedListOutlined } from "@ant-design/icons";
import { Progress, Space } from "antd";
import { useState } from "react";
import { call } from "@/api/client";
import { changed, useAction, useOperation } from "@/api/query";
import type { Pipeline, PipelineLoad } from "@/api/types";
import { useMayChange } from "@/app/session";
import { useCommonTexts } from "@/i18n/common";
import { useQueueTexts } from "@/i18n/queues";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBox } from "@/ui/ErrorBox";
import { AddButton, PageList } from "@/ui/PageList";
import { RowAction } from "@/ui/RowAction";
import { StateTag } from "@/ui/StateTag";
import { Id, RelativeTime } from "@/ui/facts";
import { useConfirm } from "@/ui/useConfirm";
import { usePages } from "@/ui/usePages";
import { Load } from "./Load";
import { QueueForm } from "./QueueForm";

const SIZE = 20;

export default function Queues() {
  const t = useQueueTexts();
  const common = useCommonTexts();
  const mayChange = useMayChange();
  const pages = usePages(SIZE);
  const { data, error, isPending, isPlaceholderData, refetch } = useOperation("SearchPipeline", { PageNumber: pages.number, PageSize: SIZE });
  // What runs changes all the time; the stream tells when, and this asks now and then in case it does not.
  const load = useOperation("DescribePipelineLoad", {}, { refetchInterval: 10_000 });
  const [editing, setEditing] = useState<Pipeline | "new">();
  const [confirm, ask] = useConfirm();
  const update = useAction("UpdatePipeline", ["pipelines"]);

  const loadOf = (id: string | undefined): PipelineLoad | undefined => load.data?.Pipelines.find((each) => each.Id === id);
  const setState = (pipeline: Pipeline, State: "Active" | "Paused") => update.mutateAsync({ PipelineId: pipeline.Id ?? "", Name: pipeline.Name ?? "", State });
  const pause = (pipeline: Pipeline) =>
    ask({ title: t("pauseTitle", { name: pipeline.Name ?? "" }), content: t("pauseHelp"), ok: t("pause"), action: () => setState(pipeline, "Paused") });
  const remove = (pipeline: Pipeline) =>
    ask({
      title: t("deleteTitle", { name: pipeline.Name ?? "" }),
      content: t("deleteHelp"),
      ok: common("delete"),
      action: () => call("DeletePipeline", { PipelineId: pipeline.Id ?? "" }).then(() => changed(["pipelines"])),
    });

  const create = mayChange && <AddButton label={t("create")} onClick={() => setEditing("new")} />;

  return (
    <PageList title={t("title")} help={t("help")} action={create}>
      <ErrorBox error={error ?? load.error} retry={() => void refetch()} />
      <ErrorBox error={update.error} onClose={update.reset} />
      <DataTable<Pipeline>
        rowKey={(pipeline) => pipeline.Id ?? ""}
        dataSource={data?.PipelineList.Pipeline ?? []}
        loading={isPending || isPlaceholderData}
        locale={{ emptyText: !data ? " " : <EmptyState icon={<UnorderedListOutlined />} title={t("empty")} help={t("emptyHelp")} action={create} /> }}
        pagination={pages.pagination(data?.TotalCount)}
        expandable={{ columnTitle: <span className="visually-hidden">{t("why")}</span>, expandedRowRender: (pipeline) => <Load load={loadOf(pipeline.Id)} name={pipeline.Name ?? ""} /> }}
        columns={[
          { title: t("name"), render: (_, pipeline) => pipeline.Name },
          { title: t("state"), render: (_, pipeline) => <StateTag state={pipeline.State} /> },
          { title: t("load"), width: 190, render: (_, pipeline) => <Running load={loadOf(pipeline.Id)} name={pipeline.Name ?? ""} /> },
          { title: t("waiting"), align: "end", render: (_, pipeline) => loadOf(pipeline.Id)?.Waiting ?? 0 },
          { title: t("id"), render: (_, pipeline) => <Id id={pipeline.Id} /> },
          { title: t("created"), render: (_, pipeline) => <RelativeTime time={pipeline.CreationTime} /> },
          {
            title: t("actions"),
            align: "end",
            render: (_, pipeline) =>
              mayChange && (
                <Space size={0}>
                  <RowAction verb={common("edit")} of={pipeline.Name} onClick={() => setEditing(pipeline)} />
                  {pipeline.State === "Paused" ? (
                    <RowAction verb={t("resume")} of={pipeline.Name} loading={update.isPending && update.variables.PipelineId === pipeline.Id} onClick={() => void setState(pipeline, "Active").catch(() => undefined)} />
                  ) : (
                    <RowAction verb={t("pause")} of={pipeline.Name} onClick={() => pause(pipeline)} />
                  )}
                  <RowAction verb={common("delete")} of={pipeline.Name} danger onClick={() => remove(pipeline)} />
                </Space>
              ),
          },
        ]}
      />
      <QueueForm pipeline={editing} close={() => setEditing(undefined)} />
      {confirm}
    </PageList>
  );
}

function Running({ load, name }: { load: PipelineLoad | undefined; name: string }) {
  const t = useQueueTexts();
  const { Running: running = 0, Limit: limit = 0 } = load ?? {};
  if (!load) return "–";
  return (
    <span style={{ display: "flex", alignItems: "center", gap: 8 }}>
      <Progress percent={limit ? (100 * running) / limit : 0} showInfo={false} status="normal" size="small" style={{ width: 80, margin: 0 }} aria-label={`${t("load")}: ${name}`} />
      {t("loadOf", { running, limit })}
    </span>
  );
}
