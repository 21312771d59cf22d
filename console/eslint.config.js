// What types cannot hold: hooks are called as React wants it, and markup shuts nobody out. Layout is nobody's rule here.
import js from "@eslint/js";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const page = {
  files: ["src/**/*.{ts,tsx}"],
  extends: [jsxA11y.flatConfigs.recommended],
  plugins: { "react-hooks": reactHooks },
  rules: {
    // The plugin's other rules prepare code for the React Compiler, which does not build this page.
    "react-hooks/rules-of-hooks": "error",
    "react-hooks/exhaustive-deps": "error",
    "jsx-a11y/no-autofocus": ["error", { ignoreNonDOM: true }], // the fields of dialogs may have the focus: they were asked for
    // What scrolls, and what tells more when it is looked at, must be reached by keyboard.
    "jsx-a11y/no-noninteractive-tabindex": ["error", { roles: ["region", "note"] }],
  },
};

export default tseslint.config(
  { ignores: ["src/api/schema.d.ts"] }, // made of openapi.json
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  { rules: { "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_", ignoreRestSiblings: true }] } },
  { files: ["scripts/*.mjs"], languageOptions: { globals: { console: "readonly", process: "readonly", URL: "readonly" } } },
  page,
);
