/** What the server complains of, as the editor says it. */
import type { Problem } from "@/api/types";
import { useServerText } from "@/i18n/server";
import { useEditorTexts } from "./editor/texts";

/** The server's message; for the commonest complaint a short word, for the path tells the rest. */
export function useProblemText(): (problem: Problem) => string {
  const t = useEditorTexts();
  const say = useServerText();
  return ({ Code: code, Message: message }) => (code === "MissingParameter" ? t("needed") : say(message ?? ""));
}
