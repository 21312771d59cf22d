/** Pictures of logos on their way to the server. */

/** Pixels of the longer side that is sent; as many as the server keeps. */
const MOST = 240;

/** width and height of a picture that is not larger than what is sent, in its own shape. */
export function fitted(width: number, height: number): [number, number] {
  const scale = Math.min(1, MOST / Math.max(width, height, 1));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

/** A file as PNG in base64, made small. Throws when the browser cannot read it as a picture. */
export async function asPng(file: Blob): Promise<string> {
  const picture = await createImageBitmap(file);
  const [width, height] = fitted(picture.width, picture.height);
  const canvas = new OffscreenCanvas(width, height);
  const drawing = canvas.getContext("2d");
  if (!drawing) throw new Error("no canvas");
  drawing.imageSmoothingQuality = "high";
  drawing.drawImage(picture, 0, 0, width, height);
  picture.close();
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/png" })).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** The address of a PNG in base64. */
export const address = (picture: string) => `data:image/png;base64,${picture}`;
