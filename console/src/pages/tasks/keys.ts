/** `bucket/key` of an object as jobs name it: their keys are percent-encoded. */
export function plainKey(file: { Bucket?: string | undefined; Object?: string | undefined } | undefined): string {
  if (!file?.Object) return "–";
  const bucket = file.Bucket ? `${file.Bucket}/` : "";
  try {
    return bucket + decodeURIComponent(file.Object);
  } catch {
    return bucket + file.Object;
  }
}

/** `bucket/key` of an `oss://` address. */
export function plainAddress(address: string | undefined): string {
  const [, Bucket, Object] = /^oss:\/\/([^./]+)[^/]*\/(.*)$/.exec(address ?? "") ?? [];
  return plainKey({ Bucket, Object });
}

/** The key as jobs take it. */
export const encodedKey = (key: string) => key.split("/").map(encodeURIComponent).join("/");
