/** What the server says about its nodes (`GET /-/catalogue`): the palette, the forms and the rules of the editor come from it alone. */
import type { Catalogue, CatalogueNode } from "@/api/types";
import { isObject, type Json } from "./json";

export const STAGES = ["prepare", "make", "check", "package", "publish"] as const;

/** The kind behind a type or one of its aliases; undefined for types that this server does not run. */
export function kindOf(catalogue: Catalogue, type: string): CatalogueNode | undefined {
  return catalogue.Nodes.find((kind) => kind.Type === type) ?? catalogue.Nodes.find((kind) => kind.Aliases.includes(type));
}

/** The canonical name of a type, itself when it is unknown. */
export function canonical(catalogue: Catalogue, type: string): string {
  return kindOf(catalogue, type)?.Type ?? type;
}

/** What an activity of this type is in its workflow; undefined for types that this server does not run. */
export function roleOf(catalogue: Catalogue, type: string): CatalogueNode["Role"] | undefined {
  return kindOf(catalogue, type)?.Role;
}

/** The type of which a workflow has one at its start or end. */
export function singleOf(catalogue: Catalogue, role: "start" | "end"): string {
  return catalogue.Nodes.find((kind) => kind.Role === role)?.Type ?? role;
}

/** A preset with its placeholders (`${input}`) filled. */
export function fillPreset(topology: unknown, values: Readonly<Record<string, string>>): Json {
  if (typeof topology === "string") return topology.replace(/\$\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  if (Array.isArray(topology)) return topology.map((one) => fillPreset(one, values));
  if (isObject(topology)) return Object.fromEntries(Object.entries(topology).map(([key, value]) => [key, fillPreset(value, values)]));
  return topology as Json;
}
