// Makes a backup of a state directory, or restores one, and says so on stdout when it is done.
// Arguments: `create STATE INTO` or `restore BACKUP STATE`. Killed by the tests beside it.
import { writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  DirectoryBackup,
  DirectoryRestorePlace,
  nativeSha256,
  openBackupTarget,
  startNativeSha256,
  systemClock,
} from "@tau-edge/adapter-node";
import { type BackupReport, createBackup, restoreBackup, type VerifiedBackup, verifyBackup } from "@tau-edge/control";

/** Also when it is bundled. */
export const BACKUP_WRITER = fileURLToPath(import.meta.url);

const HASHES = { sha256: nativeSha256, startSha256: startNativeSha256 };

export async function create(state_dir: string, into: string): Promise<BackupReport> {
  const target = await openBackupTarget({ state_dir, into, secrets: true });
  const request = { program_version: "0.0.0-test", secrets: true, extra: [] };
  return createBackup(request, { ...HASHES, target, clock: systemClock });
}

export function verify(backup: string): Promise<VerifiedBackup> {
  return verifyBackup({ ...HASHES, backup: new DirectoryBackup(backup) });
}

export function restorePorts(backup: string, state_dir: string) {
  const place = new DirectoryRestorePlace({ backup, state_dir });
  return { ...HASHES, backup: new DirectoryBackup(backup), place };
}

async function main([verb, from = "", to = ""]: readonly string[]): Promise<void> {
  if (verb === "create") await create(from, to);
  else await restoreBackup(restorePorts(from, to));
  writeSync(1, `${JSON.stringify({ said: verb })}\n`);
}

if (process.argv[1] === BACKUP_WRITER) await main(process.argv.slice(2));
