import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const readonly = (names) => Object.fromEntries(names.map((name) => [name, "readonly"]));
const everywhere = ["URL", "Response", "Request", "console", "performance", "setTimeout", "fetch"];

export default defineConfig([
  // assembly/ is AssemblyScript: its compiler is its linter
  globalIgnores(["assembly/", "build/", "dist/", "coverage/"]),
  js.configs.recommended,
  tseslint.configs.recommended,
  {
    rules: {
      eqeqeq: "error",
      "no-restricted-globals": ["error", "event", "name"],
      // x !== x asks for NaN without a call; a value that is left out is named _
      "no-self-compare": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unused-expressions": ["error", { allowShortCircuit: true, allowTernary: true }],
      "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
      "no-control-regex": "off", // the grammar of JSON names them
    },
  },
  {
    // golden numbers stand with all their digits; kernels of the test module are called by name
    files: ["test/**", "bench/**"],
    rules: {
      "no-loss-of-precision": "off",
      "@typescript-eslint/no-unused-expressions": "off",
      "@typescript-eslint/no-explicit-any": "off",
    },
  },
  {
    // `true satisfies Same<A, B>` is a check of types
    files: ["bindings/documents/*.ts"],
    rules: { "@typescript-eslint/no-unused-expressions": "off" },
  },
  { files: ["**/*.js"], languageOptions: { globals: readonly([...everywhere, "process", "Buffer"]) } },
  {
    files: ["examples/preview/page/*.js"],
    languageOptions: {
      globals: readonly([
        ...everywhere,
        "document",
        "devicePixelRatio",
        "matchMedia",
        "getComputedStyle",
        "ResizeObserver",
        "Option",
        "CSS",
      ]),
    },
  },
]);
