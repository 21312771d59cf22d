/**
 * Parameters of an activity <-> what a form shows. The form sees nested values under their canonical names; what it gives back is written
 * in the style that the activity had: JSON in a text stays JSON in a text, an alias stays an alias, URL-encoded names stay encoded.
 */
import { isObject, parseContainer, sameJson, type Json, type JsonObject } from "./json";
import type { ActivityBody } from "./topology";

/** Names that MPS's samples use beside the canonical one (workflow.md 3.1): parent member -> {alias: canonical}. `plain`: not URL-encoded. */
const ALIASES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "": { Role: "RoleName" },
  InputFile: { Object: "ObjectPrefix" },
  Outputs: { Object: "OutputObject", ObjectRegex: "OutputObject" },
  MultiBitrateVideoStreams: { ExtXStreamInf: "ExtXStreamInfo" },
};
const PLAIN: ReadonlySet<string> = new Set(["Outputs.Object", "Outputs.ObjectRegex"]);
/** Names that MPS wants URL-encoded; people read and write them decoded. */
const ENCODED: ReadonlySet<string> = new Set(["Outputs.OutputObject", "OutputFile.Object", "TileOutputFile.Object", "InputFile.ObjectPrefix", "InputFile.Object", "Input.Object"]);

/** The parameters as one object, whatever way they were written. */
export function parametersOf(body: ActivityBody): JsonObject {
  const raw = body.Parameters;
  if (isObject(raw)) return raw;
  const parsed = typeof raw === "string" ? parseContainer(raw) : undefined;
  return isObject(parsed) ? parsed : {};
}

export function withParameters(body: ActivityBody, parameters: JsonObject): ActivityBody {
  const text = typeof body.Parameters === "string";
  return { ...body, Parameters: text ? JSON.stringify(parameters) : parameters };
}

/** What the form shows. */
export function toForm(raw: Json, member = ""): Json {
  const value = typeof raw === "string" ? (parseContainer(raw) ?? raw) : raw;
  if (Array.isArray(value)) return value.map((one) => toForm(one, member));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const shown = typeof inner === "string" && isEncoded(member, key) ? decode(inner) : toForm(inner, key);
      return [ALIASES[member]?.[key] ?? key, shown];
    }),
  );
}

/** The parameters to store for what the form gave back; members that it left alone stay exactly as they were. */
export function fromForm(shown: Json, raw: Json | undefined, member = ""): Json {
  if (raw !== undefined && sameJson(toForm(raw, member), shown)) return raw;
  const parsed = typeof raw === "string" ? parseContainer(raw) : undefined;
  if (parsed !== undefined && typeof shown === "object" && shown !== null) return JSON.stringify(fromForm(shown, parsed, member));
  if (Array.isArray(shown)) return shown.map((one, place) => fromForm(one, Array.isArray(raw) ? raw[place] : undefined, member));
  if (!isObject(shown)) return shown;
  const before = isObject(raw) ? raw : {};
  const names = ALIASES[member] ?? {};
  return Object.fromEntries(
    Object.entries(shown).map(([name, value]) => {
      const key = Object.keys(before).find((one) => names[one] === name) ?? name;
      const old = before[key];
      if (typeof value === "string" && isEncoded(member, key)) return [key, encode(value, old)];
      return [key, fromForm(value, old, key)];
    }),
  );
}

function isEncoded(member: string, key: string): boolean {
  const path = `${member}.${key}`;
  return ENCODED.has(path) && !PLAIN.has(path);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Encoded when it was, or when it must be to mean itself. */
function encode(text: string, old: Json | undefined): Json {
  if (typeof old === "string" && decode(old) === text) return old;
  const wasEncoded = typeof old === "string" && decode(old) !== old;
  return wasEncoded || decode(text) !== text || /[%+]/.test(text) ? encodeURIComponent(text) : text;
}

/** The value at a path such as ["Outputs", 0, "TemplateId"]. */
export function at(value: Json | undefined, path: readonly (string | number)[]): Json | undefined {
  let found = value;
  for (const step of path) {
    if (Array.isArray(found) && typeof step === "number") found = found[step];
    else if (isObject(found) && typeof step === "string") found = found[step];
    else return undefined;
  }
  return found;
}

/** A copy with one member set; undefined takes it out, and containers that get empty thereby go too. */
export function put(value: Json | undefined, path: readonly (string | number)[], inner: Json | undefined): Json | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return inner;
  if (typeof step === "number") {
    const list = Array.isArray(value) ? [...value] : [];
    const made = put(list[step], rest, inner);
    if (made === undefined) list.splice(step, 1);
    else list[step] = made;
    return list.length ? list : undefined;
  }
  const { [step]: old, ...others } = isObject(value) ? value : {};
  const made = put(old, rest, inner);
  if (made === undefined) return Object.keys(others).length ? others : undefined;
  // the order of members stays as it was
  return isObject(value) && step in value ? { ...value, [step]: made } : { ...others, [step]: made };
}

/** Path of a problem ("Activities.a.Parameters.Outputs[0].TemplateId") within the parameters of its activity; undefined when it lies outside. */
export function fieldPath(path: string, activity: string): (string | number)[] | undefined {
  const start = `Activities.${activity}.Parameters`;
  if (!path.startsWith(start)) return undefined;
  return [...path.slice(start.length).matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)].map(([, name, place]) => (place === undefined ? (name as string) : Number(place)));
}

/** The same value without the list elements that refer to an activity (RefActivityName); JSON in texts stays JSON in texts. */
export function dropReferences(value: Json, name: string): Json {
  if (typeof value === "string") {
    const parsed = value.includes(name) ? parseContainer(value) : undefined;
    if (parsed === undefined) return value;
    const left = dropReferences(parsed, name);
    return sameJson(parsed, left) ? value : JSON.stringify(left);
  }
  if (Array.isArray(value)) return value.filter((one) => !isObject(one) || one.RefActivityName !== name).map((one) => dropReferences(one, name));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, dropReferences(inner, name)]));
}

/** The same value with every reference to an activity (RefActivityName) renamed; JSON in texts stays JSON in texts. */
export function renameReferences(value: Json, from: string, to: string): Json {
  if (typeof value === "string") {
    const parsed = value.includes(from) ? parseContainer(value) : undefined;
    if (parsed === undefined) return value;
    const renamed = renameReferences(parsed, from, to);
    return sameJson(parsed, renamed) ? value : JSON.stringify(renamed);
  }
  if (Array.isArray(value)) return value.map((one) => renameReferences(one, from, to));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, key === "RefActivityName" && inner === from ? to : renameReferences(inner, from, to)]),
  );
}
