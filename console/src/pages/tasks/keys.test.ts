import { expect, test } from "vitest";
import { encodedKey, plainKey } from "./keys";

test("keys travel encoded and are read plain", () => {
  const key = "films/大 灰&兔%.mp4";
  expect(plainKey({ Bucket: "in", Object: encodedKey(key) })).toBe(`in/${key}`);
});

test("a key that is no encoding is shown as it is, and none as a dash", () => {
  expect([plainKey({ Object: "100%.mp4" }), plainKey({}), plainKey(undefined)]).toEqual(["100%.mp4", "–", "–"]);
});
