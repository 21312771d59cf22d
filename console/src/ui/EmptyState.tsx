import { Typography } from "antd";
import type { ReactNode } from "react";

/** What a list is for, and its first step, where there is nothing to list yet; `level` 1 where it is all of a page. */
export function EmptyState({ icon, title, help, action, level = 2 }: { icon?: ReactNode; title: string; help?: ReactNode; action?: ReactNode; level?: 1 | 2 }) {
  return (
    <div style={{ padding: "48px 16px", textAlign: "center", maxWidth: 520, margin: "0 auto" }}>
      {icon && (
        <div aria-hidden style={{ fontSize: 32, color: "var(--rm-color-text-tertiary)", marginBottom: 8 }}>
          {icon}
        </div>
      )}
      <Typography.Title level={level} style={{ fontSize: 16, margin: "0 0 8px" }}>
        {title}
      </Typography.Title>
      {help && <Typography.Paragraph type="secondary">{help}</Typography.Paragraph>}
      {action}
    </div>
  );
}
