/** Is a backup what it was when it was made? Every byte of every file, then what the files say together. */
import type { BackupReader, CopiedState } from "@tau-edge/ports";
import {
  type CheckPorts,
  checkAnswers,
  checkChains,
  checkHeads,
  checkObjects,
  checkPointers,
} from "./backup-checks.ts";
import type { BackupHead } from "./backup-document.ts";
import { checkFiles } from "./backup-files.ts";
import { type ReadHead, readBackupHead } from "./read-backup-document.ts";

export interface VerifyPorts extends CheckPorts {
  readonly backup: BackupReader;
}

export interface VerifiedBackup {
  readonly head: BackupHead;
  readonly files: number;
  readonly size_bytes: number;
  readonly records: number;
  readonly objects: number;
}

/**
 * @throws PortError `backup_corrupt`, `backup_newer`, and what is wrong with what it holds: `ledger_corrupt`,
 *   `pointer_conflict`, `object_corrupt`
 */
export async function verifyBackup({ backup, ...ports }: VerifyPorts): Promise<VerifiedBackup> {
  const read = await readBackupHead(backup, ports.startSha256);
  const size_bytes = await checkFiles(backup, read, ports.startSha256, (path) => backup.measure(path));
  return { ...(await checkContents(backup.state(), read, ports)), size_bytes };
}

/** What the files say together, once each of them is known to be what it was. */
export async function checkContents(
  state: CopiedState,
  { head, files }: ReadHead,
  ports: CheckPorts,
): Promise<Omit<VerifiedBackup, "size_bytes">> {
  try {
    const { heads, records } = await checkChains(state);
    checkHeads(heads, head.ledger);
    await checkPointers(state);
    await checkAnswers(state, head.assignments, ports);
    return { head, files, records, objects: await checkObjects(state, false) };
  } finally {
    await state.close();
  }
}
