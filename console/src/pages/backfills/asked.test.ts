import { expect, test } from "vitest";
import { asked } from "./asked";

test("a backfill asks for what the form says and nothing else", () => {
  expect(asked("w", { bucket: "b", prefix: "p/", suffix: [".mov"], minSize: 0, maxSize: null, glob: " ", condition: " input.size > 1 " })).toEqual({
    MediaWorkflowId: "w",
    Bucket: "b",
    Prefix: "p/",
    Filter: { Suffix: [".mov"], MinSize: 0, Condition: "input.size > 1" },
  });
  expect(asked("w", { suffix: [] })).toEqual({ MediaWorkflowId: "w", Filter: {} });
});
