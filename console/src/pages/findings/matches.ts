/** What a fingerprint job has found -> films of the library, the longest match first. Pure. */
import type { Out } from "@/api/types";

type Job = Out<"QueryFpShotJobList">["FpShotJobList"]["FpShotJob"][number];
type Shots = NonNullable<NonNullable<Job["FpShotResult"]>["FpShots"]>;

/** Seconds in this film and in the other, how long, and how much alike (0 to 1). */
export interface Part {
  here: number;
  there: number;
  seconds: number;
  similarity: number;
  /** What is to be read in both, of texts. */
  said?: [string, string];
}

export interface Match {
  kind: "video" | "audio" | "text";
  key: string;
  file: { Bucket?: string; Location?: string; Object?: string } | undefined;
  seconds: number;
  parts: readonly Part[];
}

export function matchesOf({ FpShotResult }: Pick<Job, "FpShotResult">): Match[] {
  const found = [...of("video", FpShotResult?.FpShots), ...of("audio", FpShotResult?.AudioFpShots), ...ofTexts(FpShotResult)];
  return found.sort((a, b) => b.seconds - a.seconds);
}

function of(kind: Match["kind"], shots: Shots | undefined): Match[] {
  return (shots?.FpShot ?? []).map(({ PrimaryKey = "", InputFile, FpShotSlices }) => {
    const parts = (FpShotSlices?.FpShotSlice ?? []).map(({ Input, Duplication, Similarity }) => ({
      here: Number(Input?.Start ?? 0),
      there: Number(Duplication?.Start ?? 0),
      seconds: Number(Input?.Duration ?? 0),
      similarity: Number(Similarity ?? 0),
    }));
    return { kind, key: PrimaryKey, file: InputFile, seconds: parts.reduce((sum, part) => sum + part.seconds, 0), parts };
  });
}

function ofTexts(found: Job["FpShotResult"]): Match[] {
  return (found?.TextFpShots?.TextFpShot ?? []).map(({ PrimaryKey = "", InputFile, TextFpShotSlices }) => {
    const parts = (TextFpShotSlices?.TextFpShotSlice ?? []).map(({ InputFragment, Duplication, Similarity, InputText = "", DuplicationText = "" }): Part => ({
      here: Number(InputFragment?.Start ?? 0),
      there: Number(Duplication?.Start ?? 0),
      seconds: Number(InputFragment?.Duration ?? 0),
      similarity: Number(Similarity ?? 0),
      said: [InputText, DuplicationText],
    }));
    return { kind: "text", key: PrimaryKey, file: InputFile, seconds: parts.reduce((sum, part) => sum + part.seconds, 0), parts };
  });
}
