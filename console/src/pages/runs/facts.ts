/** Facts as the server tells them -> lines to read. Pure. */
import * as format from "@/ui/format";

type FactName = "fact_Width" | "fact_Height" | "fact_Size" | "fact_Bitrate" | "fact_Duration" | "fact_Fps" | "fact_Format" | "fact_Speed" | "fact_Codecs" | "fact_Channels" | "fact_Segments" | "fact_Count" | "fact_Type";

/** Known facts: their word and how their value is read. Bitrates are Kbit/s, durations seconds, sizes bytes. */
const KNOWN: Readonly<Record<string, readonly [FactName, (value: string) => string]>> = {
  width: ["fact_Width", (value) => `${value} px`],
  height: ["fact_Height", (value) => `${value} px`],
  size: ["fact_Size", (value) => format.bytes(value)],
  bitrate: ["fact_Bitrate", (value) => format.kbitrate(value)],
  duration: ["fact_Duration", (value) => format.clock(value)],
  fps: ["fact_Fps", (value) => String(Math.round(Number(value) * 100) / 100)],
  format: ["fact_Format", (value) => value],
  codecs: ["fact_Codecs", (value) => value],
  channels: ["fact_Channels", (value) => value],
  segments: ["fact_Segments", (value) => value],
  count: ["fact_Count", (value) => value],
  type: ["fact_Type", (value) => value],
  speed: ["fact_Speed", (value) => `${value}×`],
};

export interface FactLine {
  key: string;
  /** The word of a known fact; others are called by their key. */
  name: FactName | undefined;
  text: string;
}

/** `brief`: only what belongs on one line beside a size, with the two sides as one. */
export function factLines(facts: Record<string, unknown> | undefined, brief = false): FactLine[] {
  const told = Object.entries(facts ?? {}).filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== 0 && value !== "0");
  const lines = told.map(([key, value]): FactLine => {
    const known = KNOWN[key.toLowerCase()];
    const plain = typeof value === "object" ? JSON.stringify(value) : String(value);
    return { key, name: known?.[0], text: known ? known[1](plain) : plain };
  });
  if (!brief) return lines;
  const of = (name: FactName) => lines.find((line) => line.name === name);
  const [width, height] = [told, told].map((all, place) => all.find(([key]) => key.toLowerCase() === (place ? "height" : "width"))?.[1]);
  const size: FactLine[] = width && height ? [{ key: "size", name: undefined, text: `${String(width)}×${String(height)}` }] : [];
  return [...size, ...(["fact_Bitrate", "fact_Duration"] as const).flatMap((name) => of(name) ?? [])];
}
