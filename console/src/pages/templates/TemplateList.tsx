import { SlidersOutlined } from "@ant-design/icons";
import { Link, useNavigate } from "@tanstack/react-router";
import { Input, Space, Tooltip } from "antd";
import type { ReactNode } from "react";
import { call } from "@/api/client";
import { type Preset, usePresets } from "@/api/lists";
import { changed, useOperation } from "@/api/query";
import type { Template } from "@/api/types";
import { useMayChange } from "@/app/session";
import { useCommonTexts } from "@/i18n/common";
import { useServerText } from "@/i18n/server";
import { useTemplateTexts } from "@/i18n/templates";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBox } from "@/ui/ErrorBox";
import { AddButton, PageList } from "@/ui/PageList";
import { RowAction } from "@/ui/RowAction";
import { StateTag } from "@/ui/StateTag";
import { ViewSwitch } from "@/ui/ViewSwitch";
import { Id, RelativeTime } from "@/ui/facts";
import { type TemplateBody, templateFacts } from "@/ui/templateFacts";
import { useConfirm } from "@/ui/useConfirm";
import { useFilters } from "@/ui/useFilters";
import { usePages } from "@/ui/usePages";

const SIZE = 20;

export default function TemplateList() {
  const t = useTemplateTexts();
  const mayChange = useMayChange();
  const navigate = useNavigate();
  const [{ tab = "own", name }, setFilters] = useFilters();
  const create = mayChange && <AddButton label={t("create")} onClick={() => void navigate({ to: "/templates/$templateId", params: { templateId: "new" } })} />;
  return (
    <PageList
      title={t("title")}
      help={t("help")}
      action={create}
      filters={
        <>
          <ViewSwitch param="tab" label={t("kind")} views={{ own: t("own"), presets: t("presets") }} clears={["name"]} />
          {tab === "own" && (
            <Input.Search
              key="name"
              allowClear
              defaultValue={name}
              aria-label={t("search")}
              placeholder={t("search")}
              onSearch={(text) => setFilters({ name: text.trim() || undefined, page: undefined })}
              style={{ width: 240 }}
            />
          )}
        </>
      }
    >
      {tab === "presets" ? <Presets /> : <Own create={create} />}
    </PageList>
  );
}

const nameColumn = (title: string) => ({
  title,
  render: (_: unknown, template: { Id?: string; Name?: string }) => (
    <Link to="/templates/$templateId" params={{ templateId: template.Id ?? "" }}>
      {template.Name}
    </Link>
  ),
});
const factsColumn = (title: string) => ({ title, render: (_: unknown, template: TemplateBody) => templateFacts(template) });
const idColumn = (title: string) => ({ title, render: (_: unknown, template: { Id?: string }) => <Id id={template.Id} /> });

function CopyLink({ template }: { template: { Id?: string; Name?: string } }) {
  const t = useTemplateTexts();
  const navigate = useNavigate();
  return <RowAction verb={t("copy")} of={template.Name} onClick={() => void navigate({ to: "/templates/$templateId", params: { templateId: "new" }, search: { from: template.Id ?? "" } })} />;
}

function Own({ create }: { create: ReactNode }) {
  const t = useTemplateTexts();
  const common = useCommonTexts();
  const mayChange = useMayChange();
  const [{ name }] = useFilters();
  const pages = usePages(SIZE);
  const { data, error, isPending, isPlaceholderData, refetch } = useOperation("SearchTemplate", { State: "Normal", NamePrefix: name, PageNumber: pages.number, PageSize: SIZE });
  const [confirm, ask] = useConfirm();
  const remove = (template: Template) =>
    ask({
      title: t("deleteTitle", { name: template.Name ?? "" }),
      content: t("deleteHelp"),
      ok: common("delete"),
      action: () => call("DeleteTemplate", { TemplateId: template.Id ?? "" }).then(() => changed(["templates"])),
    });
  return (
    <>
      <ErrorBox error={error} retry={() => void refetch()} />
      <DataTable<Template>
        rowKey={(template) => template.Id ?? ""}
        dataSource={data?.TemplateList.Template ?? []}
        loading={isPending || isPlaceholderData}
        locale={{ emptyText: !data ? " " : name ? <EmptyState title={t("nothingFound")} /> : <EmptyState icon={<SlidersOutlined />} title={t("empty")} help={t("emptyHelp")} action={create} /> }}
        pagination={pages.pagination(data?.TotalCount)}
        columns={[
          nameColumn(t("name")),
          factsColumn(t("what")),
          idColumn(t("id")),
          { title: t("created"), render: (_, template) => <RelativeTime time={template.CreationTime} /> },
          {
            title: t("actions"),
            align: "end",
            render: (_, template) =>
              mayChange && (
                <Space size={0}>
                  <CopyLink template={template} />
                  <RowAction verb={common("delete")} of={template.Name} danger onClick={() => remove(template)} />
                </Space>
              ),
          },
        ]}
      />
      {confirm}
    </>
  );
}

function Presets() {
  const t = useTemplateTexts();
  const say = useServerText();
  const mayChange = useMayChange();
  const { data, error, isPending, refetch } = usePresets();
  // Those that can be used at once come first; the order of the server stays otherwise.
  const rows = [...(data ?? [])].sort((a, b) => Number(Boolean(a.Needs)) - Number(Boolean(b.Needs)));
  return (
    <>
      <ErrorBox error={error} retry={() => void refetch()} />
      <DataTable<Preset>
        rowKey={(preset) => preset.Id ?? ""}
        dataSource={rows}
        loading={isPending}
        pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
        columns={[
          nameColumn(t("name")),
          factsColumn(t("what")),
          idColumn(t("id")),
          {
            title: t("usable"),
            render: (_, preset) =>
              preset.Needs ? (
                <Tooltip title={say(preset.Needs)}>
                  <span tabIndex={0} role="note">
                    <StateTag state="Waiting" label={t("needs")} />
                  </span>
                </Tooltip>
              ) : (
                <StateTag state="Active" label={t("usable")} />
              ),
          },
          { title: t("actions"), align: "end", render: (_, preset) => mayChange && !preset.Needs && <CopyLink template={preset} /> },
        ]}
      />
    </>
  );
}
