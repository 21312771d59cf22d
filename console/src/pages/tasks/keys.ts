/** `bucket/key` of an object as jobs name it: their keys are percent-encoded. */
export function plainKey(file: { Bucket?: string; Object?: string } | undefined): string {
  if (!file?.Object) return "–";
  const bucket = file.Bucket ? `${file.Bucket}/` : "";
  try {
    return bucket + decodeURIComponent(file.Object);
  } catch {
    return bucket + file.Object;
  }
}

/** The key as jobs take it. */
export const encodedKey = (key: string) => key.split("/").map(encodeURIComponent).join("/");
