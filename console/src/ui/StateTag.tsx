import { useCommonTexts } from "@/i18n/common";
import { look, word } from "./states";

/** A state as dot and word; the colour only repeats what the word says. `label` names it otherwise. */
export function StateTag({ state, label }: { state: string | undefined; label?: string }) {
  const t = useCommonTexts();
  const key = word(state);
  const colour = `var(--state-${look(state)})`;
  return (
    <span style={{ color: colour, whiteSpace: "nowrap", display: "inline-flex", alignItems: "center", gap: 6 }}>
      <span aria-hidden style={{ width: 8, height: 8, borderRadius: 4, background: colour, flex: "none" }} />
      {label ?? (key ? t(key) : (state ?? "–"))}
    </span>
  );
}
