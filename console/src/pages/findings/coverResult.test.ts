import { expect, test } from "vitest";
import { coverResult } from "./coverResult";

const cover = { Object: "a.jpg", URL: "http://h/o/a.jpg", Time: 12.5, Score: 0.81 };

test("pictures and the clip", () => {
  expect(coverResult(JSON.stringify({ Bucket: "o", Covers: [cover], Clip: { URL: "http://h/o/c.webp", Time: 3, Seconds: 4 } }))).toEqual({
    covers: [{ url: "http://h/o/a.jpg", time: 12.5, score: 0.81 }],
    clip: { url: "http://h/o/c.webp", time: 3, seconds: 4 },
  });
});

test("what failed, and what is not there yet, has none", () => {
  expect(coverResult(JSON.stringify({ Code: "InvalidContent", Message: "it has no picture" }))).toBeUndefined();
  expect(coverResult(undefined)).toBeUndefined();
});
