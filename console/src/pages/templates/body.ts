/** The body of a transcoding template as the API takes it, and the rules that its form keeps (MPS reference, templates 1.1 to 1.5). Pure. */

export type Section = Record<string, string>;
export interface Body {
  Container: { Format: string };
  /** Absent: the output has no video. */
  Video?: Section;
  /** Absent: the output has no sound. */
  Audio?: Section;
  TransConfig?: Section;
  MuxConfig?: { Segment?: Section };
}

export type SectionName = "Video" | "Audio" | "TransConfig" | "Segment";

export const FORMATS = ["mp4", "m3u8", "ts", "flv", "mp3"] as const;
export const PROFILES = ["baseline", "main", "high"] as const;
export const PRESETS = ["veryfast", "fast", "medium", "slow", "slower"] as const;

/** What a new template holds: plays everywhere, 720p of any source that is larger. */
export const FRESH: Body = {
  Container: { Format: "mp4" },
  Video: { Codec: "H.264", Profile: "high", Crf: "23", Height: "720" },
  Audio: { Codec: "AAC", Samplerate: "44100", Bitrate: "128", Channels: "2" },
  TransConfig: { IsCheckReso: "true" },
};

/** Bounds of the fields that hold numbers. `step` below 1 allows decimals. */
export const NUMBERS: Record<string, { min: number; max: number; step: number }> = {
  "Video.Bitrate": { min: 10, max: 50_000, step: 1 },
  "Video.Crf": { min: 0, max: 51, step: 0.1 },
  "Video.Width": { min: 128, max: 4096, step: 1 },
  "Video.Height": { min: 128, max: 4096, step: 1 },
  "Video.Fps": { min: 0.01, max: 60, step: 0.01 },
  "Video.MaxFps": { min: 0.01, max: 1000, step: 0.01 },
  "Video.Bufsize": { min: 1000, max: 128_000, step: 1 },
  "Video.Maxrate": { min: 10, max: 50_000, step: 1 },
  "Audio.Bitrate": { min: 8, max: 1000, step: 1 },
  "Segment.Duration": { min: 1, max: 60, step: 1 },
};

export type Fault = { path: string; fault: "range" | "whole" | "gop" | "mp3Video" | "mp3Audio" | "nothing" | "mp3Channels" | "mp3Rate" | "mp3FlvRate" | "bufsize" };

export const section = (body: Body, name: SectionName): Section | undefined => (name === "Segment" ? body.MuxConfig?.Segment : body[name]);

/** The body with one field set, or taken away by undefined or an empty text. */
export function withField(body: Body, name: SectionName, field: string, value: string | undefined): Body {
  const { [field]: _, ...rest } = section(body, name) ?? {};
  return withSection(body, name, value ? { ...rest, [field]: value } : rest);
}

/** The body with a whole section set, or taken away. Sections that mean nothing when empty vanish; an empty Video still means "with video". */
export function withSection(body: Body, name: SectionName, value: Section | undefined): Body {
  const full = value && Object.keys(value).length > 0;
  if (name === "Segment") {
    const { MuxConfig: _, ...rest } = body;
    return full ? { ...rest, MuxConfig: { Segment: value } } : rest;
  }
  const next = { ...body };
  if (value === undefined || (name === "TransConfig" && !full)) delete next[name];
  else next[name] = value;
  return next;
}

/** The body without what has no effect or no place beside its other choices, so that a form offers and sends only what is valid. */
export function settled(body: Body): Body {
  let next = body;
  const form = body.Container.Format;
  if (form === "mp3") next = withSection(withField(withSection(next, "Video", undefined), "Audio", "Codec", "MP3"), "TransConfig", without(next.TransConfig, /Reso|VideoBitrate/));
  if (form !== "m3u8") next = withSection(next, "Segment", undefined);
  if (next.Video?.Codec === "copy") next = withSection(next, "Video", { Codec: "copy" });
  if (next.Audio?.Codec === "copy") next = withSection(next, "Audio", { Codec: "copy" });
  if (next.Audio?.Codec === "MP3") next = withSection(next, "Audio", mp3(next.Audio, form));
  if (next.Video && !next.Video.Maxrate) next = withField(next, "Video", "Bufsize", undefined);
  return next;
}

const without = (from: Section | undefined, names: RegExp): Section => Object.fromEntries(Object.entries(from ?? {}).filter(([name]) => !names.test(name)));

function mp3(audio: Section, form: string): Section {
  const { Profile: _, ...rest } = audio;
  if (rest.Channels && !["1", "2"].includes(rest.Channels)) rest.Channels = "2";
  if (rest.Samplerate && !sampleRates("MP3", form).includes(rest.Samplerate)) rest.Samplerate = "44100";
  return rest;
}

export const sampleRates = (codec: string, form: string): string[] =>
  ["22050", "32000", "44100", "48000", "96000"].filter((rate) => codec !== "MP3" || (rate !== "96000" && (form !== "flv" || !["32000", "48000"].includes(rate))));

export const channels = (codec: string): string[] => (codec === "MP3" ? ["1", "2"] : ["1", "2", "4", "5", "6", "8"]);

const wanted = (value: Section | undefined) => (value && value.Remove !== "true" ? value : undefined);

/** What the server would refuse, with the path of its field. */
export function faults(body: Body): Fault[] {
  const found: Fault[] = [];
  for (const [path, { min, max, step }] of Object.entries(NUMBERS)) {
    const [name, field] = path.split(".") as [SectionName, string];
    const text = section(body, name)?.[field];
    if (text === undefined || text === "") continue;
    const value = Number(text);
    if (!Number.isFinite(value) || value < min || value > max) found.push({ path, fault: "range" });
    else if (step === 1 && !Number.isInteger(value)) found.push({ path, fault: "whole" });
  }
  const video = wanted(body.Video);
  const audio = wanted(body.Audio);
  const form = body.Container.Format;
  if (video?.Gop && !gop(video.Gop)) found.push({ path: "Video.Gop", fault: "gop" });
  if (!video && !audio) found.push({ path: "Container.Format", fault: "nothing" });
  if (form === "mp3" && video) found.push({ path: "Container.Format", fault: "mp3Video" });
  if (video?.Bufsize && !video.Maxrate) found.push({ path: "Video.Bufsize", fault: "bufsize" });
  const codec = audio?.Codec?.toUpperCase() ?? "AAC";
  if (audio && form === "mp3" && codec === "AAC") found.push({ path: "Audio.Codec", fault: "mp3Audio" });
  if (audio && codec === "MP3" && !channels("MP3").includes(audio.Channels ?? "2")) found.push({ path: "Audio.Channels", fault: "mp3Channels" });
  if (audio && codec === "MP3" && !sampleRates("MP3", form).includes(audio.Samplerate ?? "44100"))
    found.push({ path: "Audio.Samplerate", fault: audio.Samplerate === "96000" ? "mp3Rate" : "mp3FlvRate" });
  return found;
}

/** `10s` -> seconds, `250` -> frames; null when it is neither. */
export function gop(text: string): { value: number; unit: "s" | "frames" } | null {
  const match = /^(\d{1,6}(?:\.\d{1,3})?)(s?)$/.exec(text);
  if (!match) return null;
  const value = Number(match[1]);
  if (match[2]) return value > 0 && value < 100_000 ? { value, unit: "s" } : null;
  return Number.isInteger(value) && value >= 1 && value <= 100_000 ? { value, unit: "frames" } : null;
}

export type Check = "no" | "source" | "fail";

/** What happens when the source has less than the template asks for. */
export function check(body: Body, what: "Reso" | "VideoBitrate" | "AudioBitrate"): Check {
  if (body.TransConfig?.[`IsCheck${what}Fail`] === "true") return "fail";
  return body.TransConfig?.[`IsCheck${what}`] === "true" ? "source" : "no";
}

export function withCheck(body: Body, what: "Reso" | "VideoBitrate" | "AudioBitrate", chosen: Check): Body {
  const plain = withField(withField(body, "TransConfig", `IsCheck${what}`, undefined), "TransConfig", `IsCheck${what}Fail`, undefined);
  if (chosen === "no") return plain;
  return withField(plain, "TransConfig", chosen === "fail" ? `IsCheck${what}Fail` : `IsCheck${what}`, "true");
}

const SECTIONS = ["Container", "Video", "Audio", "TransConfig", "MuxConfig"] as const;

/** The body part of a template that the API answered, or of JSON that somebody typed; scalars become texts, as MPS echoes them. Throws an Error that says what is wrong. */
export function bodyOf(given: unknown): Body {
  if (typeof given !== "object" || given === null || Array.isArray(given)) throw new Error("{ }");
  const taken = Object.fromEntries(SECTIONS.filter((name) => name in given).map((name) => [name, texts((given as Record<string, unknown>)[name])]));
  const form = (taken.Container as Section | undefined)?.Format;
  return { ...taken, Container: { ...(taken.Container as object), Format: form || "mp4" } } as Body;
}

function texts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(texts);
  if (typeof value === "object" && value !== null) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, texts(inner)]));
  return value === null || value === undefined ? "" : String(value);
}

/** Names at the top of a JSON document that are no part of a template's body. */
export const strangers = (given: object): string[] => Object.keys(given).filter((name) => ![...SECTIONS, "Id", "Name", "State", "CreationTime"].includes(name as never));
