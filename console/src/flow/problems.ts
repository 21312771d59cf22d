/** What the server complains of, as the editor says it. */
import type { Problem } from "@/api/types";
import { useEditorTexts } from "./editor/texts";

/** The server's message; for the commonest complaint a short word, for the path tells the rest. */
export function useProblemText(): (problem: Problem) => string {
  const t = useEditorTexts();
  return ({ Code: code, Message: message }) => (code === "MissingParameter" ? t("needed") : (message ?? ""));
}
