import { KeyOutlined } from "@ant-design/icons";
import { Card, Form, Radio, Select, Space, Tooltip, Typography } from "antd";
import { useState } from "react";
import { call } from "@/api/client";
import { changed, useAction, useOperation } from "@/api/query";
import type { Out, Session } from "@/api/types";
import { useMe } from "@/app/session";
import { useCommonTexts } from "@/i18n/common";
import { useSettingTexts } from "@/i18n/settings";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBox } from "@/ui/ErrorBox";
import { FormModal } from "@/ui/FormModal";
import { AddButton, PageList } from "@/ui/PageList";
import { RowAction } from "@/ui/RowAction";
import { SecretModal } from "@/ui/SecretModal";
import { StateTag } from "@/ui/StateTag";
import { CopyButton, RelativeTime } from "@/ui/facts";
import { useConfirm } from "@/ui/useConfirm";

type Key = Out<"ListAccessKeys">["AccessKeys"][number];
type Fresh = NonNullable<Out<"AddAccessKey">["AccessKey"]>;
type Role = Session["Role"];
const ROLES: Role[] = ["administrator", "operator", "reviewer", "viewer"];
const SHORT = { administrator: "shortAdministrator", operator: "shortOperator", reviewer: "shortReviewer", viewer: "shortViewer" } as const;

export default function Keys() {
  const t = useSettingTexts();
  const common = useCommonTexts();
  const { User, Role: mine } = useMe();
  const manages = mine === "administrator";
  const { data, error, isPending, refetch } = useOperation("ListAccessKeys", {}, { enabled: manages });
  const update = useAction("UpdateAccessKey", ["keys"]);
  const [adding, setAdding] = useState(false);
  const [fresh, setFresh] = useState<Fresh>();
  const [confirm, ask] = useConfirm();

  const disable = (id: string) =>
    ask({ title: t("disableTitle", { id }), content: t("disableHelp"), ok: t("disable"), action: () => update.mutateAsync({ UserAccessKeyId: id, State: "Inactive" }) });
  const rotate = (id: string) =>
    ask({
      title: t("rotateTitle", { id }),
      content: t("rotateHelp"),
      ok: t("rotate"),
      action: () => call("RotateAccessKey", { UserAccessKeyId: id }).then((answer) => setFresh(answer.AccessKey)),
    });
  const remove = (id: string) =>
    ask({ title: t("deleteTitle", { id }), content: t("deleteHelp"), ok: common("delete"), action: () => call("DeleteAccessKey", { UserAccessKeyId: id }).then(() => changed(["keys"])) });

  return (
    <PageList
      title={t("keys")}
      help={t("keysHelp")}
      action={manages && <AddButton label={t("addKey")} onClick={() => setAdding(true)} />}
    >
      <ErrorBox error={error} retry={() => void refetch()} />
      <ErrorBox error={update.error} onClose={update.reset} />
      {manages ? (
        <DataTable<Key>
          rowKey={(key) => key.AccessKeyId ?? ""}
          dataSource={data?.AccessKeys ?? []}
          loading={isPending}
          pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
          columns={[
            {
              title: t("keyId"),
              render: (_, { AccessKeyId: id = "" }) => (
                <span className="mono">
                  {id}
                  <CopyButton text={id} /> {id === User && <Typography.Text type="secondary">({t("you")})</Typography.Text>}
                </span>
              ),
            },
            {
              title: t("role"),
              render: (_, { AccessKeyId: id = "", Role: role }) => (
                <Select<Role>
                  aria-label={t("roleOf", { id })}
                  value={role as Role}
                  variant="borderless"
                  options={ROLES.map((value) => ({ value, label: t(SHORT[value]) }))}
                  onChange={(chosen) => update.mutate({ UserAccessKeyId: id, Role: chosen })}
                  style={{ width: 150 }}
                />
              ),
            },
            { title: t("state"), render: (_, key) => <StateTag state={key.State} /> },
            { title: t("created"), render: (_, key) => <RelativeTime time={key.CreationTime} /> },
            { title: t("actions"), align: "end", render: (_, key) => <Actions item={key} enable={(id) => update.mutate({ UserAccessKeyId: id, State: "Active" })} disable={disable} rotate={rotate} remove={remove} /> },
          ]}
        />
      ) : (
        <EmptyState icon={<KeyOutlined />} title={common("doForbidden")} />
      )}
      <Card
        style={{ marginTop: 24, maxWidth: 720 }}
        title={
          <Typography.Title level={2} style={{ fontSize: 16, margin: 0 }}>
            {t("people")}
          </Typography.Title>
        }
      >
        <p>{t("peopleHelp")}</p>
        <pre className="mono" style={{ margin: 0 }}>
          ./mill admin password anna --role viewer <CopyButton text="./mill admin password anna --role viewer" />
        </pre>
      </Card>
      <FormModal<{ role: Role }>
        open={adding}
        title={t("addKey")}
        ok={t("addKey")}
        close={() => setAdding(false)}
        initialValues={{ role: "operator" }}
        submit={({ role }) =>
          call("AddAccessKey", { Role: role }).then((answer) => {
            setFresh(answer.AccessKey);
            changed(["keys"]);
          })
        }
      >
        <Form.Item name="role" label={t("role")}>
          <Radio.Group vertical options={ROLES.map((value) => ({ value, label: t(value) }))} />
        </Form.Item>
      </FormModal>
      <SecretModal
        open={fresh !== undefined}
        title={t("shownOnce")}
        help={t("shownOnceHelp")}
        ok={t("copied")}
        lines={[
          [t("keyId"), fresh?.AccessKeyId],
          [t("secret"), fresh?.AccessKeySecret],
        ]}
        close={() => setFresh(undefined)}
      />
      {confirm}
    </PageList>
  );
}

type Act = (id: string) => void;

function Actions({ item, enable, disable, rotate, remove }: { item: Key; enable: Act; disable: Act; rotate: Act; remove: Act }) {
  const t = useSettingTexts();
  const common = useCommonTexts();
  const id = item.AccessKeyId ?? "";
  const active = item.State === "Active";
  const act = (verb: string, then: Act, danger = false, off = false) => (
    <RowAction verb={verb} of={id} danger={danger} disabled={off} onClick={() => then(id)} />
  );
  return (
    <Space size={0}>
      {act(t("rotate"), rotate)}
      {active ? act(t("disable"), disable) : act(t("enable"), enable)}
      <Tooltip title={active ? t("deleteFirst") : undefined}>
        <span>{act(common("delete"), remove, true, active)}</span>
      </Tooltip>
    </Space>
  );
}
