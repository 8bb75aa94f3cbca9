/** The system's Chromium, found by name. Without one its tests are skipped, and fail where CI=true. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser } from "playwright";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
const isThere = (path: string) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

export const executable = (process.env["PATH"] ?? "")
  .split(delimiter)
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find(isThere);

/** Shown in the name of what is skipped. */
export const absent = executable === undefined && process.env["CI"] !== "true";
export const title = (name: string) => (absent ? `${name} (skipped: no ${NAMES.join(", ")} on the PATH)` : name);

export async function launch(): Promise<Browser> {
  if (executable === undefined) throw new Error(`none of ${NAMES.join(", ")} is on the PATH`);
  return chromium.launch({
    executablePath: executable,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
