/** Makes a backup of a state directory in another one. */
import { lstat, rm } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { compareUtf8, type Digest, digestHex, digestOf } from "@tau-edge/encoding";
import { isTreePath, type TreeEntry } from "@tau-edge/ledger";
import {
  type BackupTarget,
  type CommitPointers,
  type CopiedState,
  type FileSum,
  type LeftOut,
  PortError,
} from "@tau-edge/ports";
import { atMost } from "./at-most.ts";
import {
  BACKUP_CHECKSUM_NAME,
  BACKUP_DOCUMENT_NAME,
  BACKUP_STATE,
  DATABASES,
  DEPLOYMENT_FILE,
  DEPLOYMENT_TREES,
  EVENT_LOG,
  isPassing,
  isReadOnly,
  leftOutOf,
  namesIn,
} from "./backup-layout.ts";
import { copiedState } from "./copied-state.ts";
import { DurableFiles } from "./durable-files.ts";
import { LOG_COPIES_MAX, SYNCS_AT_ONCE_MAX } from "./limits.ts";
import { startNativeSha256 } from "./native-hash.ts";
import { nodeFileSystem } from "./node-file-system.ts";
import { objectPath } from "./object-reader.ts";
import { FileCommitPointers } from "./pointer-files.ts";
import { leadsInto } from "./real-place.ts";
import { copyDatabase } from "./sqlite-copy.ts";
import { checkNothingAt, measureFile, StagedTree } from "./staged-tree.ts";
import { walkTree } from "./tree-walk.ts";

export interface BackupTargetOptions {
  readonly state_dir: string;
  /** Must not be there yet. */
  readonly into: string;
  /** Whether the agents are copied, too. */
  readonly secrets: boolean;
}

/** @throws PortError `not_empty`, `path_escapes` for a place in the state directory itself */
export async function openBackupTarget(options: BackupTargetOptions): Promise<BackupTarget> {
  const home = resolve(options.state_dir);
  const into = resolve(options.into);
  if (await leadsInto(into, home))
    throw new PortError("path_escapes", options.into, "A backup inside the state directory is lost with it", {
      remedy: "Name a place elsewhere, best on another disk.",
    });
  await checkNothingAt(into, false);
  return new DirectoryBackupTarget(home, into, options.secrets);
}

class DirectoryBackupTarget implements BackupTarget {
  readonly #home: string;
  readonly #secrets: boolean;
  readonly #tree: StagedTree;
  /** Of files that are no objects: they were read to know, and are asked for twice. */
  readonly #sums = new Map<string, FileSum>();

  constructor(home: string, into: string, secrets: boolean) {
    this.#home = home;
    this.#secrets = secrets;
    // A backup is for whoever made it alone, as the ledger is.
    this.#tree = new StagedTree(into, () => 0o700);
  }

  async copyFiles() {
    const left_out = [...(await leftOutOf(this.#home, this.#secrets))];
    for (const path of DEPLOYMENT_TREES) left_out.push(...(await this.#copyTree(path)));
    left_out.sort((a, b) => compareUtf8(a.path, b.path));
    for (const path of await namesIn(this.#home)) if (DEPLOYMENT_FILE.test(path)) await this.#copy(path);
    await this.#copyLogs();
    const schemas: { [name: string]: number } = {};
    for (const name of this.#secrets ? (["windows", "agents"] as const) : (["windows"] as const)) {
      const version = await this.#copyDatabase(name);
      if (version !== undefined) schemas[name] = version;
    }
    return { schemas, left_out };
  }

  async copyLedger(): Promise<{ state: CopiedState & { readonly pointers: CommitPointers }; schema: number }> {
    await rm(join(this.#tree.root, BACKUP_STATE, DATABASES.ledger.file), { force: true });
    const schema = await this.#copyDatabase("ledger");
    if (schema === undefined)
      throw new PortError("store_unavailable", this.#home, "There is no ledger to copy", {
        remedy: "Another place is named by --state-dir DIR.",
      });
    const state = copiedState(join(this.#tree.root, BACKUP_STATE));
    const files = new DurableFiles(nodeFileSystem, join(this.#tree.root, BACKUP_STATE));
    return { state: { ...state, pointers: new FileCommitPointers(files) }, schema };
  }

  async copyObjects(digests: readonly Digest[]): Promise<readonly Digest[]> {
    const gone: Digest[] = [];
    await atMost(SYNCS_AT_ONCE_MAX, digests, async (digest) => {
      if (!(await this.#copyObject(digest))) gone.push(digest);
    });
    return gone;
  }

  write(path: string, bytes: Uint8Array): Promise<void> {
    return this.#tree.write(path, [bytes], 0o600);
  }

  async count(): Promise<number> {
    let count = 0;
    for await (const _path of this.#paths()) count += 1;
    return count;
  }

  async *files(): AsyncGenerator<TreeEntry> {
    for await (const path of this.#paths()) yield { path, ...(await this.#sumOf(path)) };
  }

  async publish(document: AsyncIterable<Uint8Array>): Promise<Digest> {
    const hash = startNativeSha256();
    await this.#tree.write(BACKUP_DOCUMENT_NAME, hashing(document, hash), 0o600);
    const digest = digestOf(hash.digest());
    const line = `${digestHex(digest)}  ${BACKUP_DOCUMENT_NAME}\n`;
    await this.#tree.write(BACKUP_CHECKSUM_NAME, [new TextEncoder().encode(line)], 0o600);
    await rm(join(this.#tree.root, BACKUP_STATE, "tau-edge/incoming"), { recursive: true, force: true });
    await this.#tree.publish();
    return digest;
  }

  discard(): Promise<void> {
    return this.#tree.discard();
  }

  #paths(): AsyncGenerator<string> {
    // The document does not list itself, although it is being written while it is made.
    return walkTree(this.#tree.root, { leaveOut: (path) => path === BACKUP_DOCUMENT_NAME });
  }

  /** @returns files whose names no list of files can have: none of ours has such a name */
  async #copyTree(below: string): Promise<readonly LeftOut[]> {
    const unlistable: LeftOut[] = [];
    for await (const name of walkTree(join(this.#home, below), { leaveOut: isPassing })) {
      const path = `${below}/${name}`;
      const isCopied = isTreePath(path) && (await this.#copy(path));
      // A name in no UTF-8 is found as another, under which there is nothing.
      if (!isCopied && (!isTreePath(path) || path.includes("\uFFFD"))) unlistable.push({ path, reason: "not_ours" });
    }
    return unlistable;
  }

  /** @returns false for a file that is gone by now: it was removed by somebody who may */
  async #copy(path: string): Promise<boolean> {
    const mode = (found: number) => (isReadOnly(path) ? 0o444 : found);
    return (await this.#tree.copy(join(this.#home, path), `${BACKUP_STATE}/${path}`, mode)) !== undefined;
  }

  /** A rotation between two copies would lose a log, or copy it twice. */
  async #copyLogs(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const before = await this.#logs();
      for (const name of before.keys()) await this.#copy(name);
      const after = await this.#logs();
      if (JSON.stringify([...before]) === JSON.stringify([...after])) return;
      if (attempt === LOG_COPIES_MAX)
        throw new PortError(
          "store_unavailable",
          join(this.#home, "runtime-events.jsonl"),
          "It is rotated all the time",
          {
            remedy: "Let it grow larger: TAU_LOG_ROTATION_MAX_BYTES.",
          },
        );
      for (const name of before.keys()) await rm(join(this.#tree.root, BACKUP_STATE, name), { force: true });
    }
  }

  /** Which file stands under which name, sorted by name. */
  async #logs(): Promise<ReadonlyMap<string, string>> {
    const logs = new Map<string, string>();
    for (const name of [...(await namesIn(this.#home))].sort()) {
      const facts = EVENT_LOG.test(name) ? await nodeFileSystem.facts(join(this.#home, name)) : undefined;
      if (facts !== undefined) logs.set(name, facts.identity);
    }
    return logs;
  }

  async #copyDatabase(name: keyof typeof DATABASES): Promise<number | undefined> {
    const { kind, file } = DATABASES[name];
    const path = `${BACKUP_STATE}/${file}`;
    const version = await copyDatabase(join(this.#home, file), kind, this.#tree.at(path));
    if (version !== undefined) await this.#tree.sync(path);
    return version;
  }

  async #copyObject(digest: Digest): Promise<boolean> {
    const from = objectPath(this.#home, digest);
    const path = `${BACKUP_STATE}/${relative(this.#home, from)}`;
    // Copied before: the ledger was copied again, and names most objects again.
    if ((await nodeFileSystem.facts(join(this.#tree.root, path))) !== undefined) return true;
    const sum = await this.#tree.copy(from, path, () => 0o444);
    if (sum !== undefined && sum.sha256 !== digest)
      throw new PortError("object_corrupt", digest, "The stored bytes have another digest", {
        remedy: "Restore the file from an earlier backup, or remove it and package the artifact again.",
      });
    return sum !== undefined;
  }

  async #sumOf(path: string): Promise<FileSum> {
    const at = join(this.#tree.root, path);
    const hex = OBJECT.exec(path)?.[1];
    // It was hashed while it was copied, and has the digest of its name.
    if (hex !== undefined) return { size_bytes: (await lstat(at)).size, sha256: `sha256:${hex}` };
    const known = this.#sums.get(path) ?? (await measureFile(at));
    this.#sums.set(path, known);
    return known;
  }
}

const OBJECT = new RegExp(`^${BACKUP_STATE}/tau-edge/objects/sha256/[0-9a-f]{2}/([0-9a-f]{64})$`);

async function* hashing(pieces: AsyncIterable<Uint8Array>, hash: ReturnType<typeof startNativeSha256>) {
  for await (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
}
