/** The body of a transcoding template as the API takes it, and the rules that its form keeps (MPS reference, templates 1.1 to 1.5). Pure. */

import formats from "@/api/formats.json";

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

/** What the server can make, from its own tables (media/containers.py, media/codecs.py). */
export const CONTAINERS = formats.Containers;
export const PROFILES = formats.Video.find(({ Name }) => Name === "H.264")?.Profiles ?? [];
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

export type Fault = { path: string; fault: "range" | "whole" | "gop" | "noVideo" | "otherAudio" | "nothing" | "channels" | "rate" | "bitrate" | "bufsize" };

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
  const holds = container(body);
  if (holds && !holds.Video.length) next = withSection(withSection(next, "Video", undefined), "TransConfig", without(next.TransConfig, /Reso|VideoBitrate/));
  if (holds && !holds.Segments) next = withSection(next, "Segment", undefined);
  const codec = body.Audio?.Codec ?? "AAC";
  if (body.Audio && holds && codec !== "copy" && !holds.Audio.includes(codec)) next = withField(next, "Audio", "Codec", holds.Audio[0]);
  if (next.Video?.Codec === "copy") next = withSection(next, "Video", { Codec: "copy" });
  if (next.Audio?.Codec === "copy") next = withSection(next, "Audio", { Codec: "copy" });
  if (next.Audio && next.Audio.Codec !== "copy") next = withSection(next, "Audio", fitted(next.Audio, body.Container.Format));
  if (next.Video && !next.Video.Maxrate) next = withField(next, "Video", "Bufsize", undefined);
  return next;
}

const without = (from: Section | undefined, names: RegExp): Section => Object.fromEntries(Object.entries(from ?? {}).filter(([name]) => !names.test(name)));

/** The container of a template; undefined when the server has none of this name. */
export const container = (body: Body) => CONTAINERS.find(({ Name }) => Name === body.Container.Format);

const coder = (codec: string) => formats.Audio.find(({ Name }) => Name === codec);

/** Sound without what its codec does not have. */
function fitted(audio: Section, form: string): Section {
  const codec = audio.Codec ?? "AAC";
  const able = coder(codec);
  if (!able) return audio;
  const { Profile, ...rest } = audio;
  if (rest.Channels && !channels(codec).includes(rest.Channels)) rest.Channels = "2";
  if (rest.Samplerate && !sampleRates(codec, form).includes(rest.Samplerate)) rest.Samplerate = able.Rate;
  return Profile && able.Profiles.includes(Profile) ? { ...rest, Profile } : rest;
}

export const sampleRates = (codec: string, form: string): string[] => {
  const narrowed: Record<string, string[] | undefined> = CONTAINERS.find(({ Name }) => Name === form)?.Rates ?? {};
  return narrowed[codec] ?? coder(codec)?.Rates ?? [];
};

export const channels = (codec: string): string[] => coder(codec)?.Channels ?? [];

export const usualRate = (codec: string): string => coder(codec)?.Rate ?? "44100";

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
  const holds = container(body);
  if (video && holds && !holds.Video.length) found.push({ path: "Container.Format", fault: "noVideo" });
  if (video?.Bufsize && !video.Maxrate) found.push({ path: "Video.Bufsize", fault: "bufsize" });
  const codec = audio?.Codec?.toUpperCase() ?? "AAC";
  const able = coder(codec);
  if (audio && able && holds) {
    const many = audio.Channels ?? "2";
    if (!holds.Audio.includes(codec)) found.push({ path: "Audio.Codec", fault: "otherAudio" });
    else {
      if (!able.Channels.includes(many)) found.push({ path: "Audio.Channels", fault: "channels" });
      if (!sampleRates(codec, form).includes(audio.Samplerate ?? able.Rate)) found.push({ path: "Audio.Samplerate", fault: "rate" });
      if (able.Most && Number(audio.Bitrate ?? 0) > able.Most * Number(many)) found.push({ path: "Audio.Bitrate", fault: "bitrate" });
    }
  }
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
