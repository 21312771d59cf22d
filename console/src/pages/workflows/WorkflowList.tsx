import { MoreOutlined, PartitionOutlined } from "@ant-design/icons";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button, Dropdown, Space, Table } from "antd";
import { useState } from "react";
import { call } from "@/api/client";
import { changed, useAction, useCatalogue, useOperation } from "@/api/query";
import type { Workflow } from "@/api/types";
import { useMayChange } from "@/app/session";
import { useCommonTexts } from "@/i18n/common";
import { useWorkflowTexts } from "@/i18n/workflows";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBox } from "@/ui/ErrorBox";
import { AddButton, PageList } from "@/ui/PageList";
import { RowAction } from "@/ui/RowAction";
import { StateTag } from "@/ui/StateTag";
import { ViewSwitch } from "@/ui/ViewSwitch";
import { Id, RelativeTime } from "@/ui/facts";
import { useConfirm } from "@/ui/useConfirm";
import { useFilters } from "@/ui/useFilters";
import { usePages } from "@/ui/usePages";
import { BackfillWizard } from "../backfills/BackfillWizard";
import { CreateWorkflow } from "./CreateWorkflow";
import { glance, placeOf } from "./input";

const SIZE = 20;

export default function WorkflowList() {
  const t = useWorkflowTexts();
  const common = useCommonTexts();
  const navigate = useNavigate();
  const mayChange = useMayChange();
  const [{ state = "" }] = useFilters();
  const pages = usePages(SIZE);
  const { data, error, isPending, isPlaceholderData, refetch } = useOperation("SearchMediaWorkflow", {
    PageNumber: pages.number,
    PageSize: SIZE,
    StateList: state || "Active,Inactive",
  });
  const catalogue = useCatalogue().data;
  const [creating, setCreating] = useState(false);
  const [filling, setFilling] = useState<Workflow>();
  const [confirm, ask] = useConfirm();
  const activate = useAction("ActivateMediaWorkflow", ["workflows"]);
  const trigger = useAction("UpdateMediaWorkflowTriggerMode", ["workflows"]);

  const deactivate = ({ MediaWorkflowId = "", Name = "" }: Workflow) =>
    ask({
      title: t("deactivateTitle", { name: Name }),
      content: t("deactivateHelp"),
      ok: t("deactivate"),
      action: () => call("DeactivateMediaWorkflow", { MediaWorkflowId }).then(() => changed(["workflows"])),
    });
  const remove = ({ MediaWorkflowId = "", Name = "" }: Workflow) =>
    ask({
      title: t("deleteTitle", { name: Name }),
      content: t("deleteHelp"),
      ok: t("delete"),
      action: () => call("DeleteMediaWorkflow", { MediaWorkflowId }).then(() => changed(["workflows"])),
    });
  const more = (workflow: Workflow) => ({
    items: [
      { key: "open", label: t("openJson") },
      { key: "versions", label: t("versions") },
      { key: "backfill", label: t("backfill"), disabled: workflow.State !== "Active" },
      { key: "trigger", label: t(workflow.TriggerMode === "NotInAuto" ? "toAuto" : "toManual") },
      { key: "delete", label: t("delete"), danger: true },
    ],
    onClick: ({ key }: { key: string }) => {
      const MediaWorkflowId = workflow.MediaWorkflowId ?? "";
      if (key === "delete") remove(workflow);
      else if (key === "backfill") setFilling(workflow);
      else if (key === "versions") void navigate({ to: "/workflows/$workflowId", params: { workflowId: MediaWorkflowId }, search: { view: "versions" } });
      else if (key === "trigger") trigger.mutate({ MediaWorkflowId, TriggerMode: workflow.TriggerMode === "NotInAuto" ? "OssAutoTrigger" : "NotInAuto" });
      else void navigate({ to: "/workflows/$workflowId", params: { workflowId: MediaWorkflowId } });
    },
  });
  const create = mayChange && <AddButton label={t("create")} onClick={() => setCreating(true)} />;
  const states = { "": common("all"), Active: common("stateActive"), Inactive: common("stateInactive"), Deleted: common("stateDeleted") };

  return (
    <PageList
      title={t("title")}
      help={t("help")}
      action={create}
      filters={<ViewSwitch param="state" label={t("filterState")} views={states} />}
    >
      <ErrorBox error={error} retry={() => void refetch()} />
      <ErrorBox error={activate.error ?? trigger.error} onClose={() => (activate.error ? activate : trigger).reset()} />
      <Table<Workflow>
        size="middle"
        sticky
        rowKey={(workflow) => workflow.MediaWorkflowId ?? ""}
        dataSource={data?.MediaWorkflowList.MediaWorkflow ?? []}
        loading={isPending || isPlaceholderData}
        scroll={{ x: 1140 }}
        locale={{
          emptyText: isPending ? " " : state ? t("emptyState") : <EmptyState icon={<PartitionOutlined />} title={t("empty")} help={t("emptyHelp")} action={create} />,
        }}
        pagination={pages.pagination(data?.TotalCount)}
        columns={[
          {
            title: t("name"),
            render: (_, { MediaWorkflowId = "", Name }) => (
              <Link to="/workflows/$workflowId" params={{ workflowId: MediaWorkflowId }}>
                {Name}
              </Link>
            ),
          },
          { title: t("state"), width: 120, render: (_, workflow) => <StateTag state={workflow.State} /> },
          { title: t("trigger"), width: 110, render: (_, workflow) => t(workflow.TriggerMode === "NotInAuto" ? "manual" : "auto") },
          { title: t("input"), render: (_, workflow) => <span className="mono">{glance(workflow.Topology, catalogue).input || "–"}</span> },
          { title: t("nodes"), width: 110, align: "end", render: (_, workflow) => glance(workflow.Topology, catalogue).activities },
          { title: t("id"), width: 180, render: (_, workflow) => <Id id={workflow.MediaWorkflowId} /> },
          { title: t("created"), width: 130, render: (_, workflow) => <RelativeTime time={workflow.CreationTime} /> },
          {
            title: t("actions"),
            width: 210,
            align: "end",
            render: (_, workflow) => {
              const { MediaWorkflowId = "", Name = "", State } = workflow;
              const living = State !== "Deleted" && mayChange;
              return (
                <Space size={0}>
                  {living && State === "Active" && (
                    <RowAction verb={t("deactivate")} of={Name} onClick={() => deactivate(workflow)} />
                  )}
                  {living && State !== "Active" && (
                    <RowAction verb={t("activate")} of={Name} loading={activate.isPending && activate.variables.MediaWorkflowId === MediaWorkflowId} onClick={() => activate.mutate({ MediaWorkflowId })} />
                  )}
                  <Link to="/runs" search={{ workflow: MediaWorkflowId }} aria-label={`${t("runs")} ${Name}`} style={{ padding: "0 8px" }}>
                    {t("runs")}
                  </Link>
                  {living && (
                    <Dropdown trigger={["click"]} menu={more(workflow)}>
                      <Button type="text" size="small" icon={<MoreOutlined />} aria-label={t("more", { name: Name })} />
                    </Dropdown>
                  )}
                </Space>
              );
            },
          },
        ]}
      />
      {creating && <CreateWorkflow onClose={() => setCreating(false)} />}
      {filling && <BackfillWizard workflow={filling} where={placeOf(glance(filling.Topology, catalogue).input)} onClose={() => setFilling(undefined)} />}
      {confirm}
    </PageList>
  );
}
