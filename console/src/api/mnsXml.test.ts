import { expect, test } from "vitest";
import { document, isName, queueEndpoint, queueOf } from "./mnsXml";

test("a document holds what is given, escaped", () => {
  const body = document("Message", { MessageBody: "a < b & c\r", DelaySeconds: 0, Priority: undefined, MessageTag: "" });
  expect(body).toContain("<MessageBody>a &lt; b &amp; c&#13;</MessageBody><DelaySeconds>0</DelaySeconds></Message>");
  expect(body).not.toMatch(/Priority|MessageTag/);
});

test("names are those of the message service", () => {
  expect(["films", "Films-2", "2films", "f_ilms", "", "f".repeat(121)].map((name) => isName(name))).toEqual([true, true, false, false, false, false]);
});

test("a queue is an endpoint and back again", () => {
  expect(queueOf(queueEndpoint("cn-hangzhou", "default", "films"))).toBe("films");
  expect(queueOf("https://example.org/queues/films")).toBeUndefined();
});
