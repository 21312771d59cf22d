/** The body of a transcoding template as the API takes it, and the rules that its form keeps (MPS reference, templates 1.1 to 1.5). Pure. */

import formats from "@/api/formats.json";
import type { Schema } from "@/api/types";
import type { Json } from "@/flow/json";
import { put } from "@/flow/parameters";

export type Section = Record<string, string>;
export interface Body {
  Container: { Format: string };
  /** Absent: the output has no video. */
  Video?: Section;
  /** Absent: the output has no sound. */
  Audio?: Section;
  TransConfig?: Section;
  MuxConfig?: { Segment?: Section; Gif?: Section; Webp?: Section };
}

/** Fields that the form shows by itself; all others come from the schema of the catalogue. */
export const SHOWN: Readonly<Record<string, readonly string[]>> = {
  Container: ["Format"],
  Video: ["Codec", "Bitrate", "Crf", "Width", "Height", "LongShortMode", "Fps", "Profile", "Preset", "Gop", "Maxrate", "Bufsize", "MaxFps", "Hdr2sdr", "Remove"],
  Audio: ["Codec", "Bitrate", "Samplerate", "Channels", "Remove"],
  TransConfig: ["Reso", "VideoBitrate", "AudioBitrate"].flatMap((what) => [`IsCheck${what}`, `IsCheck${what}Fail`]),
};

/** The schema of what is left for a section: what its codec and its container can have. undefined: nothing. */
export function others(body: Body, section: string, schema: Schema | undefined): Schema | undefined {
  const left = Object.entries(schema?.properties ?? {}).filter(([name]) => !SHOWN[section]?.includes(name) && fits(body, section, name));
  const plain = left.map(([name, field]): [string, Schema] => [name, { ...narrowed(body, name, field), "x-advanced": false }]);
  return left.length ? { type: "object", properties: Object.fromEntries(plain) } : undefined;
}

/** What a body has of the fields of a schema: section -> field. */
export function only(body: Body, properties: Record<string, Schema>): Json {
  const pick = (name: string) => Object.entries((body as unknown as Record<string, Section | undefined>)[name] ?? {}).filter(([field]) => field in (properties[name]?.properties ?? {}));
  return Object.fromEntries(Object.keys(properties).map((name) => [name, Object.fromEntries(pick(name))]));
}

/** The body with a value of one of these set, or taken away; a section that is there stays. */
export function withOther(body: Body, path: readonly (string | number)[], value: Json | undefined): Body {
  const next = bodyOf(put(body as unknown as Json, path, value));
  return { ...next, ...(body.Video && { Video: next.Video ?? {} }), ...(body.Audio && { Audio: next.Audio ?? {} }) };
}

function fits(body: Body, section: string, name: string): boolean {
  const form = body.Container.Format;
  if (section === "MuxConfig") return name === "Segment" ? Boolean(container(body)?.Segments) : name.toLowerCase() === form;
  if (section === "Video") return !(videoCoder(body)?.Lacks as string[] | undefined)?.includes(name);
  if (section === "Audio" && name === "Profile") return Boolean(coder(body.Audio?.Codec ?? "AAC")?.Profiles.length);
  if (name === "CopyWhenFit" || name === "AdjDarMethod" || name === "TransMode") return body.Video !== undefined && body.Video.Codec !== "copy";
  return true;
}

function narrowed(body: Body, name: string, field: Schema): Schema {
  if (name === "Segment") return { ...field, properties: Object.fromEntries(Object.entries(field.properties ?? {}).filter(([inner]) => inner !== "Duration")) };
  const able = videoCoder(body);
  const values = name === "PixFmt" ? able?.PixFmts : name === "TransMode" ? able?.Modes : undefined;
  return values ? { ...field, enum: values } : field;
}

export type SectionName = "Video" | "Audio" | "TransConfig" | "Segment";

/** What the server can make, from its own tables (media/containers.py, media/codecs.py). */
export const CONTAINERS = formats.Containers;
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
    const { Segment: _, ...others } = body.MuxConfig ?? {};
    return withMux(body, full ? { ...others, Segment: value } : others);
  }
  const next = { ...body };
  if (value === undefined || (name === "TransConfig" && !full)) delete next[name];
  else next[name] = value;
  return next;
}

function withMux(body: Body, mux: NonNullable<Body["MuxConfig"]>): Body {
  const { MuxConfig: _, ...rest } = body;
  return Object.keys(mux).length ? { ...rest, MuxConfig: mux } : rest;
}

/** The body without what has no effect or no place beside its other choices, so that a form offers and sends only what is valid. */
export function settled(body: Body): Body {
  let next = body;
  const holds = container(body);
  if (holds && !holds.Video.length) next = withSection(withSection(next, "Video", undefined), "TransConfig", without(next.TransConfig, /Reso|VideoBitrate/));
  if (holds && !holds.Audio.length) next = withSection(withSection(next, "Audio", undefined), "TransConfig", without(next.TransConfig, /AudioBitrate/));
  if (next.MuxConfig) next = withMux(next, Object.fromEntries(Object.entries(next.MuxConfig).filter(([name]) => name === "Segment" || name.toLowerCase() === body.Container.Format)));
  if (holds && !holds.Segments) next = withSection(next, "Segment", undefined);
  const codec = body.Audio?.Codec ?? "AAC";
  if (next.Audio && holds && codec !== "copy" && !holds.Audio.includes(codec)) next = withField(next, "Audio", "Codec", holds.Audio[0]);
  if (next.Video && holds?.Video.length && next.Video.Codec !== "copy") next = withSection(next, "Video", ofCodec(next.Video, holds.Video));
  const modes = videoCoder(next)?.Modes;
  if (modes && next.TransConfig?.TransMode && !modes.includes(next.TransConfig.TransMode)) next = withField(next, "TransConfig", "TransMode", undefined);
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

/** What is known of the codec of a template's picture; undefined where it is copied, or there is none. */
export const videoCoder = (body: Body) => (body.Video ? formats.Video.find(({ Name }) => Name === (body.Video?.Codec ?? "H.264")) : undefined);

/** A picture in a codec that the container holds, without what that codec does not have. */
function ofCodec(video: Section, held: readonly string[]): Section {
  const codec = held.includes(video.Codec ?? "H.264") ? video.Codec : held[0];
  const able = formats.Video.find(({ Name }) => Name === (codec ?? "H.264"));
  const kept = Object.entries(codec ? { ...video, Codec: codec } : video).filter(([name]) => !(able?.Lacks as string[] | undefined)?.includes(name));
  const { PixFmt, ...rest } = Object.fromEntries(kept);
  return PixFmt && able?.PixFmts.includes(PixFmt) ? { ...rest, PixFmt } : rest;
}

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
