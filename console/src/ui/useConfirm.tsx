import { Modal } from "antd";
import { type ReactNode, useState } from "react";
import { useCommonTexts } from "@/i18n/common";
import { ErrorBox } from "./ErrorBox";

interface Question {
  title: string;
  content?: ReactNode;
  /** The verb on the button. */
  ok: string;
  action: () => Promise<unknown>;
}

/** Asks before something that cannot be taken back. The question stays open until the server has done it, and shows why it did not. */
export function useConfirm(): [ReactNode, (question: Question) => void] {
  const t = useCommonTexts();
  const [question, setQuestion] = useState<Question>();
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const close = () => setOpen(false);
  const act = () => {
    setBusy(true);
    setError(undefined);
    question
      ?.action()
      .then(close, setError)
      .finally(() => setBusy(false));
  };
  const node = (
    <Modal
      open={open}
      title={question?.title}
      okText={question?.ok}
      cancelText={t("cancel")}
      okButtonProps={{ danger: true, loading: busy }}
      onOk={act}
      onCancel={close}
      afterClose={() => setQuestion(undefined)}
      destroyOnHidden
    >
      {question?.content}
      {error !== undefined && (
        <div style={{ marginTop: 16 }}>
          <ErrorBox error={error} />
        </div>
      )}
    </Modal>
  );
  return [
    node,
    (asked) => {
      setError(undefined);
      setQuestion(asked);
      setOpen(true);
    },
  ];
}
