import { expect, it } from "vitest";
import { HLS, SIMPLE } from "@/flow/samples.fixture";
import { glance } from "./input";

it("tells the input path whatever way it was written", () => {
  expect(glance(SIMPLE)).toEqual({ input: "vod-in/uploaded/", activities: 4 });
  expect(glance(HLS)).toEqual({ input: "in/uploaded/", activities: 10 });
  expect(glance("{")).toEqual({ input: "", activities: 0 });
});
