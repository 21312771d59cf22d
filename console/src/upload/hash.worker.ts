import { createSHA256 } from "hash-wasm";

// Reads a file once, away from the page's thread. Web Crypto is fastest, but it wants the whole file in memory and a page that came over https
// (or from this machine); other files are read in pieces. Only this worker may compile WebAssembly (console/bundle.py).
const PIECE = 4 * 1024 * 1024;
const WHOLE = 128 * 1024 * 1024;

addEventListener("message", (event: MessageEvent<File>) => {
  void hash(event.data).then(
    (digest) => postMessage({ digest }),
    (error: unknown) => postMessage({ error: error instanceof Error ? error.message : String(error) }),
  );
});

async function hash(file: File): Promise<string> {
  if (globalThis.crypto?.subtle && file.size <= WHOLE) return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer())));
  const hasher = await createSHA256();
  for (let at = 0; at < file.size; at += PIECE) {
    hasher.update(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()));
    postMessage({ read: Math.min(at + PIECE, file.size) });
  }
  return hasher.digest();
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
