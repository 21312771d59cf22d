/** Answers of reviews -> what is shown of them. Pure. */
export const SUGGESTIONS = ["pass", "review", "block", "unavailable"] as const;
export type Suggestion = (typeof SUGGESTIONS)[number];

export interface Result {
  Scene?: string | undefined;
  Label?: string | undefined;
  Rate?: string | undefined;
  Suggestion?: string | undefined;
  Logos?: Hit[] | undefined;
}

/** A logo in a picture; where it is, in shares of the picture. */
export interface Hit {
  Name?: string | undefined;
  X?: number | undefined;
  Y?: number | undefined;
  Width?: number | undefined;
  Height?: number | undefined;
}

/** What is said in a film from one second to another, and the words of lists in it. */
export interface Sentence extends Result {
  StartTime?: number | undefined;
  EndTime?: number | undefined;
  Text?: string | undefined;
  Words?: string[] | undefined;
}

/** Length of the strip on which moments and sentences stand: the last of them ends at its end. */
export const lengthOf = (moments: readonly number[], said: readonly Sentence[]): number => Math.max(1, ...moments, ...said.map(({ EndTime = 0 }) => EndTime));

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

/** Where a part of a picture lies, in per cent of a frame that the picture fills and is cut by. `shape`: width by height of the picture, `frame`: of the frame. */
export function placed({ X = 0, Y = 0, Width = 0, Height = 0 }: Hit, shape: number, frame: number) {
  const across = Math.max(1, shape / frame);
  const down = Math.max(1, frame / shape);
  return {
    insetInlineStart: `${100 * (0.5 + (X - 0.5) * across)}%`,
    insetBlockStart: `${100 * (0.5 + (Y - 0.5) * down)}%`,
    inlineSize: `${100 * Width * across}%`,
    blockSize: `${100 * Height * down}%`,
  };
}
