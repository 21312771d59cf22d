import { expect, test } from "vitest";
import { fingerprint, keyFault, keyOf, rate, samples, withPoint } from "./plan";

test("keys lie below the base folder, however it is written", () => {
  expect([keyOf("", "a.mp4"), keyOf("/films//2026/", "b/a.mp4"), keyOf("films", "a.mp4")]).toEqual(["a.mp4", "films/2026/b/a.mp4", "films/a.mp4"]);
});

test("keys that the server refuses are told before anything is sent", () => {
  expect(["", "a/", "a//b", "../a", "a/./b", "\\a", "a\nb", "电".repeat(342), "films/大灰兔.mp4"].map(keyFault)).toEqual([
    "empty",
    "empty",
    "parts",
    "parts",
    "parts",
    "parts",
    "control",
    "long",
    undefined,
  ]);
});

test("one question for each folder and kind of file", () => {
  expect(samples(["a/1.mp4", "a/2.MP4", "a/3.mov", "b/1.mp4", "c"])).toEqual(["a/1.mp4", "a/3.mov", "b/1.mp4", "c"]);
  expect(samples(["a/1.mp4", "b/1.mp4"], 1)).toEqual(["a/1.mp4"]);
});

test("the rate is that of the last seconds", () => {
  let points = [{ at: 0, sent: 0 }];
  points = withPoint(points, { at: 4000, sent: 4_000_000 });
  expect(rate(points)).toBe(1_000_000);
  points = withPoint(points, { at: 8000, sent: 12_000_000 });
  expect(points).toHaveLength(2);
  expect(rate(points)).toBe(2_000_000);
  expect(rate([{ at: 0, sent: 0 }])).toBe(0);
});

test("the same file at the same place is recognised, another time of change is another file", () => {
  const file = { size: 5, lastModified: 7 };
  expect(fingerprint("b", "k", file)).toBe(fingerprint("b", "k", { ...file }));
  expect(fingerprint("b", "k", file)).not.toBe(fingerprint("b", "k", { ...file, lastModified: 8 }));
});
