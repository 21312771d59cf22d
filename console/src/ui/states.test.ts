import { expect, test } from "vitest";
import { look, word } from "./states";

// Every state that the API answers: executions, activities, jobs, queues, workflows, media, templates (MPS reference, "Job states").
const KNOWN = [
  ...["Running", "Completed", "Fail", "Cancelled", "Init", "Success", "Skipped"],
  ...["Submitted", "Transcoding", "TranscodeSuccess", "TranscodeFail", "TranscodeCancelled", "Snapshoting", "Analyzing", "Queuing", "Analysing"],
  ...["Active", "Paused", "Inactive", "Deleted", "Initiated", "UnPublish", "Published", "Normal"],
];

test("every state has a word", () => expect(KNOWN.filter((state) => !word(state))).toEqual([]));

test("case does not matter, and what is unknown waits", () => {
  expect([look("running"), look("FAIL"), look("Nonsense"), look(undefined)]).toEqual(["running", "failed", "waiting", "waiting"]);
});
