import type { ReactNode } from "react";
import type { Look } from "@/ui/states";

/** The words of a state with its dot, for states that only this page has. */
export function Words({ look, children }: { look: Look; children: ReactNode }) {
  const colour = `var(--state-${look})`;
  return (
    <span style={{ color: colour, display: "inline-flex", alignItems: "center", gap: 6 }}>
      <span aria-hidden style={{ width: 8, height: 8, borderRadius: 4, background: colour }} />
      {children}
    </span>
  );
}
