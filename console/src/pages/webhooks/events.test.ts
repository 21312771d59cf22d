import { expect, test } from "vitest";
import { NAMES, named, patternsFor } from "./events";

test("patterns tick the events that they name", () => {
  expect(named(["*"])).toEqual(NAMES);
  expect(named(["execution.*", "media.deleted"])).toEqual(["execution.started", "execution.finished", "execution.waiting", "media.deleted"]);
  expect(named(["*.started"])).toEqual(["execution.started", "activity.started"]);
  expect(named(["webhook.test", "executionXstarted"])).toEqual([]);
});

test("ticks become names, all of them a star, and what was not changed stays as it was written", () => {
  expect(patternsFor(NAMES)).toEqual(["*"]);
  expect(patternsFor(["media.deleted", "job.finished"])).toEqual(["job.finished", "media.deleted"]);
  expect(patternsFor(["execution.started", "activity.started"], ["*.started"])).toEqual(["*.started"]);
  expect(patternsFor(["execution.started"], ["*.started"])).toEqual(["execution.started"]);
  expect(patternsFor([])).toEqual([]);
});
