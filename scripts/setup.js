// Installs what the lockfile names, only where node_modules is missing or older than it.
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";

const age = (path) => {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return 0;
  }
};

if (age("node_modules/.package-lock.json") < age("package-lock.json")) {
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status !== 0) process.exit(status ?? 1);
}
