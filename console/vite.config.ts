import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// `npm run dev` shows the page with hot reload against a server started by `./mill serve`; REELMILL_DEV names another one.
const server = process.env.REELMILL_DEV ?? "http://127.0.0.1:8600";

export default defineConfig({
  base: "/-/console/",
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: "../src/reelmill/console/dist",
    emptyOutDir: true,
    target: "es2023",
    // The content security policy allows scripts from this server only, so nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    license: { fileName: "licences.md" }, // the notices of all packages in the bundle, for whoever passes it on
    chunkSizeWarningLimit: 1200,
    // What many screens share comes in two files, one that changes with the packages and one that changes with the
    // page. Left to itself the bundler makes one for each set of screens: 44 to 63 files for the first screen. What fewer
    // screens share stays apart, or each would load what it does not use.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "packages", test: /node_modules/, minShareCount: 8, minSize: 0 },
            { name: "shared", minShareCount: 8, minSize: 0 },
          ],
        },
      },
    },
  },
  server: { proxy: { "^/-/(?!console)": { target: server }, "^/(?!-/)": { target: server } } },
  // the parts are pure: one process reads them once for all files, instead of one process for each
  test: { environment: "node", include: ["src/**/*.test.ts"], isolate: false },
});
