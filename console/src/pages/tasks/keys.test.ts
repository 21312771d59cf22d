import { expect, test } from "vitest";
import { encodedKey, plainAddress, plainKey } from "./keys";

test("keys travel encoded and are read plain", () => {
  const key = "films/大 灰&兔%.mp4";
  expect(plainKey({ Bucket: "in", Object: encodedKey(key) })).toBe(`in/${key}`);
});

test("a key that is no encoding is shown as it is, and none as a dash", () => {
  expect([plainKey({ Object: "100%.mp4" }), plainKey({}), plainKey(undefined)]).toEqual(["100%.mp4", "–", "–"]);
});

test("an address is read as bucket and key", () => {
  expect(plainAddress("oss://in.oss-cn-hangzhou.aliyuncs.com/up/a%20b.mp4")).toBe("in/up/a b.mp4");
  expect(plainAddress(undefined)).toBe("–");
});
