import { Form, type FormProps, Modal } from "antd";
import { type ReactNode, useState } from "react";
import { useCommonTexts } from "@/i18n/common";
import { ErrorBox } from "./ErrorBox";
import { useSubmit } from "./useSubmit";

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
export function FormModal<V extends object>(props: Props<V>) {
  const [times, setTimes] = useState(0);
  // Each opening is a form of its own: one that was used before would begin with what the last one began with.
  return <Once<V> key={times} {...props} closed={() => setTimes(times + 1)} />;
}

function Once<V extends object>({ open, title, ok, close, closed, initialValues, submit, children, width = 520 }: Props<V> & { closed: () => void }) {
  const t = useCommonTexts();
  const [form] = Form.useForm<V>();
  const { busy, error, send } = useSubmit((values: V) => submit(values).then(close));
  return (
    <Modal
      open={open}
      title={title}
      okText={ok}
      cancelText={t("cancel")}
      onOk={() => form.submit()}
      okButtonProps={{ loading: busy }}
      onCancel={close}
      afterClose={closed}
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
