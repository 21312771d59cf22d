// Names the files that import each other in a circle, and fails if there are any. Types and pages that are loaded later count: a reader follows them, too.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { fileURLToPath } from "node:url";

const SRC = fileURLToPath(new URL("../src/", import.meta.url));
const files = readdirSync(SRC, { recursive: true }).filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".d.ts"));
const known = new Set(files);

function importsOf(file) {
  const found = readFileSync(join(SRC, file), "utf8").matchAll(/(?:\bfrom|\bimport\(|^import)\s*"(@\/|\.{1,2}\/)([^"]+)"/gm);
  const paths = [...found].map(([, from, rest]) => (from === "@/" ? rest : join(dirname(file), from, rest)));
  return paths.flatMap((path) => [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`].find((name) => known.has(name)) ?? []);
}

const imports = new Map(files.map((file) => [file, importsOf(file)]));

/** A way from a file back to itself, the shortest one; nothing where there is none. */
function circle(start) {
  const ways = imports.get(start).map((next) => [next]);
  const seen = new Set();
  for (const way of ways) {
    const last = way.at(-1);
    if (last === start) return way;
    if (seen.has(last)) continue;
    seen.add(last);
    ways.push(...imports.get(last).map((next) => [...way, next]));
  }
  return undefined;
}

const told = new Set();
for (const file of files.sort()) {
  const way = told.has(file) ? undefined : circle(file);
  if (!way) continue;
  for (const each of way) told.add(each);
  console.error(`circle: ${[file, ...way].join(" -> ")}`);
}
process.exitCode = told.size ? 1 : 0;
