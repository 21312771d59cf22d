/** Titles, help and kinds of the fields of a schema. Pure. */
import type { Schema } from "@/api/types";
import type { Json } from "../json";

export type Language = "en" | "zh";
export type Path = readonly (string | number)[];

export function titleOf(schema: Schema, name: string, language: Language): string {
  return (language === "zh" ? schema["x-zh"]?.title : undefined) ?? schema.title ?? name;
}

export function helpOf(schema: Schema, language: Language): string {
  return (language === "zh" ? schema["x-zh"]?.description : undefined) ?? schema.description ?? "";
}

export type FieldKind = "object" | "list" | "choice" | "flag" | "number" | "json" | "text" | "pipeline" | "message-queue" | "message-topic" | "input-bucket" | "output-bucket" | "template" | "watermark-template" | "fingerprint-library" | "object-path" | "activity" | "base64";

const WIDGETS: ReadonlySet<string> = new Set(["pipeline", "message-queue", "message-topic", "input-bucket", "output-bucket", "template", "watermark-template", "fingerprint-library", "object-path", "activity", "base64", "json"]);

export function typeOf(schema: Schema): string {
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return types.find((type) => type && type !== "null") ?? (schema.properties ? "object" : "string");
}

/** How a field is edited. */
export function kindOfField(schema: Schema): FieldKind {
  const widget = schema["x-widget"];
  if (widget && WIDGETS.has(widget)) return widget as FieldKind;
  const type = typeOf(schema);
  if (schema.enum) return isFlag(schema.enum) ? "flag" : "choice";
  if (type === "boolean") return "flag";
  if (type === "object") return schema.properties ? "object" : "json";
  if (type === "array") return schema.items && typeOf(schema.items) === "object" && schema.items.properties ? "list" : "json";
  return type === "integer" || type === "number" ? "number" : "text";
}

/** MPS writes truth as "true" and "false", in whatever case. */
function isFlag(values: readonly (string | number | boolean | null)[]): boolean {
  return values.length === 2 && values.map((value) => String(value).toLowerCase()).sort().join() === "false,true";
}

/** The word that the schema has for yes or no: "true", "True" or true. */
export function flagValue(schema: Schema, on: boolean): Json {
  return schema.enum?.find((value) => String(value).toLowerCase() === String(on)) ?? on;
}

export function isOn(value: Json | undefined, schema: Schema): boolean {
  return String(value ?? schema.default ?? "false").toLowerCase() === "true";
}

/** A number as the schema and the value before want it: MPS's samples write numbers as texts. */
export function numberValue(number: number | null, before: Json | undefined): Json | undefined {
  if (number === null) return undefined;
  return typeof before === "string" ? String(number) : number;
}

/** MPS carries some texts as Base64 of UTF-8; forms show what is meant. What is no such text is shown as it is. */
export function fromBase64(value: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(atob(value), (char) => char.charCodeAt(0)));
  } catch {
    return value;
  }
}

export function toBase64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
}

/** Names of the members of an object in the order of the schema, plain and advanced. */
export function sections(schema: Schema): { plain: string[]; advanced: string[] } {
  const names = Object.keys(schema.properties ?? {});
  const isAdvanced = (name: string) => schema.properties?.[name]?.["x-advanced"] === true;
  return { plain: names.filter((name) => !isAdvanced(name)), advanced: names.filter(isAdvanced) };
}

export const pathKey = (path: Path): string => JSON.stringify(path);

export function startsWith(path: Path, start: Path): boolean {
  return start.every((step, place) => path[place] === step);
}
