import { Alert, Button, Modal } from "antd";
import { CopyButton } from "./facts";

interface Props {
  open: boolean;
  title: string;
  help: string;
  /** The button that closes it: only who has read it presses that. */
  ok: string;
  /** Label -> what can be read this once. */
  lines: [string, string | undefined][];
  close: () => void;
}

/** A secret can be read once only, so the dialog does not go by a stray click. */
export function SecretModal({ open, title, help, ok, lines, close }: Props) {
  return (
    <Modal
      open={open}
      title={title}
      mask={{ closable: false }}
      keyboard={false}
      closable={false}
      destroyOnHidden
      footer={
        <Button type="primary" onClick={close}>
          {ok}
        </Button>
      }
    >
      <Alert type="warning" showIcon title={help} />
      {lines.map(([label, value = ""]) => (
        <div key={label} style={{ marginTop: 16 }}>
          <div>{label}</div>
          <span className="mono" style={{ overflowWrap: "anywhere" }}>
            {value}
          </span>
          <CopyButton text={value} label={label} />
        </div>
      ))}
    </Modal>
  );
}
