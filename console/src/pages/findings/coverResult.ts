/** The Result of a job of intelligent production, JSON text -> its pictures, best first, and its clip. Pure. */
export interface CoverResult {
  covers: readonly { url: string; time: number; score: number }[];
  clip: { url: string; time: number; seconds: number } | undefined;
}

interface Told {
  Covers?: { URL: string; Time: number; Score: number }[];
  Clip?: { URL: string; Time: number; Seconds: number } | null;
}

export function coverResult(text: string | undefined): CoverResult | undefined {
  try {
    const { Covers, Clip } = JSON.parse(text ?? "") as Told;
    if (!Covers) return undefined; // why it failed
    return {
      covers: Covers.map(({ URL: url, Time: time, Score: score }) => ({ url, time, score })),
      clip: Clip ? { url: Clip.URL, time: Clip.Time, seconds: Clip.Seconds } : undefined,
    };
  } catch {
    return undefined;
  }
}
