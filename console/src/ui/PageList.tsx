import { PlusOutlined } from "@ant-design/icons";
import { Button, Typography } from "antd";
import { type ReactNode, useEffect } from "react";

/** The name of the page in the tab. */
export function useTitle(title: string) {
  useEffect(() => {
    document.title = title ? `${title} · ReelMill` : "ReelMill";
  }, [title]);
}

interface Props {
  title: string;
  help?: ReactNode;
  /** The one primary action, on the title's line. */
  action?: ReactNode;
  /** Filters as chips, under the title. */
  filters?: ReactNode;
  children: ReactNode;
}

/** Page pattern 1: a title with one primary action, filters under it, then the table. */
export function PageList({ title, help, action, filters, children }: Props) {
  useTitle(title);
  return (
    <div style={{ padding: 24, minWidth: 0 }}>
      <div style={{ display: "flex", gap: 16, alignItems: "flex-start", marginBottom: 16, flexWrap: "wrap" }}>
        <div style={{ flex: 1, minWidth: 240 }}>
          <Typography.Title level={1} style={{ fontSize: 20, lineHeight: "32px", margin: 0 }}>
            {title}
          </Typography.Title>
          {help && <Typography.Text type="secondary">{help}</Typography.Text>}
        </div>
        {action}
      </div>
      {filters && <div style={{ display: "flex", gap: 8, flexWrap: "wrap", marginBottom: 16, alignItems: "center" }}>{filters}</div>}
      {children}
    </div>
  );
}

/** The primary action of a list: one more of what it lists. */
export function AddButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Button type="primary" icon={<PlusOutlined />} onClick={onClick}>
      {label}
    </Button>
  );
}
