import { FolderOpenOutlined, InboxOutlined, PlusOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button, Card, Form, Input, Radio, Typography } from "antd";
import { useState } from "react";
import { call } from "@/api/client";
import { useBuckets } from "@/api/lists";
import { changed } from "@/api/query";
import type { Bucket } from "@/api/types";
import { useMayChange } from "@/app/session";
import { useBucketTexts } from "@/i18n/buckets";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBox } from "@/ui/ErrorBox";
import { FormModal } from "@/ui/FormModal";
import { AddButton, PageList } from "@/ui/PageList";
import { RowAction } from "@/ui/RowAction";
import { useConfirm } from "@/ui/useConfirm";
import { BUCKET_NAME, addBucket } from "./bucket";

type Type = "Input" | "Output";

export default function Buckets() {
  const t = useBucketTexts();
  const mayChange = useMayChange();
  const { data, error, refetch, isPending } = useBuckets();
  const [adding, setAdding] = useState<Type>();
  const [confirm, ask] = useConfirm();

  const remove = (type: Type, name: string) =>
    ask({
      title: t("removeTitle", { name }),
      content: t(type === "Input" ? "removeInput" : "removeOutput"),
      ok: t("remove"),
      action: () => call(type === "Input" ? "UnbindInputBucket" : "UnbindOutputBucket", { Bucket: name }).then(() => changed(["buckets"])),
    });

  const list = (type: Type) => (
    <Bindings
      type={type}
      rows={(data ?? []).filter((bucket) => bucket.Type === type)}
      loading={isPending}
      add={mayChange ? () => setAdding(type) : undefined}
      remove={mayChange ? (name) => remove(type, name) : undefined}
    />
  );

  return (
    <PageList
      title={t("title")}
      help={t("help")}
      action={mayChange && <AddButton label={t("add")} onClick={() => setAdding("Input")} />}
    >
      {error && <ErrorBox error={error} retry={() => void refetch()} />}
      <div style={{ display: "grid", gridTemplateColumns: "repeat(auto-fit, minmax(420px, 1fr))", gap: 16, alignItems: "start" }}>
        {list("Input")}
        {list("Output")}
      </div>
      <FormModal<{ type: Type; name: string }>
        open={adding !== undefined}
        title={t("add")}
        ok={t("add")}
        close={() => setAdding(undefined)}
        initialValues={{ type: adding }}
        submit={({ type, name }) => addBucket(type, name).then(() => changed(["buckets"]))}
      >
        <Form.Item name="type" label={t("use")}>
          <Radio.Group
            options={[
              { value: "Input", label: t("forInput") },
              { value: "Output", label: t("forOutput") },
            ]}
            vertical
          />
        </Form.Item>
        <Form.Item name="name" label={t("name")} extra={t("nameHelp")} rules={[{ required: true, pattern: BUCKET_NAME, message: t("nameRule") }]} validateTrigger="onBlur">
          <Input autoFocus spellCheck={false} autoComplete="off" />
        </Form.Item>
      </FormModal>
      {confirm}
    </PageList>
  );
}

function Bindings({ type, rows, loading, add, remove }: { type: Type; rows: Bucket[]; loading: boolean; add?: () => void; remove?: (name: string) => void }) {
  const t = useBucketTexts();
  const input = type === "Input";
  const empty = (
    <EmptyState
      icon={<InboxOutlined />}
      title={t(input ? "noInput" : "noOutput")}
      help={t(input ? "noInputHelp" : "noOutputHelp")}
      action={
        add && (
          <Button onClick={add} icon={<PlusOutlined />}>
            {t("add")}
          </Button>
        )
      }
    />
  );
  return (
    <Card
      title={
        <>
          <Typography.Title level={2} style={{ fontSize: 16, margin: 0 }}>
            {t(input ? "input" : "output")}
          </Typography.Title>
          <Typography.Text type="secondary" style={{ fontWeight: 400 }}>
            {t(input ? "inputHelp" : "outputHelp")}
          </Typography.Text>
        </>
      }
      styles={{ body: { padding: 0 }, header: { padding: "12px 16px" } }}
    >
      <DataTable<Bucket>
        sticky={false}
        rowKey={(bucket) => bucket.Bucket ?? ""}
        dataSource={rows}
        loading={loading}
        pagination={false}
        locale={{ emptyText: loading ? " " : empty }}
        columns={[
          {
            title: t("name"),
            render: (_, { Bucket: name = "" }) => (
              <Link to="/buckets/$bucket" params={{ bucket: name }}>
                <FolderOpenOutlined aria-hidden /> {name}
              </Link>
            ),
          },
          {
            title: t("actions"),
            align: "end",
            render: (_, { Bucket: name = "" }) =>
              remove && (
                <RowAction verb={t("remove")} of={name} danger onClick={() => remove(name)} />
              ),
          },
        ]}
      />
    </Card>
  );
}
