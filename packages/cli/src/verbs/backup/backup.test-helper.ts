/** A state in which everything is that a backup has to carry, and a copy of a backup that a test may ruin. */
import {
  appendFileSync,
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { documentOf, openShop, QUICK_POLICY, type Shop } from "../rollout/rollout.test-helper.ts";

export interface House extends Shop {
  readonly state: string;
  readonly committed: string;
}

/** A committed rollout, one that was rolled back, one that is open, a frozen blueprint, an invitation and a cycle. */
export async function openHouse(): Promise<House> {
  const shop = await openShop();
  shop.plan({ policy: QUICK_POLICY });
  const once = () => shop.run("rollout", "run", "--once");
  const committed = await shop.start("--accept-noise");
  await once();
  for (let window = 0; window < 3; window += 1) {
    await shop.observe(committed, 10, 0);
    await once();
  }
  await must(shop.run("bootstrap", "link", "--public-base-url", "https://gateway.example", "--unconfigured"));
  await must(shop.run("freeze", "dev/shop", "--reason", "a look at it"));
  await must(shop.run("unfreeze", "dev/shop", "--reason", "looked"));
  return { ...shop, state: join(shop.dir, ".tau/deployment"), committed };
}

async function must(running: ReturnType<Shop["run"]>): Promise<void> {
  const run = await running;
  if (run.exitCode !== 0) throw new Error(`exit ${run.exitCode}: ${run.stdout}${run.stderr}`);
}

export async function backUp(house: House, ...argv: readonly string[]): Promise<string> {
  await documentOf(house.run("backup", "create", "backup", "--json", ...argv));
  return join(house.dir, "backup");
}

/** Relative paths of all files, sorted. */
export function filesIn(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();
}

export type Ruin = (file: string) => void;

const flipAt = (place: (size: number) => number) => (file: string) => {
  chmodSync(file, 0o600);
  const bytes = readFileSync(file);
  const at = place(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
};

/** What disks, networks and people do to a file. */
export const RUINS: { readonly [name: string]: Ruin } = {
  "its first byte flipped": flipAt(() => 0),
  "a byte in its middle flipped": flipAt((size) => size >> 1),
  "its last byte flipped": flipAt((size) => size - 1),
  "its last byte cut off": (file) => {
    chmodSync(file, 0o600);
    truncateSync(file, lstatSync(file).size - 1);
  },
  "a byte behind its end": (file) => {
    chmodSync(file, 0o600);
    appendFileSync(file, "\n");
  },
  "it is removed": (file) => rmSync(file),
  "a file beside it": (file) => writeFileSync(`${file}.old`, ""),
  "a symbolic link to the same bytes in its place": (file) => {
    renameSync(file, `${file}.away`);
    const elsewhere = join(file, "../../../../../../../../../..", "tmp", `away-${process.pid}`);
    cpSync(`${file}.away`, elsewhere);
    rmSync(`${file}.away`);
    symlinkSync(elsewhere, file);
  },
  "a directory in its place": (file) => {
    rmSync(file);
    mkdirSync(file);
    writeFileSync(join(file, "inside"), "");
  },
};
