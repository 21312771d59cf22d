/** Which events a webhook asks for: patterns as the API keeps them, and ticks as the form shows them. Pure. */

export const EVENTS = {
  "execution.started": "executionStarted",
  "execution.finished": "executionFinished",
  "execution.waiting": "executionWaiting",
  "activity.started": "activityStarted",
  "activity.finished": "activityFinished",
  "job.finished": "jobFinished",
  "media.published": "mediaPublished",
  "media.deleted": "mediaDeleted",
} as const;
export type EventName = keyof typeof EVENTS;
export const NAMES = Object.keys(EVENTS) as EventName[];
export const TEST = "webhook.test";
export const PUSH = "topic.message";

const fits = (pattern: string, name: string) =>
  new RegExp(`^${pattern.replace(/[.+^${}()|\\]/g, "\\$&").replace(/\*/g, ".*").replace(/\?/g, ".")}$`).test(name);

/** The events that patterns such as `execution.*` name. */
export const named = (patterns: readonly string[]): EventName[] => NAMES.filter((name) => patterns.some((pattern) => fits(pattern.trim(), name)));

/** What is kept for these ticks. Who changed nothing keeps the patterns as they were written; all of them are `*`. */
export function patternsFor(chosen: readonly string[], before: readonly string[] = []): string[] {
  const ticked = NAMES.filter((name) => chosen.includes(name));
  if (before.length && named(before).join() === ticked.join()) return [...before];
  return ticked.length === NAMES.length ? ["*"] : ticked;
}

export const STATES = ["Waiting", "Delivered", "Parked", "Dropped"] as const;
