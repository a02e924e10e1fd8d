/**
 * Inspects the large .wasm files of well-known npm packages and compares their imports and exports with the engine's.
 * `node scripts/campaign-real-binaries.ts [--folder DIR] [PACKAGE…]`; exit 1 on any difference.
 *
 * The packages are pinned here and installed into a temporary folder (or DIR, which is kept): together they are larger
 * than everything that this repository depends on, so they are not its dependencies.
 */
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { inspect, LIMITS, WasmError } from "@tau-edge/wasm";
import { engineSurface, type Surface } from "../test/conformance/engine-surface.ts";

const PACKAGES: readonly string[] = [
  "@biomejs/wasm-nodejs@2.5.14",
  "@duckdb/duckdb-wasm@1.32.0",
  "@electric-sql/pglite@0.5.16",
  "@ffmpeg/core@0.12.10",
  "@jitl/quickjs-wasmfile-release-sync@0.32.0",
  "@resvg/resvg-wasm@2.6.2",
  "@rollup/wasm-node@4.68.4",
  "@ruby/3.4-wasm-wasi@2.10.1",
  "@sqlite.org/sqlite-wasm@3.41.2",
  "@swc/wasm@1.16.18",
  "@yowasp/clang@22.0.0-git20542-10",
  "@yowasp/yosys@0.55.944",
  "esbuild-wasm@0.28.2",
  "onnxruntime-web@1.30.0",
  "pyodide@314.0.7",
  "sql.js@1.16.0",
  "web-tree-sitter@0.27.1",
  "z3-solver@5.2.0",
];

/** Smaller files are left out: the point is what large toolchains emit. */
const SIZE_BYTES_MIN = 100_000;
const ROUNDS = 3;

interface Line {
  readonly file: string;
  readonly cells: readonly string[];
  readonly problem?: string;
}

function install(folder: string, packages: readonly string[]): void {
  const { status, stderr } = spawnSync(
    "npm",
    ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--prefix", folder, ...packages],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`npm install failed: ${stderr}`);
}

/** The fastest of a few rounds, in milliseconds. */
function fastest(run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

function look(file: string, bytes: Uint8Array): Line {
  const megabytes = bytes.length / 1e6;
  try {
    const surface = inspect(bytes);
    const { features = [], imports, exports, export_count, kind } = inspect(bytes, { features: true });
    const surfaceMs = fastest(() => inspect(bytes));
    const featuresMs = fastest(() => inspect(bytes, { features: true })) - surfaceMs;
    const mine: Surface = {
      imports: imports.map(({ name, field = "", kind }) => ({ module: name, field, kind })),
      exports: exports.map(({ name, kind }) => ({ name, kind })),
    };
    const cells = [
      megabytes.toFixed(1),
      kind,
      String(surface.imports.length),
      String(export_count),
      surfaceMs.toFixed(2),
      featuresMs.toFixed(1),
      (megabytes / (featuresMs / 1e3)).toFixed(0),
    ];
    const { verdict, problem } = kind === "module" ? compare(bytes, mine, export_count) : { verdict: "not asked" };
    const line = { file, cells: [...cells, verdict, features.join(" ")] };
    return problem === undefined ? line : { ...line, problem };
  } catch (error) {
    if (!(error instanceof WasmError)) throw error;
    return { file, cells: [megabytes.toFixed(1), error.code], problem: error.message };
  }
}

function compare(bytes: Uint8Array, mine: Surface, exportCount: number): { verdict: string; problem?: string } {
  let engine: Surface;
  try {
    engine = engineSurface(bytes);
  } catch (error) {
    return { verdict: `engine refuses (${error instanceof Error ? error.message.slice(0, 80) : "?"})` };
  }
  const listed = { ...engine, exports: engine.exports.slice(0, LIMITS.exports_listed_max) };
  if (JSON.stringify(listed) === JSON.stringify(mine) && engine.exports.length === exportCount)
    return { verdict: "equal" };
  return { verdict: "DIFFERENT", problem: "imports or exports differ from the engine's" };
}

const { values, positionals } = parseArgs({ options: { folder: { type: "string" } }, allowPositionals: true });
const packages = PACKAGES.filter(
  (name) => positionals.length === 0 || positionals.some((part) => name.startsWith(part)),
);
const folder = values.folder ?? mkdtempSync(join(tmpdir(), "tau-edge-real-"));
install(folder, packages);

const lines = globSync("node_modules/**/*.wasm", { cwd: folder })
  .sort()
  .map((file) => ({
    file: file.replace(/^node_modules\//, ""),
    bytes: new Uint8Array(readFileSync(join(folder, file))),
  }))
  .filter(({ bytes }) => bytes.length >= SIZE_BYTES_MIN)
  .map(({ file, bytes }) => look(file, bytes));
if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });

const heads = ["file", "MB", "kind", "imports", "exports", "surface ms", "features ms", "MB/s", "engine", "features"];
console.log(`| ${heads.join(" | ")} |\n|${heads.map(() => "---").join("|")}|`);
for (const { file, cells } of lines) console.log(`| ${file} | ${cells.join(" | ")} |`);
const problems = lines.filter(({ problem }) => problem !== undefined);
for (const { file, problem } of problems) console.log(`${file}: ${problem}`);
console.log(`${lines.length} files of ${packages.length} packages, ${problems.length} problems`);
process.exit(problems.length > 0 || lines.length === 0 ? 1 : 0);
