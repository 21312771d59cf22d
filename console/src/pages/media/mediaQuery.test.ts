import { expect, test } from "vitest";
import { pageOf, questionOf } from "./mediaQuery";

test("an address without filters asks for the first page", () => {
  expect(questionOf({})).toEqual({ KeyWord: undefined, Tag: undefined, PublishState: undefined, From: undefined, To: undefined, PageNumber: 1, PageSize: 20 });
});

test("commas of a search are spaces, since the API reads them as alternatives", () => {
  expect(questionOf({ q: " red, green " }).KeyWord).toEqual(["red  green"]);
});

test("days begin and end where the reader lives", () => {
  const { From, To } = questionOf({ from: "2026-11-24", to: "2026-11-24" });
  expect(Date.parse(To ?? "") - Date.parse(From ?? "")).toBe(86_399_000);
});

test("nonsense in the address is ignored", () => {
  expect(questionOf({ state: "Gone", from: "yesterday", to: "2026-99-99" })).toMatchObject({ PublishState: undefined, From: undefined, To: undefined });
  expect(["0", "-1", "1.5", "x", "501", "500"].map(pageOf)).toEqual([1, 1, 1, 1, 1, 500]);
});
