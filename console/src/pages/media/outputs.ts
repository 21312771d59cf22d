/** Which of a media's outputs plays first, and the pictures behind a snapshot entry. Pure. */
import formats from "@/api/formats.json";
import type { Media } from "@/api/types";

export type Play = Media["PlayList"]["Play"][number];
export type Snapshot = Media["SnapshotList"]["Snapshot"][number];

export const urlOf = (item: Play | Snapshot): string => item.File?.URL ?? "";

/** The last part of an address, readable. */
export function nameOf(url: string): string {
  const last = url.split(/[?#]/)[0]?.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

const pixels = (play: Play): number => Number(play.Width ?? 0) * Number(play.Height ?? 0);

/** A master playlist says nothing of its own size: it holds several. */
export const isMaster = (play: Play): boolean => inSegments(play) && !play.Width;

const formatOf = (play: Play) => formats.Containers.find(({ Name }) => Name === (play.Format ?? "").toLowerCase());

/** It is a playlist that leads to segments. */
export const inSegments = (play: Play): boolean => Boolean(formatOf(play)?.Segments);
export const isPlayable = (play: Play): boolean => Boolean(formatOf(play)?.Plays) && play.Encryption !== "1";

/** The output to play: what was asked for by activity, else a master playlist, else the largest picture, else the sound. The list is newest first. */
export function firstToPlay(plays: readonly Play[], asked?: string): Play | undefined {
  const able = plays.filter(isPlayable);
  return able.find((play) => play.ActivityName === asked) ?? able.find(isMaster) ?? able.toSorted((a, b) => pixels(b) - pixels(a))[0];
}

/** Addresses of all pictures of an entry; those of a series have a running number. */
export function pictures(snapshot: Snapshot): string[] {
  const url = urlOf(snapshot);
  const count = Number(snapshot.Count ?? 1);
  const placeholder = /\{Count\}|%7BCount%7D/i;
  if (!placeholder.test(url)) return /\.vtt$/i.test(url) ? [] : [url];
  return Array.from({ length: count }, (_, place) => url.replace(placeholder, String(place + 1).padStart(5, "0")));
}

/** The WebVTT index of small pictures, when a workflow made one. */
export function thumbnails(snapshots: readonly Snapshot[]): string | undefined {
  return snapshots.map(urlOf).find((url) => /\.vtt$/i.test(url));
}
