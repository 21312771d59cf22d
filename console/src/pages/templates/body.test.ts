import { describe, expect, test } from "vitest";
import { FRESH, type Body, bodyOf, check, faults, gop, only, others, sampleRates, settled, strangers, withCheck, withField, withOther, withSection } from "./body";

describe("fields", () => {
  test("a field is set and taken away without touching others", () => {
    const wide = withField(FRESH, "Video", "Width", "1280");
    expect(wide.Video).toEqual({ ...FRESH.Video, Width: "1280" });
    expect(withField(wide, "Video", "Width", "")).toEqual(FRESH);
  });

  test("an empty Video still means that there is video, an empty TransConfig means nothing", () => {
    expect(withSection(FRESH, "Video", {}).Video).toEqual({});
    expect("TransConfig" in withSection(FRESH, "TransConfig", {})).toBe(false);
    expect("Audio" in withSection(FRESH, "Audio", undefined)).toBe(false);
  });

  test("a segment length lives in MuxConfig and leaves nothing behind", () => {
    const set = withField({ ...FRESH, Container: { Format: "m3u8" } }, "Segment", "Duration", "4");
    expect(set.MuxConfig).toEqual({ Segment: { Duration: "4" } });
    expect("MuxConfig" in withField(set, "Segment", "Duration", undefined)).toBe(false);
  });
});

describe("settled", () => {
  const cases: [string, Body, Partial<Body>][] = [
    ["mp3 has sound only, coded as MP3", { ...FRESH, Container: { Format: "mp3" } }, { Video: undefined, TransConfig: undefined, Audio: { ...FRESH.Audio, Codec: "MP3" } }],
    ["segments belong to HLS", { ...FRESH, MuxConfig: { Segment: { Duration: "5" } } }, { MuxConfig: undefined }],
    ["a copied stream has no other field", { ...FRESH, Video: { Codec: "copy", Width: "640" } }, { Video: { Codec: "copy" } }],
    ["MP3 has two channels at most", { ...FRESH, Audio: { Codec: "MP3", Channels: "6", Samplerate: "96000", Profile: "aac_low" } }, { Audio: { Codec: "MP3", Channels: "2", Samplerate: "44100" } }],
    ["sound of another codec has that codec's rates", { ...FRESH, Container: { Format: "ogg" } }, { Video: undefined, Audio: { Codec: "OPUS", Samplerate: "48000", Bitrate: "128", Channels: "2" } }],
    ["m4a holds sound alone", { ...FRESH, Container: { Format: "m4a" } }, { Video: undefined, Audio: FRESH.Audio }],
    ["WebM holds VP9, which has neither profile nor preset", { ...FRESH, Container: { Format: "webm" }, Video: { ...FRESH.Video, Preset: "slow" } }, { Video: { Codec: "VP9", Crf: "23", Height: "720" }, Audio: { ...FRESH.Audio, Codec: "OPUS", Samplerate: "48000" } }],
    ["a GIF has no rate and no sound", { ...FRESH, Container: { Format: "gif" }, TransConfig: { TransMode: "twopass" } }, { Audio: undefined, Video: { Codec: "GIF", Height: "720" }, TransConfig: undefined }],
    ["ten bits are not for H.264", { ...FRESH, Video: { Codec: "H.264", PixFmt: "yuv420p10le" } }, { Video: { Codec: "H.264" } }],
    ["AV1 has no constant rate", { ...FRESH, Video: { Codec: "AV1" }, TransConfig: { TransMode: "CBR" } }, { TransConfig: undefined }],
    ["a buffer needs a peak rate", { ...FRESH, Video: { Codec: "H.264", Bufsize: "6000" } }, { Video: { Codec: "H.264" } }],
  ];
  test.each(cases)("%s", (_, given, part) => {
    const result = settled(given);
    for (const [name, value] of Object.entries(part)) expect(result[name as keyof Body]).toEqual(value);
    expect(faults(result)).toEqual([]);
    expect(settled(result)).toEqual(result);
  });
});

describe("faults", () => {
  const cases: [string, Body, string, string][] = [
    ["a number outside its range", { ...FRESH, Video: { Bitrate: "9" } }, "Video.Bitrate", "range"],
    ["text where a number belongs", { ...FRESH, Video: { Width: "wide" } }, "Video.Width", "range"],
    ["part of a pixel", { ...FRESH, Video: { Width: "640.5" } }, "Video.Width", "whole"],
    ["no stream at all", { Container: { Format: "mp4" } }, "Container.Format", "nothing"],
    ["streams that are removed do not count", { Container: { Format: "mp4" }, Video: { Remove: "true" }, Audio: { Remove: "true" } }, "Container.Format", "nothing"],
    ["video in mp3", { ...FRESH, Container: { Format: "mp3" }, Audio: { Codec: "MP3" } }, "Container.Format", "noVideo"],
    ["AAC in mp3", { Container: { Format: "mp3" }, Audio: { Codec: "AAC" } }, "Audio.Codec", "otherAudio"],
    ["a rate that flv cannot carry", { ...FRESH, Container: { Format: "flv" }, Audio: { Codec: "MP3", Samplerate: "48000" } }, "Audio.Samplerate", "rate"],
    ["four channels in Opus", { Container: { Format: "ogg" }, Audio: { Codec: "OPUS", Channels: "4" } }, "Audio.Channels", "channels"],
    ["more than Opus can spend", { Container: { Format: "ogg" }, Audio: { Codec: "OPUS", Channels: "1", Bitrate: "300" } }, "Audio.Bitrate", "bitrate"],
    ["a buffer without a peak", { ...FRESH, Video: { Bufsize: "6000" } }, "Video.Bufsize", "bufsize"],
    ["a key frame distance of nothing", { ...FRESH, Video: { Gop: "0s" } }, "Video.Gop", "gop"],
  ];
  test.each(cases)("%s", (_, given, path, fault) => expect(faults(given)).toEqual([{ path, fault }]));
  test("a fresh template has none", () => expect(faults(FRESH)).toEqual([]));
});

test("key frame distances are seconds or frames", () => {
  expect(gop("2.5s")).toEqual({ value: 2.5, unit: "s" });
  expect(gop("250")).toEqual({ value: 250, unit: "frames" });
  expect(["", "s", "1.5", "100001", "-2s"].map(gop)).toEqual([null, null, null, null, null]);
});

test("checks of the source are one choice of three", () => {
  const fail = withCheck(FRESH, "Reso", "fail");
  expect(fail.TransConfig).toEqual({ IsCheckResoFail: "true" });
  expect([check(FRESH, "Reso"), check(fail, "Reso"), check(withCheck(fail, "Reso", "no"), "Reso")]).toEqual(["source", "fail", "no"]);
});

test("JSON becomes a body of texts, and what is no object is refused", () => {
  expect(bodyOf({ Name: "x", Video: { Width: 640, LongShortMode: true } })).toEqual({ Container: { Format: "mp4" }, Video: { Width: "640", LongShortMode: "true" } });
  expect(() => bodyOf([])).toThrow();
  expect(strangers({ Name: "x", Vidoe: {} })).toEqual(["Vidoe"]);
});

test("sample rates depend on codec and container", () => {
  expect(sampleRates("MP3", "flv")).toEqual(["22050", "44100"]);
  expect(sampleRates("AAC", "flv")).toContain("96000");
});

describe("all other settings", () => {
  const schema = { properties: { Codec: {}, Crop: {}, PixFmt: { enum: ["yuv420p", "yuv420p10le"] }, NarrowBand: { properties: { Version: {} } } } };
  const names = (body: Body, section: string, given: object) => Object.keys(others(body, section, given)?.properties ?? {});
  test("what the form shows by itself is not shown twice, and what the codec lacks is not shown", () => {
    expect(names(FRESH, "Video", schema)).toEqual(["Crop", "PixFmt", "NarrowBand"]);
    expect(names({ ...FRESH, Video: { Codec: "GIF" } }, "Video", schema)).toEqual(["Crop", "PixFmt"]);
    expect(others(FRESH, "Video", schema)?.properties?.PixFmt?.enum).toEqual(["yuv420p"]);
  });
  test("of the file only what its container has", () => {
    const mux = { properties: { Segment: { properties: { Duration: {}, ForceSegTime: {} } }, Gif: {}, Webp: {} } };
    expect(names({ ...FRESH, Container: { Format: "gif" } }, "MuxConfig", mux)).toEqual(["Gif"]);
    expect(names(FRESH, "MuxConfig", mux)).toEqual([]);
    const hls = others({ ...FRESH, Container: { Format: "m3u8" } }, "MuxConfig", mux);
    expect(Object.keys(hls?.properties?.Segment?.properties ?? {})).toEqual(["ForceSegTime"]);
  });
  test("settings of an animation stay with it, and go with its container", () => {
    const gif = settled({ ...FRESH, Container: { Format: "gif" }, MuxConfig: { Gif: { Loop: "3" } } });
    expect(gif.MuxConfig).toEqual({ Gif: { Loop: "3" } });
    expect("MuxConfig" in settled({ ...gif, Container: { Format: "mp4" } })).toBe(false);
    expect(only(gif, { MuxConfig: { properties: { Gif: {} } }, Video: { properties: { Crop: {} } } })).toEqual({ MuxConfig: { Gif: { Loop: "3" } }, Video: {} });
  });
  test("a setting is put in as text, and taking away the last one leaves the picture", () => {
    const set = withOther({ ...FRESH, Video: {} }, ["Video", "NarrowBand", "Abrmax"], 1500);
    expect(set.Video).toEqual({ NarrowBand: { Abrmax: "1500" } });
    expect(withOther(set, ["Video", "NarrowBand", "Abrmax"], undefined).Video).toEqual({});
  });
});
