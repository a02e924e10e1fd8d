/**
 * What a process leaves that died with its last records in the write-ahead log alone. Every one of them was acknowledged, so
 * a log that is cut or changed has lost something that nobody may lose without being told.
 */
import { cpSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ledgerPath } from "@tau-edge/adapter-node";
import { fixture } from "../../packages/cli/src/cli.test-helper.ts";
import {
  type Chains,
  chainsIn,
  comparedTo,
  doctorSays,
  type House,
  must,
  openChaosHouse,
  withCopy,
} from "./chaos-house.ts";
import type { Findings } from "./chaos-report.ts";

/** https://www.sqlite.org/fileformat2.html#walformat */
const WAL_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

export interface WalImage {
  readonly house: House;
  /** The directory as it was left; it stays as it is. */
  readonly directory: string;
  readonly wal_bytes: number;
  /** Where each frame of the log ends. */
  readonly frame_ends: readonly number[];
  /** Every record that was acknowledged. */
  readonly whole: Chains;
  /** Of the same moment. */
  readonly backup: string;
}

export async function makeWalImage(): Promise<WalImage> {
  const house = await openChaosHouse();
  // Who has the ledger open keeps the last writer from folding the log into the file.
  const holder = new DatabaseSync(ledgerPath(house.state), { readOnly: true });
  holder.prepare("SELECT count(*) FROM record").get();
  await must(house.run("freeze", "dev/shop", "--reason", "before the crash"));
  await must(house.run("unfreeze", "dev/shop", "--reason", "before the crash"));
  for (const blueprint of ["first", "last"])
    await must(house.run("package", fixture("c-component"), "--blueprint", blueprint, "--no-deep"));
  await must(house.run("backup", "create", "backup"));
  const directory = join(house.dir, "image");
  cpSync(house.state, directory, { recursive: true });
  const whole = await chainsIn(house.state);
  holder.close();
  const wal_bytes = statSync(walOf(directory)).size;
  const frame_bytes = FRAME_HEADER_BYTES + readFileSync(walOf(directory)).readUInt32BE(8);
  const frames = Math.floor((wal_bytes - WAL_HEADER_BYTES) / frame_bytes);
  if (frames < 10) throw new Error(`only ${frames} frames in the log`);
  const frame_ends = Array.from({ length: frames }, (_, nth) => WAL_HEADER_BYTES + (nth + 1) * frame_bytes);
  return { house, directory, wal_bytes, frame_ends, whole, backup: join(house.dir, "backup") };
}

export const walOf = (stateDir: string): string => `${ledgerPath(stateDir)}-wal`;

/** Damages the log of a copy, and looks at what this program makes of it. */
export async function lookAtDamagedLog(
  image: WalImage,
  what: string,
  damage: (wal: string) => void,
  findings: Findings,
): Promise<void> {
  const { house, whole } = image;
  await withCopy(image.directory, join(house.dir, "damaged"), async (copy) => {
    damage(walOf(copy));
    rmSync(`${ledgerPath(copy)}-shm`, { force: true });
    const found = comparedTo(whole, await chainsIn(copy));
    for (const strange of found.strange) findings.problem(`${what}: ${strange}`);
    const doctor = await doctorSays(house, copy);
    for (const code of doctor.codes) findings.code(code);
    const before = await chainsIn(copy);
    const argv = [
      "package",
      fixture("c-component"),
      "--blueprint",
      "later",
      "--no-deep",
      "--state-dir",
      copy,
      "--json",
    ];
    const written = await house.run(...argv);
    if (found.missing === 0) {
      findings.expect(
        doctor.exitCode === 0,
        `${what}: nothing is missing, and the doctor finds ${doctor.codes.join()}`,
      );
      findings.expect(written.exitCode === 0, `${what}: nothing is missing, and nobody may write`);
      return;
    }
    findings.expect(
      doctor.exitCode === 4,
      `${what}: ${found.missing} records are missing, and the doctor finds nothing`,
    );
    findings.expect(written.exitCode === 4, `${what}: records are missing, and others are written over them`);
    if (written.exitCode === 4) findings.code((written.json() as { readonly code: string }).code);
    const after = comparedTo(before, await chainsIn(copy));
    findings.expect(after.missing + after.strange.length === 0, `${what}: a refusal has changed the ledger`);
  });
}
