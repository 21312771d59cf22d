/** The search part of an address: plain text, so that `?activity=NAME` stays readable and an id of digits stays text. */
export type Search = Record<string, string>;

export const readSearch = (text: string): Search => Object.fromEntries(new URLSearchParams(text));

export const textSearch = (search: Record<string, unknown>): Search => Object.fromEntries(Object.entries(search).map(([key, value]) => [key, String(value)]));

export function writeSearch(search: Record<string, unknown>): string {
  const kept = Object.entries(search).filter(([, value]) => value !== undefined && value !== "");
  return kept.length ? `?${new URLSearchParams(kept.map(([key, value]) => [key, String(value)]))}` : "";
}
