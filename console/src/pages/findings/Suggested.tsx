import { useCensorTexts } from "@/i18n/censor";
import { isSuggestion, LOOKS, WORDS } from "./censor";
import "./findings.css";

/** What a review suggests, as dot and word. */
export function Suggested({ suggestion }: { suggestion: string | undefined }) {
  const t = useCensorTexts();
  if (!isSuggestion(suggestion)) return <>–</>;
  return (
    <span className="finding-said" style={{ color: `var(--state-${LOOKS[suggestion]})` }}>
      <span aria-hidden className="finding-dot" />
      {t(WORDS[suggestion])}
    </span>
  );
}
