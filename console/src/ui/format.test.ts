import i18next from "i18next";
import { beforeEach, describe, expect, test } from "vitest";
import { bitrate, bytes, clock, duration, fileName, integer, kbitrate, relative, shortId, span } from "./format";

beforeEach(() => i18next.changeLanguage("en"));

test("sizes have one decimal where it says something", () => {
  expect([0, 999, 1000, 1500, 999_950, 1_234_567_890, "42", undefined, "", "x"].map(bytes)).toEqual(["0 B", "999 B", "1 kB", "1.5 kB", "1 MB", "1.2 GB", "42 B", "–", "–", "–"]);
});

test("rates are said in bits", () => {
  expect([bitrate(1_800_000), kbitrate("1800"), kbitrate("128"), kbitrate(undefined)]).toEqual(["1.8 Mbit/s", "1.8 Mbit/s", "128 kbit/s", "–"]);
});

test("lengths look as in players", () => {
  expect([0, 5.4, 65, 3600, 3725.6, "596.5", undefined].map(clock)).toEqual(["0:00", "0:05", "1:05", "1:00:00", "1:02:06", "9:57", "–"]);
});

test("how long something took never shows sixty seconds", () => {
  expect([-5, 850, 1000, 12_340, 59_990, 245_000, 7_380_000].map(duration)).toEqual(["0 ms", "850 ms", "1.0 s", "12.3 s", "1 min 00 s", "4 min 05 s", "2 h 03 min"]);
});

describe("relative times", () => {
  const now = new Date("2026-11-24T12:00:00Z");
  const ago = (seconds: number) => relative(new Date(now.getTime() - seconds * 1000), now);
  test("round down to one unit", () => expect([3, 45, 150, 7200, 90_000].map(ago)).toEqual(["just now", "45 sec ago", "2 min ago", "2 hr ago", "1 day ago"]));
  test("speak Chinese", async () => {
    await i18next.changeLanguage("zh");
    expect([3, 150, 7200].map(ago)).toEqual(["刚刚", "2分钟前", "2小时前"]);
  });
});

test("ids are shortened in the middle, short ones are not", () => {
  expect([shortId("0123456789abcdef0123456789abcdef"), shortId("S00000001-100020")]).toEqual(["01234567…cdef", "S00000001-100020"]);
});

test("a file is called by the last part of its key", () => {
  expect(["films/a%20b.mp4", "100%.mp4", "", undefined].map(fileName)).toEqual(["a b.mp4", "100%.mp4", "–", "–"]);
});

test("a chosen span is said in the largest unit in which it is whole", () => {
  expect([345_600, 3600, 90, 30, 0].map(span)).toEqual(["4 days", "1 hr", "90 secs", "30 secs", "0 secs"]);
});

test("numbers are grouped", () => expect(integer(1_234_567)).toBe("1,234,567"));
