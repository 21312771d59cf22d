import { expect, test } from "vitest";
import { templateFacts } from "./templateFacts";

test("one line says what a template makes", () => {
  expect(templateFacts({ Container: { Format: "mp4" }, Video: { Codec: "H.264", Width: "1280", Bitrate: "1800" }, Audio: { Codec: "AAC" } })).toBe("mp4 · 1280 px · H.264 · 1.8 Mbit/s");
  expect(templateFacts({ Container: { Format: "m3u8" }, Video: { Height: "720", Crf: "23", Bitrate: "1800" } })).toBe("m3u8 · 720p · H.264 · CRF 23");
  expect(templateFacts({ Container: { Format: "mp3" }, Audio: { Codec: "MP3", Bitrate: "128" } })).toBe("mp3 · MP3 · 128 kbit/s");
  expect(templateFacts({ Video: { Remove: "true" }, Audio: { Codec: "AAC", Bitrate: "96" } })).toBe("mp4 · AAC · 96 kbit/s");
});
