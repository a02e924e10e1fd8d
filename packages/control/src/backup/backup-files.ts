/** Every file that the backup lists, and no other: two sorted lists are read side by side, however long they are. */
import { compareUtf8, type Digest, type StartSha256 } from "@tau-edge/encoding";
import { LedgerError, startTreeHash, type TreeEntry } from "@tau-edge/ledger";
import { type BackupReader, type FileSum, PortError } from "@tau-edge/ports";
import { BACKUP_FILES_AT_ONCE } from "../limits.ts";
import { BACKUP_DOCUMENT, type BackupHead } from "./backup-document.ts";
import { backupFiles, type ReadHead } from "./read-backup-document.ts";

/**
 * @param measure reads a file to its end; also copies it, where it is to be restored
 * @returns the bytes of all files
 * @throws PortError `backup_corrupt` with the first path that is missing, extra, no file, or has other bytes
 */
export async function checkFiles(
  backup: BackupReader,
  { head, files }: ReadHead,
  startSha256: StartSha256,
  measure: (path: string) => Promise<FileSum>,
): Promise<number> {
  const tree = startTree(files, startSha256);
  const underWay: Promise<void>[] = [];
  let size_bytes = 0;
  try {
    const named = new Map(Object.entries(namedFiles(head)));
    for await (const entry of matched(backup)) {
      addTo(tree, entry);
      if (!backup.belongs(entry.path, head.secrets)) throw corrupt(entry.path, "No backup has such a file");
      const digest = objectOf(entry.path) ?? named.get(entry.path);
      if (digest !== undefined && digest !== entry.sha256)
        throw corrupt(entry.path, "It is listed with another digest");
      named.delete(entry.path);
      size_bytes += entry.size_bytes;
      const checked = checkFile(entry, backup, measure);
      // It is looked at in its turn; a process that nobody tells so ends at a fault that comes earlier.
      checked.catch(() => undefined);
      underWay.push(checked);
      if (underWay.length >= BACKUP_FILES_AT_ONCE) await underWay.shift();
    }
    for (const checked of underWay) await checked;
    for (const path of named.keys()) throw corrupt(path, "The file is missing");
  } finally {
    // What is still being copied must not appear after all of it was taken away again.
    await Promise.allSettled(underWay);
  }
  if (tree.digest() !== head.tree_hash) throw corrupt(BACKUP_DOCUMENT, "Its files are not those of its tree hash");
  return size_bytes;
}

/** What the document also says by name. */
function namedFiles({ dr }: BackupHead): Readonly<Record<string, Digest>> {
  return {
    "dr/last-good.json": dr.last_good_hash,
    "dr/restore-procedure.md": dr.restore_procedure_hash,
    "dr/incident-timeline.json": dr.incident_timeline_hash,
  };
}

const OBJECT = /^state\/tau-edge\/objects\/sha256\/[0-9a-f]{2}\/([0-9a-f]{64})$/;

/** An object is called by its digest. */
function objectOf(path: string): Digest | undefined {
  const hex = OBJECT.exec(path)?.[1];
  return hex === undefined ? undefined : `sha256:${hex}`;
}

/** The listed files, each of which is there. */
async function* matched(backup: BackupReader): AsyncGenerator<TreeEntry> {
  const found = foundPaths(backup);
  try {
    for await (const entry of backupFiles(backup)) {
      const { value: path } = await found.next();
      if (path !== entry.path) throw misplaced(entry.path, path);
      yield entry;
    }
    const { value: extra } = await found.next();
    if (extra !== undefined) throw unknown(extra);
  } finally {
    await found.return(undefined);
  }
}

async function* foundPaths(backup: BackupReader): AsyncGenerator<string, undefined> {
  try {
    yield* backup.paths();
  } catch (error) {
    if (!(error instanceof PortError) || error.code !== "path_escapes") throw error;
    throw corrupt(error.at, error.message, error);
  }
}

async function checkFile(
  entry: TreeEntry,
  backup: BackupReader,
  measure: (path: string) => Promise<FileSum>,
): Promise<void> {
  // A file without end in the place of a small one is neither read nor copied.
  checkSize(entry, await backup.size(entry.path));
  const { size_bytes, sha256 } = await measure(entry.path);
  checkSize(entry, size_bytes);
  if (sha256 !== entry.sha256) throw corrupt(entry.path, "Its bytes are not those that were written");
}

function checkSize(entry: TreeEntry, size_bytes: number): void {
  if (size_bytes !== entry.size_bytes)
    throw corrupt(entry.path, `It has ${size_bytes} bytes, and had ${entry.size_bytes}`);
}

function startTree(files: number, startSha256: StartSha256) {
  try {
    return startTreeHash(files, startSha256);
  } catch (error) {
    throw error instanceof LedgerError ? corrupt(BACKUP_DOCUMENT, error.message, error) : error;
  }
}

function addTo(tree: ReturnType<typeof startTreeHash>, entry: TreeEntry): void {
  try {
    tree.add(entry);
  } catch (error) {
    throw error instanceof LedgerError ? corrupt(BACKUP_DOCUMENT, error.message, error) : error;
  }
}

/** Of two sorted lists, the path that comes first is the one that stands in one of them only. */
function misplaced(listed: string, found: string | undefined): PortError {
  return found === undefined || compareUtf8(listed, found) < 0
    ? corrupt(listed, "The file is missing")
    : unknown(found);
}

function unknown(path: string): PortError {
  return corrupt(path, "The backup does not know this file");
}

function corrupt(path: string, detail: string, cause?: unknown): PortError {
  return new PortError("backup_corrupt", path, detail, {
    ...(cause === undefined ? {} : { cause }),
    remedy: "Take an earlier backup: nothing of this one was restored.",
  });
}
