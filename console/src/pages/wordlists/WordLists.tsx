import { ReadOutlined } from "@ant-design/icons";
import { Form, Input, Select } from "antd";
import { useState } from "react";
import { call } from "@/api/client";
import { changed, useOperation } from "@/api/query";
import type { Out } from "@/api/types";
import { useMayChange } from "@/app/session";
import { useCensorTexts } from "@/i18n/censor";
import { useCommonTexts } from "@/i18n/common";
import { Suggested } from "@/pages/findings/Suggested";
import { Blind } from "@/ui/Blind";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBox } from "@/ui/ErrorBox";
import { FormModal } from "@/ui/FormModal";
import { AddButton, PageList } from "@/ui/PageList";
import { RowAction } from "@/ui/RowAction";
import { RelativeTime } from "@/ui/facts";
import { useConfirm } from "@/ui/useConfirm";

type WordList = Out<"ListCensorWordLists">["CensorWordLists"][number];

const LABELS = ["ad", "spam", "abuse", "flood", "contraband", "meaningless", "politics", "terrorism", "porn", "others"] as const;

/** The words that reviews look for. */
export default function WordLists() {
  const t = useCensorTexts();
  const common = useCommonTexts();
  const mayChange = useMayChange();
  const { data, error, isPending, refetch } = useOperation("ListCensorWordLists", {});
  const [editing, setEditing] = useState<WordList | "new">();
  const [confirm, ask] = useConfirm();
  const add = mayChange && <AddButton label={t("addList")} onClick={() => setEditing("new")} />;
  const remove = ({ Id = "", Name: name = "" }: WordList) =>
    ask({ title: t("removeTitle", { name }), content: t("removeHelp"), ok: common("delete"), action: () => call("DeleteCensorWordList", { Id }).then(() => changed(["wordlists"])) });
  return (
    <PageList title={t("lists")} help={t("listsHelp")} action={add}>
      <Blind />
      <ErrorBox error={error} retry={() => void refetch()} />
      <DataTable<WordList>
        rowKey={({ Id }) => Id ?? ""}
        dataSource={data?.CensorWordLists ?? []}
        loading={isPending}
        pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
        scroll={{ x: 760 }}
        locale={{ emptyText: !data ? " " : <EmptyState icon={<ReadOutlined />} title={t("emptyLists")} help={t("emptyListsHelp")} action={add} /> }}
        columns={[
          { title: t("name"), render: (_, { Name }) => <span style={{ overflowWrap: "anywhere" }}>{Name}</span> },
          { title: t("words"), render: (_, { Words }) => t("wordCount", { count: Words.length }) },
          { title: t("label"), dataIndex: "Label" },
          { title: t("suggestion"), render: (_, { Suggestion }) => <Suggested suggestion={Suggestion} /> },
          { title: t("changed"), render: (_, { ModificationTime }) => <RelativeTime time={ModificationTime} /> },
          {
            title: <span className="visually-hidden">{t("actions")}</span>,
            align: "end",
            render: (_, list) =>
              mayChange && (
                <>
                  <RowAction verb={common("edit")} of={list.Name} onClick={() => setEditing(list)} />
                  <RowAction verb={common("delete")} of={list.Name} danger onClick={() => remove(list)} />
                </>
              ),
          },
        ]}
      />
      <ListForm list={editing} close={() => setEditing(undefined)} />
      {confirm}
    </PageList>
  );
}

interface Values {
  name: string;
  words: string;
  label: (typeof LABELS)[number];
  suggestion: "review" | "block";
}

function ListForm({ list, close }: { list: WordList | "new" | undefined; close: () => void }) {
  const t = useCensorTexts();
  const common = useCommonTexts();
  const old = list === "new" ? undefined : list;
  const needed = [{ required: true, message: t("needed") }];
  const submit = async ({ name, words, label, suggestion }: Values) => {
    const lines = words.split("\n").map((line) => line.trim());
    const body = { Name: name, Words: lines.filter(Boolean), Label: label, Suggestion: suggestion };
    await (old ? call("UpdateCensorWordList", { Id: old.Id ?? "", ...body }) : call("AddCensorWordList", body));
    changed(["wordlists"]);
  };
  const begins = old ? { name: old.Name, words: old.Words.join("\n"), label: old.Label, suggestion: old.Suggestion } : { label: "ad", suggestion: "review" };
  return (
    <FormModal<Values> open={list !== undefined} title={t(old ? "editList" : "addList")} ok={old ? common("save") : t("addList")} close={close} submit={submit} initialValues={begins}>
      <Form.Item name="name" label={t("name")} rules={needed}>
        <Input maxLength={128} autoComplete="off" />
      </Form.Item>
      <Form.Item name="words" label={t("words")} extra={t("wordsHelp")} rules={needed}>
        <Input.TextArea autoSize={{ minRows: 4, maxRows: 14 }} spellCheck={false} />
      </Form.Item>
      <Form.Item name="label" label={t("label")}>
        <Select options={LABELS.map((value) => ({ value, label: value }))} />
      </Form.Item>
      <Form.Item name="suggestion" label={t("suggestion")}>
        <Select options={[{ value: "review", label: t("suggestReview") }, { value: "block", label: t("block") }]} />
      </Form.Item>
    </FormModal>
  );
}
