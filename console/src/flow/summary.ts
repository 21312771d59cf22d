/** The one line on a node that tells what matters about it, and names of templates. Pure; no words of a language, only values. */
import type { Catalogue, Template } from "@/api/types";
import { canonical } from "./catalogue";
import { isObject, type Json, type JsonObject } from "./json";
import { at, parametersOf, toForm } from "./parameters";
import type { ActivityBody } from "./topology";

/** "720p · H.264 · 1.8 Mbit/s", from a template. */
export function templateLine(template: Template, parts: { video: boolean; audio: boolean } = { video: true, audio: true }): string {
  const { Video: video, Audio: audio, Container: container } = template;
  const told: string[] = [];
  if (parts.video && video && video.Remove !== "true") {
    const size = video.Height ? `${video.Height}p` : video.Width ? `${video.Width} px` : "";
    const rate = video.Bitrate || video.Maxrate;
    told.push(size, video.Codec ?? "", rate ? `${rate === video.Bitrate ? "" : "≤ "}${kbit(rate)}` : video.Crf ? `CRF ${video.Crf}` : "");
  } else if (parts.audio && audio) {
    told.push(audio.Codec ?? "", audio.Bitrate ? kbit(audio.Bitrate) : "");
  }
  const line = told.filter(Boolean).join(" · ");
  return line || (container?.Format ?? "").toUpperCase();
}

function kbit(text: string): string {
  const value = Number(text);
  if (!Number.isFinite(value)) return text;
  return value >= 1000 ? `${(value / 1000).toFixed(1).replace(/\.0$/, "")} Mbit/s` : `${value} kbit/s`;
}

export type Templates = ReadonlyMap<string, Template>;

const text = (value: Json | undefined): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");
const joined = (...parts: string[]): string => parts.filter(Boolean).join(" · ");

/** How each type tells about itself; others show their first plain parameter. */
const LINES: Readonly<Record<string, (p: JsonObject, templates: Templates) => string>> = {
  Start: (p) => joined([text(at(p, ["InputFile", "Bucket"])), text(at(p, ["InputFile", "ObjectPrefix"]))].filter(Boolean).join("/")),
  Transcode: (p, templates) => {
    const output = at(p, ["Outputs", 0]);
    const removed = (kind: string) => text(at(output, [kind, "Remove"])) === "true";
    const id = text(at(output, ["TemplateId"]));
    const template = templates.get(id);
    const line = template ? templateLine(template, { video: !removed("Video"), audio: !removed("Audio") }) : id;
    return joined(line, text(at(p, ["ExtXMedia", "Language"])), line ? "" : text(at(p, ["InputConfig", "Format"])));
  },
  Snapshot: (p) => {
    const config = at(p, ["SnapshotConfig"]);
    const [time, interval, count] = [at(config, ["Time"]), at(config, ["Interval"]), at(config, ["Num"])].map(text);
    return joined(time ? `${Number(time) / 1000} s` : "", interval ? `/ ${interval} s` : "", count ? `× ${count}` : "", text(at(p, ["MediaCover"])) === "true" ? "★" : "");
  },
  PackageConfig: (p) => joined((text(p.Protocol) || "hls").toUpperCase(), text(at(p, ["Output", "MasterPlayListName"]))),
  AudioGroup: (p) => text(p.GroupId) || text(at(p, ["AdaptationSet", "Group"])),
  SubtitleGroup: (p) => text(p.GroupId) || text(at(p, ["AdaptationSet", "Group"])),
  VideoGroup: (p) => text(at(p, ["AdaptationSet", "Group"])),
  GenerateMasterPlayList: (p) => {
    const streams = at(p, ["MasterPlayList", "MultiBitrateVideoStreams"]);
    return Array.isArray(streams) ? streams.map((one) => text(at(one, ["RefActivityName"]))).filter(Boolean).join(", ") : "";
  },
  Report: (p) => text(p.PublishType) || "Manual",
  Analysis: (p) => (text(p.KeepOnlyHighestDefinition).toLowerCase() === "true" ? "1×" : ""),
};

export function summary(catalogue: Catalogue, body: ActivityBody, templates: Templates): string {
  const shown = toForm(parametersOf(body));
  const parameters = isObject(shown) ? shown : {};
  const line = LINES[canonical(catalogue, body.Type)];
  return line ? line(parameters, templates) : text(Object.values(parameters).find((value) => typeof value === "string"));
}

/** Ids of the templates that a drawing refers to. */
export function templateIds(bodies: readonly ActivityBody[]): string[] {
  const found = new Set<string>();
  const look = (value: Json): void => {
    if (Array.isArray(value)) value.forEach(look);
    else if (isObject(value)) {
      if (typeof value.TemplateId === "string" && value.TemplateId) found.add(value.TemplateId);
      Object.values(value).forEach(look);
    }
  };
  for (const body of bodies) look(toForm(parametersOf(body)));
  return [...found];
}
