import type { Overview } from "@/api/types";

export const STEPS = [1, 2, 3, 4, 5, 6, 7, 8] as const;
export type Step = (typeof STEPS)[number];

/** Which of the eight first steps are done, by what there is. `presetsDo`: the user has said that the presets are enough. */
export function doneSteps(overview: Overview, ownTemplates: number, presetsDo: boolean): Set<Step> {
  const { Buckets, Pipelines = 0, Workflows, Media = 0, Executions } = overview;
  const ended = (Executions?.Completed ?? 0) + (Executions?.Fail ?? 0);
  const begun = ended + (Executions?.Running ?? 0);
  const done: Record<Step, boolean> = {
    1: true,
    2: Boolean(Buckets?.Input && Buckets.Output),
    3: Pipelines > 0,
    4: presetsDo || ownTemplates > 0,
    5: Boolean(Workflows?.Active || Workflows?.Inactive),
    6: Media > 0,
    7: begun > 0,
    8: (Executions?.Completed ?? 0) > 0,
  };
  return new Set(STEPS.filter((step) => done[step]));
}

/** The first step that is not done; undefined when all are. */
export const nextStep = (done: ReadonlySet<Step>): Step | undefined => STEPS.find((step) => !done.has(step));
