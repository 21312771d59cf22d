import { Form, type FormProps, Modal } from "antd";
import { type ReactNode, useState } from "react";
import { useCommonTexts } from "@/i18n/common";
import { ErrorBox } from "./ErrorBox";

interface Props<V> {
  open: boolean;
  title: string;
  /** The verb on the button. */
  ok: string;
  close: () => void;
  initialValues?: FormProps<V>["initialValues"];
  /** Closes when it is done; what it throws is shown. */
  submit: (values: V) => Promise<unknown>;
  children: ReactNode;
  width?: number;
}

/** A short form in a dialog: Enter sends it, a refusal stays in view. */
export function FormModal<V extends object>({ open, title, ok, close, initialValues, submit, children, width = 520 }: Props<V>) {
  const t = useCommonTexts();
  const [form] = Form.useForm<V>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const send = (values: V) => {
    setBusy(true);
    setError(undefined);
    submit(values)
      .then(close, setError)
      .finally(() => setBusy(false));
  };
  return (
    <Modal
      open={open}
      title={title}
      okText={ok}
      cancelText={t("cancel")}
      onOk={() => form.submit()}
      okButtonProps={{ loading: busy }}
      onCancel={close}
      afterClose={() => setError(undefined)}
      destroyOnHidden
      width={width}
    >
      <Form form={form} layout="vertical" initialValues={initialValues} onFinish={send} preserve={false} style={{ marginTop: 16 }} requiredMark={false}>
        {children}
        <input type="submit" hidden />
      </Form>
      {error !== undefined && <ErrorBox error={error} />}
    </Modal>
  );
}
