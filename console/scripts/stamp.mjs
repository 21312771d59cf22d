// Writes into schema.d.ts of which openapi.json it was made; a house test compares.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const types = new URL("../src/api/schema.d.ts", import.meta.url);
const digest = createHash("sha256").update(readFileSync(new URL("../openapi.json", import.meta.url))).digest("hex");
writeFileSync(types, `// Made of openapi.json ${digest} by: npm run gen\n${readFileSync(types, "utf8")}`);
