/** A backup in a directory, whoever has been at it since. Nothing here trusts it: the use cases ask what it is. */
import { join, resolve } from "node:path";
import { type BackupReader, type CopiedState, type FileSum, PortError, type SchemaVersions } from "@tau-edge/ports";
import {
  BACKUP_CHECKSUM_NAME,
  BACKUP_DOCUMENT_NAME,
  BACKUP_STATE,
  belongsInBackup,
  DATABASES,
} from "./backup-layout.ts";
import { copiedState } from "./copied-state.ts";
import { fileError } from "./durable-files.ts";
import { openChunkedFile } from "./file-chunks.ts";
import { posixCode } from "./file-system.ts";
import { CHECKSUM_BYTES_MAX } from "./limits.ts";
import { nodeFileSystem } from "./node-file-system.ts";
import { measureFile } from "./staged-tree.ts";
import { walkTree } from "./tree-walk.ts";

/** Something stands there, and it is no file that could be read. */
const NO_FILE = new Set(["EFBIG", "EFTYPE", "ELOOP", "EISDIR", "ENXIO"]);

export class DirectoryBackup implements BackupReader {
  readonly schemas: SchemaVersions = Object.fromEntries(
    Object.entries(DATABASES).map(([name, { kind }]) => [name, kind.version]),
  );
  readonly #home: string;

  constructor(directory: string) {
    this.#home = resolve(directory);
  }

  async document(): Promise<AsyncIterable<Uint8Array> | undefined> {
    const path = join(this.#home, BACKUP_DOCUMENT_NAME);
    const options = { size_bytes_max: Number.MAX_SAFE_INTEGER, follow: false };
    return unlessNoFile(path, async () => (await openChunkedFile(path, options))?.chunks());
  }

  async checksum(): Promise<Uint8Array | undefined> {
    const path = join(this.#home, BACKUP_CHECKSUM_NAME);
    return unlessNoFile(path, () => nodeFileSystem.read(path, CHECKSUM_BYTES_MAX));
  }

  paths(): AsyncGenerator<string> {
    const leaveOut = (path: string) => path === BACKUP_DOCUMENT_NAME || path === BACKUP_CHECKSUM_NAME;
    return walkTree(this.#home, { leaveOut });
  }

  belongs(path: string, secrets: boolean): boolean {
    return belongsInBackup(path, secrets);
  }

  async size(path: string): Promise<number> {
    const found = await nodeFileSystem.facts(join(this.#home, path));
    if (found === undefined) throw new PortError("store_unavailable", path, "The file was removed meanwhile");
    return found.size_bytes;
  }

  measure(path: string): Promise<FileSum> {
    return measureFile(join(this.#home, path));
  }

  state(): CopiedState {
    return copiedState(join(this.#home, BACKUP_STATE));
  }
}

async function unlessNoFile<T>(path: string, read: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (NO_FILE.has(posixCode(error))) return undefined;
    throw fileError(error, path);
  }
}
