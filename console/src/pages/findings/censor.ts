/** Answers of reviews -> what is shown of them. Pure. */
export const SUGGESTIONS = ["pass", "review", "block", "unavailable"] as const;
export type Suggestion = (typeof SUGGESTIONS)[number];

export interface Result {
  Scene?: string | undefined;
  Label?: string | undefined;
  Rate?: string | undefined;
  Suggestion?: string | undefined;
}

/** The word of the interface for what a review suggests. */
export const WORDS = { pass: "pass", review: "suggestReview", block: "block", unavailable: "unavailable" } as const;
export const isSuggestion = (word: string | undefined): word is Suggestion => SUGGESTIONS.some((one) => one === word);

/** How a suggestion looks: as the states do. */
export const LOOKS = { pass: "success", review: "paused", block: "failed", unavailable: "skipped" } as const;

/** Seconds of `hh:mm:ss.mmm`. */
export const secondsOf = (moment: string | undefined): number => (moment ?? "").split(":").reduce((sum, part) => sum * 60 + Number(part), 0);

/** The worst of some results: what a moment of the film is about. */
export function worst<R extends Result>(results: readonly R[]): R | undefined {
  const rank = ({ Suggestion }: R) => ["unavailable", "pass", "review", "block"].indexOf(Suggestion ?? "");
  return results.reduce<R | undefined>((most, one) => (!most || rank(one) > rank(most) ? one : most), undefined);
}
