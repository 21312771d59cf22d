import { expect, test } from "vitest";
import { doneSteps, nextStep } from "./steps";

const NOTHING = { presetsDo: false, played: false };
const EMPTY = { Buckets: { Input: 0, Output: 0 }, Pipelines: 0, Workflows: { Active: 0, Inactive: 0 }, Media: 0, Executions: { Running: 0, Completed: 0, Fail: 0 }, Problems: [], RequestId: "" };

test("an empty server begins with buckets, and one of each is needed", () => {
  expect(nextStep(doneSteps(EMPTY, 0, NOTHING))).toBe(2);
  expect(nextStep(doneSteps({ ...EMPTY, Buckets: { Input: 1, Output: 0 } }, 0, NOTHING))).toBe(2);
});

test("templates are done by making one or by saying that the presets are enough", () => {
  const ready = { ...EMPTY, Buckets: { Input: 1, Output: 1 }, Pipelines: 1 };
  expect(nextStep(doneSteps(ready, 0, NOTHING))).toBe(4);
  expect(nextStep(doneSteps(ready, 1, NOTHING))).toBe(5);
  expect(nextStep(doneSteps(ready, 0, { ...NOTHING, presetsDo: true }))).toBe(5);
});

test("a run that failed was watched, but nothing plays yet", () => {
  const failed = { ...EMPTY, Buckets: { Input: 1, Output: 1 }, Pipelines: 1, Workflows: { Active: 1 }, Media: 1, Executions: { Fail: 1 } };
  expect(nextStep(doneSteps(failed, 1, NOTHING))).toBe(8);
  const first = { ...failed, Executions: { Completed: 1 } };
  expect(nextStep(doneSteps(first, 1, NOTHING))).toBe(8); // the guide must not vanish in the moment in which its last step can be done
  expect(nextStep(doneSteps(first, 1, { ...NOTHING, played: true }))).toBeUndefined();
  expect(nextStep(doneSteps({ ...failed, Executions: { Completed: 2 } }, 1, NOTHING))).toBeUndefined();
});
