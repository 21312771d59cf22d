import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

// Reads a file once, in pieces, away from the page's thread. Web Crypto cannot: it wants the whole file in memory.
const PIECE = 4 * 1024 * 1024;

addEventListener("message", (event: MessageEvent<File>) => {
  void hash(event.data).then(
    (digest) => postMessage({ digest }),
    (error: unknown) => postMessage({ error: error instanceof Error ? error.message : String(error) }),
  );
});

async function hash(file: File): Promise<string> {
  const hasher = sha256.create();
  for (let at = 0; at < file.size; at += PIECE) {
    hasher.update(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()));
    postMessage({ read: Math.min(at + PIECE, file.size) });
  }
  return bytesToHex(hasher.digest());
}
