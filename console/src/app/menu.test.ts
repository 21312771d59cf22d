import { expect, test } from "vitest";
import { ENTRIES, entryOf } from "./menu";

test("a page below an entry belongs to it", () => {
  expect(["/", "/media", "/media/abc", "/runs/abc", "/tasks/snapshot", "/templates/new", "/mediaX", "/nowhere"].map(entryOf)).toEqual([
    "/",
    "/media",
    "/media",
    "/runs",
    "/tasks/snapshot",
    "/templates",
    "",
    "",
  ]);
});

test("every entry is found under its own address", () => expect(ENTRIES.map((entry) => entryOf(entry.to))).toEqual(ENTRIES.map((entry) => entry.to)));
