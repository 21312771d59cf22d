// Prints what a first visit to each screen downloads, compressed, and fails when a list screen is above its budget.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const DIST = new URL("../../src/reelmill/console/dist/", import.meta.url);
const BUDGET = 600 * 1024;
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", DIST)));
const compressed = (file) => gzipSync(readFileSync(new URL(file, DIST)), { level: 6 }).length;

// Everything a chunk imports statically, and their styles.
function closure(key, found = new Set()) {
  const chunk = manifest[key];
  if (found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const style of chunk.css ?? []) found.add(style);
  for (const other of chunk.imports ?? []) closure(other, found);
  return found;
}

const shell = closure("index.html");
let tooBig = 0;
for (const key of Object.keys(manifest).filter((name) => name.startsWith("src/pages/")).sort()) {
  const files = closure(key, new Set(shell));
  const size = [...files].reduce((sum, file) => sum + compressed(file), 0);
  const list = !/(WorkflowPage|RunPage|MediaPage)/.test(key);
  if (list && size > BUDGET) tooBig += 1;
  console.log(`${(size / 1024).toFixed(0).padStart(6)} KiB  ${key.slice("src/pages/".length)}${list && size > BUDGET ? "  ABOVE 600 KiB" : ""}`);
}
process.exitCode = tooBig ? 1 : 0;
