import { Typography } from "antd";
import type { ReactNode } from "react";
import { useTitle } from "./PageList";

interface Props {
  title: string;
  /** Shown instead of the plain title, e.g. an editable name. */
  heading?: ReactNode;
  state?: ReactNode;
  /** The two facts that matter most. */
  facts?: ReactNode;
  actions?: ReactNode;
  side?: ReactNode;
  children: ReactNode;
  /** Fills the window's height (canvas pages) instead of scrolling as a whole. */
  fill?: boolean;
}

/** Page pattern 2: a header with name, state, facts and actions; the main thing large below; facts in a side column. */
export function PageDetail({ title, heading, state, facts, actions, side, children, fill = false }: Props) {
  useTitle(title);
  return (
    <div style={{ padding: 24, minWidth: 0, ...(fill ? { height: "100%", display: "flex", flexDirection: "column" } : {}) }}>
      <div style={{ display: "flex", gap: 16, alignItems: "center", marginBottom: 16, flexWrap: "wrap" }}>
        <div style={{ flex: 1, minWidth: 240 }}>
          <div style={{ display: "flex", gap: 12, alignItems: "center", flexWrap: "wrap" }}>
            <Typography.Title level={1} style={{ fontSize: 20, lineHeight: "32px", margin: 0, overflowWrap: "anywhere" }}>
              {heading ?? title}
            </Typography.Title>
            {state}
          </div>
          {facts && <Typography.Text type="secondary">{facts}</Typography.Text>}
        </div>
        {actions && <div style={{ display: "flex", gap: 8, flexWrap: "wrap" }}>{actions}</div>}
      </div>
      <div style={{ display: "flex", gap: 24, alignItems: fill ? "stretch" : "flex-start", flexWrap: fill ? "nowrap" : "wrap", ...(fill ? { flex: 1, minHeight: 0 } : {}) }}>
        <div style={{ flex: "1 1 560px", minWidth: 0 }}>{children}</div>
        {side && <aside aria-label={title} style={{ flex: "0 1 320px", minWidth: 260 }}>{side}</aside>}
      </div>
    </div>
  );
}
