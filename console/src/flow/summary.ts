/** The one line on a node that tells what matters about it, Pure; no words of a language, only values. */
import type { Catalogue } from "@/api/types";
import { streamFacts, type TemplateBody } from "@/ui/templateFacts";
import { canonical } from "./catalogue";
import { isObject, type Json, type JsonObject } from "./json";
import { at, parametersOf, toForm } from "./parameters";
import type { ActivityBody } from "./topology";

export type Templates = ReadonlyMap<string, TemplateBody>;

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
    const line = template ? streamFacts({ Video: removed("Video") ? undefined : template.Video, Audio: removed("Audio") ? undefined : template.Audio }) : id;
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

/** Lines already told, by what they depend on: bodies and lists of templates are never changed, only replaced. */
const told = new WeakMap<ActivityBody, { templates: Templates; line: string }>();

export function summary(catalogue: Catalogue, body: ActivityBody, templates: Templates): string {
  const known = told.get(body);
  if (known?.templates === templates) return known.line;
  const line = tell(catalogue, body, templates);
  told.set(body, { templates, line });
  return line;
}

function tell(catalogue: Catalogue, body: ActivityBody, templates: Templates): string {
  const shown = toForm(parametersOf(body));
  const parameters = isObject(shown) ? shown : {};
  const line = LINES[canonical(catalogue, body.Type)];
  return line ? line(parameters, templates) : text(Object.values(parameters).find((value) => typeof value === "string"));
}
