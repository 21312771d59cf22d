/** What a list tells of a topology without drawing it. Pure. */
import type { Catalogue } from "@/api/types";
import { roleOf } from "@/flow/catalogue";
import { isObject } from "@/flow/json";
import { at, parametersOf, toForm } from "@/flow/parameters";
import { parseTopology } from "@/flow/topology";

/** "bucket/prefix" of the activity that the catalogue knows as a start (none before there is a catalogue), and how many activities there are; empty for a topology that cannot be read. */
export function glance(topology: string | undefined, catalogue: Catalogue | undefined): { input: string; activities: number } {
  try {
    const { nodes } = parseTopology(topology ?? "");
    const start = catalogue && nodes.find((node) => roleOf(catalogue, node.body.Type) === "start");
    const file = start && at(toForm(parametersOf(start.body)), ["InputFile"]);
    const text = (name: string) => (isObject(file) && typeof file[name] === "string" ? file[name] : "");
    return { input: text("Bucket") && `${text("Bucket")}/${text("ObjectPrefix")}`, activities: nodes.length };
  } catch {
    return { input: "", activities: 0 };
  }
}

/** Bucket and prefix of "bucket/prefix". */
export function placeOf(input: string): { bucket: string; prefix: string } {
  const [bucket = "", ...steps] = input.split("/");
  return { bucket, prefix: steps.join("/") };
}
