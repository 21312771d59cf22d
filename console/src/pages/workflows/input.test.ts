import { expect, it } from "vitest";
import { CATALOGUE, HLS, SIMPLE } from "@/flow/samples.fixture";
import { glance } from "./input";

it("tells the input path whatever way it was written", () => {
  expect(glance(SIMPLE, CATALOGUE)).toEqual({ input: "vod-in/uploaded/", activities: 4 });
  expect(glance(HLS, CATALOGUE)).toEqual({ input: "in/uploaded/", activities: 10 });
  expect(glance("{", CATALOGUE)).toEqual({ input: "", activities: 0 });
  expect(glance(SIMPLE, undefined)).toEqual({ input: "", activities: 4 });
});
