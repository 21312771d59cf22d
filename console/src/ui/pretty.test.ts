import { expect, test } from "vitest";
import { pretty } from "./pretty";

test("a body is shown with line breaks when it is JSON", () => {
  expect(pretty('{"type":"webhook.test"}')).toBe('{\n  "type": "webhook.test"\n}');
  expect(pretty("plain text")).toBe("plain text");
  expect(pretty(undefined)).toBe("");
});
