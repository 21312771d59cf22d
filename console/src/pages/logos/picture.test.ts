import { expect, test } from "vitest";
import { fitted } from "./picture";

test("a large picture is made small in its own shape, a small one stays", () => {
  expect([fitted(1920, 480), fitted(480, 1920), fitted(200, 100), fitted(4000, 1)]).toEqual([
    [240, 60],
    [60, 240],
    [200, 100],
    [240, 1],
  ]);
});
