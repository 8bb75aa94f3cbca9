import { defineConfig } from "vitest/config";

/** Tests of the built package: they run on its files in dist/. */
const ofPackage = ["test/hosts/**/*.test.ts", "test/package/**/*.test.ts", "test/examples/**/*.test.ts"];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: "core", include: ["test/**/*.test.ts"], exclude: ofPackage, globalSetup: ["test/setup.ts"] },
      },
      {
        extends: true,
        test: { name: "package", include: ofPackage, globalSetup: ["test/setup-package.ts"], testTimeout: 60_000 },
      },
    ],
  },
});
