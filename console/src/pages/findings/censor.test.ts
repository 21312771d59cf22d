import { expect, test } from "vitest";
import { secondsOf, worst } from "./censor";

test("moments are read as seconds", () => {
  expect([secondsOf("00:00:02.500"), secondsOf("01:00:01.000"), secondsOf(undefined)]).toEqual([2.5, 3601, 0]);
});

test("the worst result speaks for a moment", () => {
  const results = [{ Scene: "porn", Suggestion: "pass" }, { Scene: "ad", Suggestion: "review" }, { Scene: "terrorism", Suggestion: "unavailable" }];
  expect(worst(results)?.Scene).toBe("ad");
  expect(worst([])).toBeUndefined();
});
