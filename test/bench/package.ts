/** `package` without the deep pass beside the physical limit: read the file, hash it, write it so that it survives a power cut. */
import {
  closeSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nativeSha256, objectPath, openState } from "@tau-edge/adapter-node";
import { openCatalog, preparePackage, storePackage } from "@tau-edge/control";
import { toHex } from "@tau-edge/encoding";
import { DEFAULT_PROFILE } from "@tau-edge/manifest";
import { type BenchRow, printRows } from "./row.ts";

/** Enough for the compilers to be warm and for a median that a busy disk does not decide. */
const ROUNDS = { large: 40, small: 200 };
const WARM_UP_ROUNDS = 8;
const LARGE_BYTES = 12_000_000;
const root = fileURLToPath(new URL("../..", import.meta.url));

/** The component with one more custom section that holds a number, so that every round stores new bytes. */
function numbered(component: Uint8Array, sizeBytes: number): (number: number) => Uint8Array {
  const content = new Uint8Array(Math.max(16, sizeBytes - component.length));
  content.set([3, 0x70, 0x61, 0x64]);
  const size = Uint8Array.of(
    ...[0, 7, 14, 21].map((shift) => ((content.length >> shift) & 0x7f) | 0x80),
    (content.length >> 28) & 0xf,
  );
  const bytes = Buffer.concat([component, Uint8Array.of(0), size, content]);
  return (number) => {
    bytes.writeUInt32BE(number, bytes.length - content.length + 4);
    return bytes;
  };
}

function durableWrite(folder: string, name: string, bytes: Uint8Array): void {
  const temporary = join(folder, `${name}.tmp`);
  const file = openSync(temporary, "wx");
  writeSync(file, bytes);
  fsyncSync(file);
  closeSync(file);
  renameSync(temporary, join(folder, name));
  const directory = openSync(folder, "r");
  fsyncSync(directory);
  closeSync(directory);
}

type Read = (path: string) => Uint8Array;

/**
 * Without garbage. A new buffer for each round makes V8 mark the heap while `package` waits for the disk, as it does in
 * a process that packages one large file after the other. The published command line does not get there with one file.
 */
function intoOneBuffer(size_bytes_max: number): Read {
  const buffer = new Uint8Array(size_bytes_max);
  return (path) => {
    const file = openSync(path, "r");
    const length = readSync(file, buffer);
    closeSync(file);
    return buffer.subarray(0, length);
  };
}

/** @returns the path of what was written */
function bare(source: string, read: Read, folder: string): string {
  const bytes = read(source);
  const name = toHex(nativeSha256(bytes));
  durableWrite(folder, name, bytes);
  return join(folder, name);
}

async function timed<T>(work: () => T | Promise<T>): Promise<{ readonly time_ms: number; readonly result: T }> {
  const start = performance.now();
  const result = await work();
  return { time_ms: performance.now() - start, result };
}

async function compare(
  component: Uint8Array,
  sizeBytes: number,
  rounds: number,
  read: Read,
): Promise<{ ours: number; bare: number }> {
  const scratch = mkdtempSync(join(tmpdir(), "tau-edge-bench-"));
  const state = await openState(join(scratch, "state"));
  const { objects, ledger, files, clock, default_output_dir } = state;
  const ports = { objects, ledger, catalog: openCatalog(ledger), files, default_output_dir, clock };
  const variant = numbered(component, sizeBytes);
  const times: { ours: number; bare: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const [mine, other] = ["mine", "other"].map((name, index) => {
      // On the disk before the clock starts: the first sync of either would otherwise write the other's source too.
      durableWrite(scratch, `${name}.wasm`, variant(round * 2 + index));
      return join(scratch, `${name}.wasm`);
    }) as [string, string];
    const packageMine = async (): Promise<string[]> => {
      const prepared = await preparePackage(
        {
          bytes: read(mine),
          file: mine,
          blueprint_id: "bench",
          profile: DEFAULT_PROFILE,
          generated_unix_ms: 1,
        },
        { sha256: nativeSha256 },
      );
      if (prepared.outcome !== "prepared") throw new Error(`refused: ${prepared.report.reason_codes.join(", ")}`);
      const { artifact, artifact_path } = await storePackage(prepared, { kind: "system", id: "bench" }, ports);
      if (artifact_path === undefined) throw new Error("packaged to nowhere");
      return [objectPath(join(scratch, "state"), artifact), artifact_path];
    };
    const writeBare = async () => [bare(other, read, scratch)];
    // In turn, because the second one finds the machine as the first one left it.
    const bareFirst = round % 2 === 0;
    const first = await timed(bareFirst ? writeBare : packageMine);
    const second = await timed(bareFirst ? packageMine : writeBare);
    times.push(
      bareFirst ? { bare: first.time_ms, ours: second.time_ms } : { bare: second.time_ms, ours: first.time_ms },
    );
    // Their memory serves the next round: a virtual machine takes ten times as long to fetch pages that nobody had yet.
    for (const path of [...first.result, ...second.result]) rmSync(path);
  }
  await state.close();
  rmSync(scratch, { recursive: true, force: true });
  const warm = times.slice(WARM_UP_ROUNDS);
  const median = (pick: (row: { ours: number; bare: number }) => number) =>
    warm.map(pick).sort((a, b) => a - b)[warm.length >> 1] ?? 0;
  return { ours: median((row) => row.ours), bare: median((row) => row.bare) };
}

export async function bench(): Promise<BenchRow[]> {
  const component = readFileSync(join(root, "wasm-fixtures/built/assemblyscript-component.wasm"));
  // The many small ones first: they warm the compilers for the few large ones.
  const small = await compare(component, 28_000, ROUNDS.small, readFileSync);
  const large = await compare(component, LARGE_BYTES, ROUNDS.large, intoOneBuffer(LARGE_BYTES + component.length));
  const collecting = await compare(component, LARGE_BYTES, ROUNDS.large, readFileSync);
  return [
    {
      name: "package 12 MB",
      figure: large.ours,
      unit: "ms",
      baseline: "read + SHA-256 + durable write",
      baseline_figure: large.bare,
      ratio: large.ours / large.bare,
      bar: "ratio <= 1.3",
      pass: large.ours / large.bare <= 1.3,
    },
    {
      name: "package 12 MB, with the garbage of a new buffer for each file",
      figure: collecting.ours,
      unit: "ms",
      baseline: "read + SHA-256 + durable write",
      baseline_figure: collecting.bare,
      ratio: collecting.ours / collecting.bare,
    },
    {
      name: "package 28 KB",
      figure: small.ours,
      unit: "ms",
      baseline: "read + SHA-256 + durable write",
      baseline_figure: small.bare,
      bar: "<= 4 ms more",
      pass: small.ours - small.bare <= 4,
    },
  ];
}

if (import.meta.main) printRows(await bench());
