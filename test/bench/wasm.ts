/**
 * The reader of binaries beside SHA-256 alone, beside other readers, against hostile files, and how its cost grows.
 * `node test/bench/wasm.ts [--json]`
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { componentWit } from "@bytecodealliance/jco";
import { inspect, WasmError } from "@tau-edge/wasm";
import { decode } from "@webassemblyjs/wasm-parser";
import { type BenchRow, printRows } from "./row.ts";
import { GROWING, HOSTILE, largeComponent, largeModule } from "./wasm/inputs.ts";

const ROUNDS = 9;

type Run = () => unknown;

/** Median milliseconds of each, taken in turns so that a slow moment of the machine hurts all alike. */
async function race(runs: readonly Run[], rounds = ROUNDS): Promise<number[]> {
  const times = runs.map((): number[] => []);
  for (let round = -2; round < rounds; round++) {
    for (const [index, run] of runs.entries()) {
      const start = performance.now();
      await run();
      if (round >= 0) times[index]?.push(performance.now() - start);
    }
  }
  return times.map((list) => list.sort((a, b) => a - b)[list.length >> 1] ?? Number.NaN);
}

function read(bytes: Uint8Array, features: boolean): void {
  try {
    inspect(bytes, { features });
  } catch (error) {
    if (!(error instanceof WasmError)) throw error;
  }
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function throughput(): Promise<BenchRow[]> {
  const bytes = largeComponent();
  const [bare, surface, features, scan] = (await race([
    () => sha256(bytes),
    () => [sha256(bytes), inspect(bytes)],
    () => [sha256(bytes), inspect(bytes, { features: true })],
    () => inspect(bytes, { features: true }),
  ])) as [number, number, number, number];
  const speed = (ms: number) => bytes.length / 1e3 / ms;
  const baseline = { baseline: "SHA-256 alone", baseline_figure: speed(bare), unit: "MB/s" };
  const size = `${(bytes.length / 1e6).toFixed(1)} MB component`;
  return [
    {
      name: `surface + SHA-256, ${size}`,
      figure: speed(surface),
      ...baseline,
      ratio: bare / surface,
      bar: ">= 700 MB/s",
      pass: speed(surface) >= 700,
    },
    {
      name: `features + SHA-256, ${size}`,
      figure: speed(features),
      ...baseline,
      ratio: bare / features,
      bar: ">= 200 MB/s",
      pass: speed(features) >= 200,
    },
    { name: `features without SHA-256, ${size}`, figure: speed(scan), ...baseline, ratio: bare / scan },
  ];
}

/** Others where they do the same work: imports of a component, imports of a module, digest of a file. */
async function beside(): Promise<BenchRow[]> {
  const component = largeComponent();
  const module = largeModule();
  const folder = mkdtempSync(join(tmpdir(), "tau-edge-bench-"));
  const file = join(folder, "component.wasm");
  writeFileSync(file, component);
  const skip = { ignoreCodeSection: true, ignoreDataSection: true, ignoreCustomNameSection: true };
  const [ours, wit, oursModule, wajs, hashed, summed] = (await race([
    () => inspect(component),
    () => componentWit(component),
    () => inspect(module),
    () => decode(module, skip),
    () => [sha256(component), inspect(component)],
    () => execFileSync("sha256sum", [file]),
  ])) as [number, number, number, number, number, number];
  rmSync(folder, { recursive: true });
  const row = (name: string, figure: number, baseline: string, other: number): BenchRow => {
    return { name, figure, unit: "ms", baseline, baseline_figure: other, ratio: figure / other };
  };
  return [
    row("surface of a component", ours, "jco componentWit", wit),
    row("surface of a module", oursModule, "@webassemblyjs/wasm-parser, bodies skipped", wajs),
    row("surface + SHA-256", hashed, "sha256sum, a process", summed),
  ];
}

async function growth(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const { what, sizes, make } of GROWING) {
    const [few, many] = sizes;
    const inputs = [make(few), make(many)];
    const features = what === "instructions";
    const [small = 0, large = 0] = await race(inputs.map((bytes) => () => inspect(bytes, { features })));
    const exponent = Math.log(large / small) / Math.log(many / few);
    rows.push({
      name: `growth with ${what}, ${few} to ${many}`,
      figure: exponent,
      unit: "(exponent)",
      baseline: `${((1e6 * large) / many).toFixed(0)} ns each; linear is`,
      baseline_figure: 1,
      bar: "<= 1.2",
      pass: exponent <= 1.2,
    });
  }
  return rows;
}

async function hostile(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [what, make] of HOSTILE) {
    const bytes = make();
    const [surface = 0, features = 0] = await race([() => read(bytes, false), () => read(bytes, true)], 3);
    rows.push({
      name: `hostile: ${what}, ${(bytes.length / 2 ** 20).toFixed(1)} MiB, features too`,
      figure: features,
      unit: "ms",
      baseline: "surface only",
      baseline_figure: surface,
      bar: "<= 300 ms",
      pass: features <= 300,
    });
  }
  return rows;
}

export async function bench(): Promise<BenchRow[]> {
  return [...(await throughput()), ...(await beside()), ...(await growth()), ...(await hostile())];
}

if (import.meta.main) {
  const rows = await bench();
  if (process.argv.includes("--json")) console.log(JSON.stringify(rows, null, 2));
  else printRows(rows);
}
