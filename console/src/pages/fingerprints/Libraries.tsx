import { DatabaseOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Form, Input, Radio } from "antd";
import { useState } from "react";
import { call } from "@/api/client";
import { changed, useOperation } from "@/api/query";
import type { Out } from "@/api/types";
import { useMayChange } from "@/app/session";
import { useCommonTexts } from "@/i18n/common";
import { useFingerprintTexts } from "@/i18n/fingerprints";
import { Blind } from "@/ui/Blind";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBox } from "@/ui/ErrorBox";
import { FormModal } from "@/ui/FormModal";
import { AddButton, PageList } from "@/ui/PageList";
import { RowAction } from "@/ui/RowAction";
import { Id, RelativeTime } from "@/ui/facts";
import { clock } from "@/ui/format";
import { useConfirm } from "@/ui/useConfirm";

const TEXTS = 2; // ModelId of a library of texts

type Library = Out<"ListFpShotDB">["FpShotDBList"]["FpShotDB"][number];

/** All fingerprint libraries. */
export default function Libraries() {
  const t = useFingerprintTexts();
  const mayChange = useMayChange();
  const { data, error, isPending, refetch } = useOperation("ListFpShotDB", {});
  const [adding, setAdding] = useState(false);
  const add = mayChange && <AddButton label={t("add")} onClick={() => setAdding(true)} />;
  return (
    <PageList title={t("title")} help={t("help")} action={add}>
      <Blind />
      <ErrorBox error={error} retry={() => void refetch()} />
      <DataTable<Library>
        rowKey={({ FpDBId }) => FpDBId ?? ""}
        dataSource={data?.FpShotDBList.FpShotDB ?? []}
        loading={isPending}
        pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
        scroll={{ x: 900 }}
        locale={{ emptyText: !data ? " " : <EmptyState icon={<DatabaseOutlined />} title={t("empty")} help={t("emptyHelp")} action={add} /> }}
        columns={[
          { title: t("name"), render: (_, one) => <LibraryLink library={one} /> },
          { title: t("kind"), render: (_, { ModelId }) => t(ModelId === TEXTS ? "texts" : "pictures") },
          { title: t("id"), render: (_, { FpDBId }) => <Id id={FpDBId} /> },
          { title: t("films"), align: "end", render: (_, { FileCount = 0 }) => FileCount },
          { title: t("length"), align: "end", render: (_, { Seconds = 0 }) => clock(Seconds) },
          { title: t("created"), render: (_, { CreationTime }) => <RelativeTime time={CreationTime} /> },
          { title: <span className="visually-hidden">{t("actions")}</span>, align: "end", render: (_, one) => mayChange && <Actions library={one} /> },
        ]}
      />
      <AddLibrary open={adding} close={() => setAdding(false)} />
    </PageList>
  );
}

function LibraryLink({ library: { FpDBId = "", Name, Description } }: { library: Library }) {
  return (
    <span style={{ overflowWrap: "anywhere" }}>
      <Link to="/fingerprints/$libraryId" params={{ libraryId: FpDBId }}>
        {Name}
      </Link>
      {Description && <div style={{ color: "var(--rm-color-text-secondary)" }}>{Description}</div>}
    </span>
  );
}

function Actions({ library: { FpDBId = "", Name: name = "", FileCount } }: { library: Library }) {
  const t = useFingerprintTexts();
  const common = useCommonTexts();
  const [confirm, ask] = useConfirm();
  const remove = (DelType: "Purge" | "Delete") => () => call("SubmitFpDBDeleteJob", { FpDBId, DelType }).then(() => changed(["fingerprints"]));
  return (
    <>
      {Boolean(FileCount) && <RowAction verb={t("clear")} of={name} danger onClick={() => ask({ title: t("clearTitle", { name }), content: t("clearHelp"), ok: t("clear"), action: remove("Purge") })} />}
      <RowAction verb={common("delete")} of={name} danger onClick={() => ask({ title: t("removeTitle", { name }), content: t("removeHelp"), ok: common("delete"), action: remove("Delete") })} />
      {confirm}
    </>
  );
}

function AddLibrary({ open, close }: { open: boolean; close: () => void }) {
  const t = useFingerprintTexts();
  const submit = ({ name, description, model }: { name: string; description?: string; model: number }) =>
    call("CreateFpShotDB", { Name: name, Description: description, ModelId: model }).then(() => changed(["fingerprints"]));
  return (
    <FormModal open={open} title={t("addTitle")} ok={t("add")} close={close} submit={submit} initialValues={{ model: 1 }}>
      <Form.Item name="name" label={t("name")} rules={[{ required: true, message: t("needed") }]}>
        <Input maxLength={128} autoComplete="off" />
      </Form.Item>
      <Form.Item name="model" label={t("kind")} extra={t("kindHelp")}>
        <Radio.Group options={[{ value: 1, label: t("pictures") }, { value: TEXTS, label: t("texts") }]} />
      </Form.Item>
      <Form.Item name="description" label={t("description")}>
        <Input.TextArea maxLength={300} autoSize={{ minRows: 2 }} />
      </Form.Item>
    </FormModal>
  );
}
