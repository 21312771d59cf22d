import { expect, it } from "vitest";
import { factLines } from "./facts";
import { objectUrl } from "./objectUrl";

it("tells known facts in their units, and others as they are", () => {
  expect(factLines({ Width: "1280", bitrate: "1800.5", Duration: "61.5", Size: 1_200_000, codecs: "avc1", empty: "", channels: 0 })).toEqual([
    { key: "Width", name: "fact_Width", text: "1280 px" },
    { key: "bitrate", name: "fact_Bitrate", text: "1.8 Mbit/s" },
    { key: "Duration", name: "fact_Duration", text: "1:02" },
    { key: "Size", name: "fact_Size", text: "1.2 MB" },
    { key: "codecs", name: "fact_Codecs", text: "avc1" },
  ]);
  expect(factLines({ Width: 1280, Height: 720, Bitrate: 900, codecs: "x" }, true).map(({ text }) => text)).toEqual(["1280×720", "900 kbit/s"]);
  expect(factLines(undefined)).toEqual([]);
});

it("writes the address of an object with its slashes", () => {
  expect(objectUrl("in", "oss-cn-hangzhou", "a b/ü&.mp4")).toBe("http://in.oss-cn-hangzhou.aliyuncs.com/a%20b/%C3%BC%26.mp4");
});
