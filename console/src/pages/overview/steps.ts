import type { Overview } from "@/api/types";

export const STEPS = [1, 2, 3, 4, 5, 6, 7, 8] as const;
export type Step = (typeof STEPS)[number];

/** What the user has said in this browser: that the presets are enough; that the first result was looked at. */
export interface Said {
  presetsDo: boolean;
  played: boolean;
}

/** Which of the eight first steps are done, by what there is and what the user has said. The last one is the user's: a second result ends it too. */
export function doneSteps(overview: Overview, ownTemplates: number, { presetsDo, played }: Said): Set<Step> {
  const { Buckets, Pipelines = 0, Workflows, Media = 0, Executions } = overview;
  const ended = (Executions?.Completed ?? 0) + (Executions?.Fail ?? 0);
  const begun = ended + (Executions?.Running ?? 0);
  const done: Record<Step, boolean> = {
    1: true,
    2: Boolean(Buckets?.Input && Buckets.Output),
    3: Pipelines > 0,
    4: presetsDo || ownTemplates > 0 || Boolean(Workflows?.Active || Workflows?.Inactive),
    5: Boolean(Workflows?.Active || Workflows?.Inactive),
    6: Media > 0,
    7: begun > 0,
    8: played || (Executions?.Completed ?? 0) > 1,
  };
  return new Set(STEPS.filter((step) => done[step]));
}

/** The first step that is not done; undefined when all are. */
export const nextStep = (done: ReadonlySet<Step>): Step | undefined => STEPS.find((step) => !done.has(step));
