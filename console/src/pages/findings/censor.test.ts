import { expect, test } from "vitest";
import { lengthOf, placed, secondsOf, worst } from "./censor";

test("moments are read as seconds", () => {
  expect([secondsOf("00:00:02.500"), secondsOf("01:00:01.000"), secondsOf(undefined)]).toEqual([2.5, 3601, 0]);
});

test("the worst result speaks for a moment", () => {
  const results = [{ Scene: "porn", Suggestion: "pass" }, { Scene: "ad", Suggestion: "review" }, { Scene: "terrorism", Suggestion: "unavailable" }];
  expect(worst(results)?.Scene).toBe("ad");
  expect(worst([])).toBeUndefined();
});

test("the strip is as long as what stands on it", () => {
  expect(lengthOf([], [])).toBe(1);
  expect(lengthOf([2.5, 9], [{ StartTime: 3, EndTime: 12 }])).toBe(12);
  expect(lengthOf([20.5], [{ StartTime: 3, EndTime: 12 }])).toBe(20.5);
});

test("a logo stands where it stands in the picture, whatever of it is cut off", () => {
  const corner = { X: 0.75, Y: 0.25, Width: 0.25, Height: 0.5 };
  expect(placed(corner, 16 / 9, 16 / 9)).toEqual({ insetInlineStart: "75%", insetBlockStart: "25%", inlineSize: "25%", blockSize: "50%" });
  expect(placed(corner, 2, 1)).toEqual({ insetInlineStart: "100%", insetBlockStart: "25%", inlineSize: "50%", blockSize: "50%" });
  expect(placed(corner, 0.5, 1)).toEqual({ insetInlineStart: "75%", insetBlockStart: "0%", inlineSize: "25%", blockSize: "100%" });
});
