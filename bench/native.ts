/**
 * C++ of the same algorithms, called through a Node addon: ../shared/prototype/native, built with the flags of its build.sh into the
 * system's temporary folder. Nothing is written elsewhere. Without the sources, a compiler or Node's headers there are no native rows.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

type Argument = Float64Array | Int32Array | number;
export type NativeFunction = (...args: Argument[]) => number;

const sources = resolve(dirname(fileURLToPath(import.meta.url)), "../../shared/prototype/native");
const own = "-O3 -fno-math-errno -fno-trapping-math -fPIC -shared -std=c++17 -w -DESTRIN";
const recipes = {
  b_128: `${own} -mavx -DW=2 black76.cc`,
  b_256: `${own} -mavx2 -mfma -ffp-contract=fast -DW=4 black76.cc`,
  b_512: `${own} -march=native -mprefer-vector-width=512 -ffp-contract=fast -DW=8 black76.cc`,
  m_128: `${own} -mavx -DW=2 margin.cc`,
  m_256: `${own} -mavx2 -mfma -ffp-contract=fast -DW=4 margin.cc`,
  plain: "-O2 -fPIC -shared plain.cc",
  mvec: "-O3 -ffast-math -msse4.2 -fPIC -shared plain.cc -lmvec -lm",
};
export type Library = keyof typeof recipes;

/** How the rows are called. */
export const titles: Record<Library, string> = {
  b_128: "C++ 128-bit",
  b_256: "C++ AVX2 + FMA",
  b_512: "C++ AVX-512",
  m_128: "C++ 128-bit",
  m_256: "C++ AVX2 + FMA",
  plain: "C++ libm, plain loop",
  mvec: "C++ libmvec, SSE4",
};

const hasAvx512 = () => {
  try {
    return readFileSync("/proc/cpuinfo", "utf8").includes("avx512f");
  } catch {
    return false;
  }
};

function run(command: string, args: string[]): Promise<void> {
  return new Promise((done, failed) => {
    execFile(command, args, { cwd: sources }, (error, _, stderr) =>
      error ? failed(new Error(stderr.split("\n")[0] || error.message)) : done(),
    );
  });
}

type Bind = (library: string, symbol: string) => NativeFunction;

/** Builds (once per source) what is asked for. */
export class Native {
  /** Why there is no native row at all. */
  readonly missing: string | undefined;
  private readonly folder: string = "";
  private readonly built = new Map<string, Promise<string>>();
  private bindOf: Bind | undefined;

  constructor() {
    if (!existsSync(sources)) {
      this.missing = "../shared/prototype/native is not there";
      return;
    }
    const hash = createHash("sha256").update(JSON.stringify(recipes) + process.version);
    for (const name of readdirSync(sources).sort()) hash.update(readFileSync(join(sources, name)));
    this.folder = join(tmpdir(), `margin-core-native-${hash.digest("hex").slice(0, 12)}`);
    mkdirSync(this.folder, { recursive: true });
  }

  private build(file: string, compiler: string, flags: string[]): Promise<string> {
    const out = join(this.folder, file);
    const known = this.built.get(file);
    if (known !== undefined) return known;
    const partial = `${out}.${process.pid}`;
    const building = existsSync(out)
      ? Promise.resolve(out)
      : run(compiler, [...flags, "-o", partial]).then(() => (renameSync(partial, out), out));
    this.built.set(file, building);
    return building;
  }

  private async addon(): Promise<Bind> {
    if (this.bindOf !== undefined) return this.bindOf;
    const headers = process.env["NODE_INC"] ?? join(dirname(process.execPath), "../include/node");
    const path = await this.build("addon.node", "gcc", ["-O2", "-fPIC", "-shared", `-I${headers}`, "addon.c", "-ldl"]);
    this.bindOf = (createRequire(import.meta.url)(path) as { bind: Bind }).bind;
    return this.bindOf;
  }

  /** The function of a library, or a line that says why it is not there. */
  async find(library: Library, symbol: string): Promise<NativeFunction | string> {
    const skipped = (why: string) => `skipped: ${titles[library]} (${library}): ${why}`;
    if (this.missing !== undefined) return skipped(this.missing);
    if (library === "b_512" && !hasAvx512()) return skipped("no AVX-512 here");
    try {
      const bind = await this.addon();
      const path = await this.build(`${library}.so`, "g++", recipes[library].split(" "));
      return bind(path, symbol);
    } catch (error) {
      return skipped((error as Error).message);
    }
  }
}
