/** `package` without the deep pass beside the physical limit: read the file, hash it, write it so that it survives a power cut. */
import { closeSync, fsyncSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nativeSha256, openState } from "@tau-edge/adapter-node";
import { openCatalog, preparePackage, storePackage } from "@tau-edge/control";
import { toHex } from "@tau-edge/encoding";
import { DEFAULT_PROFILE } from "@tau-edge/manifest";
import { type BenchRow, printRows } from "./row.ts";

/** Enough for the compilers to be warm and for a median that a busy disk does not decide. */
const ROUNDS = { large: 40, small: 200 };
const WARM_UP_ROUNDS = 8;
const root = fileURLToPath(new URL("../..", import.meta.url));

/** The component with one more custom section, so that every round stores new bytes. */
function variant(component: Uint8Array, sizeBytes: number, round: number): Uint8Array {
  const filler = Math.max(16, sizeBytes - component.length);
  const content = new Uint8Array(filler);
  new DataView(content.buffer).setUint32(4, round);
  content.set([3, 0x70, 0x61, 0x64]);
  const size = Uint8Array.of(
    ...[0, 7, 14, 21].map((shift) => ((content.length >> shift) & 0x7f) | 0x80),
    (content.length >> 28) & 0xf,
  );
  return Buffer.concat([component, Uint8Array.of(0), size, content]);
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

function bare(source: string, folder: string): void {
  const bytes = readFileSync(source);
  durableWrite(folder, toHex(nativeSha256(bytes)), bytes);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function compare(
  component: Uint8Array,
  sizeBytes: number,
  rounds: number,
): Promise<{ ours: number; bare: number }> {
  const scratch = mkdtempSync(join(tmpdir(), "tau-edge-bench-"));
  const state = await openState(join(scratch, "state"));
  const { objects, ledger, files, clock, default_output_dir } = state;
  const ports = { objects, ledger, catalog: openCatalog(ledger), files, default_output_dir, clock };
  const times: { ours: number; bare: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const [mine, other] = ["mine", "other"].map((name, index) => {
      // On the disk before the clock starts: the first sync of either would otherwise write the other's source too.
      durableWrite(scratch, `${name}.wasm`, variant(component, sizeBytes, round * 2 + index));
      return join(scratch, `${name}.wasm`);
    }) as [string, string];
    const packageMine = async () => {
      const prepared = await preparePackage(
        {
          bytes: readFileSync(mine),
          file: mine,
          blueprint_id: "bench",
          profile: DEFAULT_PROFILE,
          generated_unix_ms: 1,
        },
        { sha256: nativeSha256 },
      );
      if (prepared.outcome !== "prepared") throw new Error(`refused: ${prepared.report.reason_codes.join(", ")}`);
      await storePackage(prepared, { kind: "system", id: "bench" }, ports);
    };
    // In turn, because whoever writes second gets memory that the system has to fetch first.
    const bareFirst = round % 2 === 0;
    const first = await timed(bareFirst ? async () => bare(other, scratch) : packageMine);
    const second = await timed(bareFirst ? packageMine : async () => bare(other, scratch));
    times.push(bareFirst ? { bare: first, ours: second } : { bare: second, ours: first });
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
  const small = await compare(component, 28_000, ROUNDS.small);
  const large = await compare(component, 12_000_000, ROUNDS.large);
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
