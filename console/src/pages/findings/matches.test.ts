import { expect, test } from "vitest";
import { matchesOf } from "./matches";

const shot = (key: string, ...parts: [string, string, string][]) => ({
  PrimaryKey: key,
  FpShotSlices: { FpShotSlice: parts.map(([here, there, long]) => ({ Input: { Start: here, Duration: long }, Duplication: { Start: there, Duration: long }, Similarity: "0.9" })) },
});

test("the film with most in common comes first, pictures and sound alike", () => {
  const found = matchesOf({ FpShotResult: { FpShots: { FpShot: [shot("a", ["1", "2", "3"])] }, AudioFpShots: { FpShot: [shot("b", ["0", "10", "4"], ["8", "20.5", "2"])] } } } as never);
  expect(found.map(({ kind, key, seconds }) => [kind, key, seconds])).toEqual([
    ["audio", "b", 6],
    ["video", "a", 3],
  ]);
  expect(found[0]?.parts[1]).toEqual({ here: 8, there: 20.5, seconds: 2, similarity: 0.9 });
});

test("texts are told with what is to be read in both films", () => {
  const slice = { InputFragment: { Start: "3", Duration: "6" }, Duplication: { Start: "0", Duration: "6" }, Similarity: "0.95", InputText: "MEET ME", DuplicationText: "MEET M3" };
  const [found] = matchesOf({ FpShotResult: { TextFpShots: { TextFpShot: [{ PrimaryKey: "a", TextFpShotSlices: { TextFpShotSlice: [slice] } }] } } } as never);
  expect(found).toMatchObject({ kind: "text", key: "a", seconds: 6, parts: [{ here: 3, there: 0, similarity: 0.95, said: ["MEET ME", "MEET M3"] }] });
});

test("a film that is new has none", () => {
  expect(matchesOf({})).toEqual([]);
});
