/** What the server's own validation says, each line a click away from its field. */
import { CheckCircleOutlined, ExclamationCircleOutlined, LoadingOutlined } from "@ant-design/icons";
import { useState } from "react";
import type { Problem } from "@/api/types";
import { useServerText } from "@/i18n/server";
import { useProblemText } from "../problems";
import { useEditorTexts } from "./texts";

interface Props {
  problems: readonly Problem[];
  checking: boolean;
  failed: boolean;
  onGo: (problem: Problem) => void;
}

export function ProblemList({ problems, checking, failed, onGo }: Props) {
  const t = useEditorTexts();
  const say = useProblemText();
  const inWords = useServerText();
  const [open, setOpen] = useState(true);
  const good = !problems.length;
  const Icon = checking ? LoadingOutlined : good ? CheckCircleOutlined : ExclamationCircleOutlined;
  const told = failed ? t("checkFailed") : good ? (checking ? t("checking") : t("noProblems")) : t("problems", { count: problems.length });
  return (
    <section className="fe-problems" aria-label={told} data-good={good && !failed}>
      <button type="button" className="fe-problems-head" aria-expanded={open && !good} disabled={good} onClick={() => setOpen(!open)}>
        <Icon aria-hidden /> <span aria-live="polite">{told}</span>
      </button>
      {open && !good && (
        <ul>
          {problems.map((problem) => (
            <li key={`${problem.Path} ${problem.Code} ${problem.Message}`}>
              {problem.Activity ? (
                <button type="button" onClick={() => onGo(problem)}>
                  <b>{problem.Activity}</b> {say(problem)} <span className="mono">{shortPath(problem)}</span>
                </button>
              ) : (
                <p>
                  {inWords(problem.Message ?? "")} <span className="mono">{shortPath(problem)}</span>
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** The path as far as it tells more than the activity's name. */
function shortPath({ Path: path = "", Activity: activity }: Problem): string {
  const start = `Activities.${activity}.`;
  return activity && path.startsWith(start) ? path.slice(start.length).replace(/^Parameters\.?/, "") : path;
}
