import type { In } from "@/api/types";
import { dayEnd, dayStart } from "@/ui/days";
import type { Search } from "@/ui/search";

export const PAGE_SIZE = 20;
/** Pages can be numbered up to this row (SearchMedia). */
export const REACH = 10_000;
export const STATES = ["Initiated", "UnPublish", "Published"] as const;

/** The address of the list -> the question to the server. Dates are whole days of the reader's time zone. */
export function questionOf({ q, tag, state, from, to, page }: Search): In<"SearchMedia"> {
  return {
    KeyWord: q?.trim() ? [q.replaceAll(",", " ").trim()] : undefined,
    Tag: tag ? [tag] : undefined,
    PublishState: STATES.find((known) => known === state) ? [state as (typeof STATES)[number]] : undefined,
    From: dayStart(from),
    To: dayEnd(to),
    PageNumber: pageOf(page),
    PageSize: PAGE_SIZE,
  };
}

export function pageOf(page: string | undefined): number {
  const number = Number(page);
  return Number.isInteger(number) && number >= 1 && number * PAGE_SIZE <= REACH ? number : 1;
}
