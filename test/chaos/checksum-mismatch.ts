/** `wal_corruption_checksum_mismatch`: bits of the write-ahead log are flipped, and bits of records in the file. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { SeededChance } from "@tau-edge/adapter-memory";
import { ledgerPath } from "@tau-edge/adapter-node";
import { doctorSays, must, restoredPlace, withCopy } from "./chaos-house.ts";
import { type ChaosReport, type Extent, Findings } from "./chaos-report.ts";
import { proveRecovery } from "./recovery-proof.ts";
import { lookAtDamagedLog, makeWalImage, type WalImage } from "./wal-image.ts";

const SEED = 20_261_122;
const LOG_FLIPS = { short: 2, full: 150 } as const;
const RECORD_FLIPS = { short: 3, full: 200 } as const;

export async function checksumMismatch(extent: Extent): Promise<ChaosReport> {
  const image = await makeWalImage();
  const { house, wal_bytes, whole, backup } = image;
  const chance = new SeededChance(SEED);
  const findings = new Findings();
  for (let nth = 0; nth < LOG_FLIPS[extent]; nth++) {
    const offset = chance.below(wal_bytes);
    findings.inject("bit of the log flipped");
    await lookAtDamagedLog(image, `log flipped at ${offset}`, (wal) => flip(wal, offset, chance.below(8)), findings);
  }
  await flipRecords(image, RECORD_FLIPS[extent], chance, findings);
  await must(house.run("restore", backup, "--state-dir", restoredPlace(house)));
  const name = "wal_corruption_checksum_mismatch";
  const report = await proveRecovery(name, findings.all, house, restoredPlace(house), whole);
  house.leave();
  return report;
}

/** In the file itself, where SQLite has no checksum: the chain is what notices it. */
async function flipRecords(
  { house, directory }: WalImage,
  count: number,
  chance: SeededChance,
  findings: Findings,
): Promise<void> {
  const places = recordPlaces(directory);
  for (let nth = 0; nth < count; nth++) {
    const { stream, seq, at, length } = chance.pick(places);
    const what = `${stream}#${seq} flipped`;
    findings.inject("bit of a record flipped");
    await withCopy(directory, join(house.dir, "damaged"), async (copy) => {
      flip(ledgerPath(copy), at + chance.below(length), chance.below(8));
      const doctor = await doctorSays(house, copy);
      for (const code of doctor.codes) findings.code(code);
      findings.expect(doctor.exitCode === 4, `${what}: the doctor finds nothing`);
      const backup = await house.run("backup", "create", join(house.dir, "no-backup"), "--state-dir", copy, "--json");
      findings.expect(backup.exitCode === 4, `${what}: a backup of it ends with ${backup.exitCode}`);
    });
  }
}

interface RecordPlace {
  readonly stream: string;
  readonly seq: number;
  readonly at: number;
  readonly length: number;
}

/** Where the bytes of records stand in the database file, those that stand there in one piece. */
function recordPlaces(directory: string): readonly RecordPlace[] {
  const path = ledgerPath(directory);
  const database = new DatabaseSync(path);
  // Folds the log in, so that nothing of the file is overruled by it.
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  const rows = database.prepare("SELECT stream, seq, bytes FROM record").all();
  database.close();
  const file = readFileSync(path);
  return rows.flatMap(({ stream, seq, bytes }) => {
    if (!(bytes instanceof Uint8Array)) return [];
    const at = file.indexOf(bytes);
    const isOnce = at >= 0 && file.indexOf(bytes, at + 1) === -1;
    return isOnce ? [{ stream: String(stream), seq: Number(seq), at, length: bytes.length }] : [];
  });
}

function flip(path: string, offset: number, bit: number): void {
  const bytes = readFileSync(path);
  bytes[offset] = (bytes[offset] ?? 0) ^ (1 << bit);
  writeFileSync(path, bytes);
}
