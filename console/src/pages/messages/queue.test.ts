import { expect, test } from "vitest";
import { opened, packed, valuesOf } from "./queue";

test("bodies are Base64 unless the queue keeps the text itself", () => {
  const [usual, raw] = [{ RawMessages: "False" }, { RawMessages: "True" }];
  expect(packed(usual, "影片")).toBe("5b2x54mH");
  expect(opened(usual, packed(usual, "影片"))).toBe("影片");
  expect(opened(usual, "no base64!")).toBe("no base64!");
  expect([packed(raw, "{}"), opened(raw, "{}")]).toEqual(["{}", "{}"]);
});

test("a form begins with what the queue has, a new one with what is usual", () => {
  expect(valuesOf({ QueueName: "films", VisibilityTimeout: "60", RawMessages: "True" })).toMatchObject({ name: "films", visibility: 60, raw: true });
  expect(valuesOf(undefined)).toMatchObject({ visibility: 30, retention: 345_600, raw: false });
});
