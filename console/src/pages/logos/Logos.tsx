import { TrademarkOutlined } from "@ant-design/icons";
import { useState } from "react";
import { call } from "@/api/client";
import { changed, useOperation } from "@/api/query";
import { useMayChange } from "@/app/session";
import { useCensorTexts } from "@/i18n/censor";
import { useCommonTexts } from "@/i18n/common";
import { useLogoTexts } from "@/i18n/logos";
import { Suggested } from "@/pages/findings/Suggested";
import { plainKey } from "@/pages/tasks/keys";
import { Blind } from "@/ui/Blind";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBox } from "@/ui/ErrorBox";
import { AddButton, PageList } from "@/ui/PageList";
import { RowAction } from "@/ui/RowAction";
import { RelativeTime } from "@/ui/facts";
import { useConfirm } from "@/ui/useConfirm";
import { type Logo, LogoForm } from "./LogoForm";
import { LogoPicture } from "./LogoPicture";

/** The logos that reviews look for. */
export default function Logos() {
  const t = useLogoTexts();
  const censor = useCensorTexts();
  const common = useCommonTexts();
  const mayChange = useMayChange();
  const { data, error, isPending, refetch } = useOperation("ListCensorLogos", { IncludePicture: true });
  const [editing, setEditing] = useState<Logo | "new">();
  const [confirm, ask] = useConfirm();
  const add = mayChange && <AddButton label={t("add")} onClick={() => setEditing("new")} />;
  const remove = ({ Id = "", Name: name = "" }: Logo) =>
    ask({ title: t("removeTitle", { name }), content: t("removeHelp"), ok: common("delete"), action: () => call("DeleteCensorLogo", { Id }).then(() => changed(["logos"])) });
  return (
    <PageList title={t("logos")} help={t("help")} action={add}>
      <Blind />
      <ErrorBox error={error} retry={() => void refetch()} />
      <DataTable<Logo>
        rowKey={({ Id }) => Id ?? ""}
        dataSource={data?.CensorLogos ?? []}
        loading={isPending}
        pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
        scroll={{ x: 860 }}
        locale={{ emptyText: !data ? " " : <EmptyState icon={<TrademarkOutlined />} title={t("empty")} help={t("emptyHelp")} action={add} /> }}
        columns={[
          { title: t("picture"), width: 130, render: (_, { Picture, Name }) => <LogoPicture picture={Picture} alt={Name ?? ""} /> },
          { title: censor("name"), render: (_, { Name }) => <span style={{ overflowWrap: "anywhere" }}>{Name}</span> },
          { title: censor("label"), dataIndex: "Label" },
          { title: censor("suggestion"), render: (_, { Suggestion }) => <Suggested suggestion={Suggestion} /> },
          { title: t("from"), render: (_, { Input }) => <span style={{ overflowWrap: "anywhere" }}>{Input ? plainKey(Input) : t("sent")}</span> },
          { title: censor("changed"), render: (_, { ModificationTime }) => <RelativeTime time={ModificationTime} /> },
          {
            title: <span className="visually-hidden">{censor("actions")}</span>,
            align: "end",
            render: (_, logo) =>
              mayChange && (
                <>
                  <RowAction verb={common("edit")} of={logo.Name} onClick={() => setEditing(logo)} />
                  <RowAction verb={common("delete")} of={logo.Name} danger onClick={() => remove(logo)} />
                </>
              ),
          },
        ]}
      />
      <LogoForm logo={editing} close={() => setEditing(undefined)} />
      {confirm}
    </PageList>
  );
}
