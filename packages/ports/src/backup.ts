/**
 * A copy of a whole state in a directory of its own: made while others write, read back, and restored. What belongs into
 * it and whether it is whole is for the use cases; here is only what touches files.
 */
import type { Digest } from "@tau-edge/encoding";
import type { TreeEntry } from "@tau-edge/ledger";
import type { CollectionReader } from "./collection-store.ts";
import type { CommitPointerReader, CommitPointers } from "./commit-pointers.ts";
import type { DeliverableFiles } from "./deployment-files.ts";
import type { LedgerReader } from "./ledger-store.ts";
import type { ObjectReader } from "./object-store.ts";

/** A state that nobody writes to. */
export interface CopiedState {
  readonly ledger: LedgerReader;
  readonly objects: ObjectReader;
  readonly pointers: CommitPointerReader;
  readonly collection: Pick<CollectionReader, "named" | "collectedBy">;
  /**
   * What its databases find wrong with themselves, and what in them nobody has made who writes states: nothing, when they
   * are sound. To be asked before anything else is.
   * @throws PortError of the kind of a database that cannot be read
   */
  integrityProblems(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Why something that stands in the state directory is not in a backup of it. */
export type LeftOutReason =
  /** A projection: restored from what is in the backup, or made by the next run. */
  | "made_again"
  /** Only with secrets. */
  | "secret"
  /** Temporary files, and undo points of migrations. */
  | "passing"
  /** Nothing that this program wrote. */
  | "not_ours";

export interface LeftOut {
  /** Relative to the state directory. */
  readonly path: string;
  readonly reason: LeftOutReason;
}

/** Schema versions of the databases that were copied, by name. */
export type SchemaVersions = Readonly<Record<string, number>>;

/** Where a backup is being made. Nothing stands under its name before `publish`. */
export interface BackupTarget {
  /**
   * Copies what is looked at before the ledger: pointers, files of the deployment, counters, and with secrets the agents.
   * A record that is written meanwhile is in the ledger's copy, so none of these is ever ahead of it.
   * @throws PortError `store_unavailable`, `store_full`, `path_escapes` for a link among them
   */
  copyFiles(): Promise<{ readonly schemas: SchemaVersions; readonly left_out: readonly LeftOut[] }>;
  /**
   * Copies the ledger as of one moment, in the place of an earlier copy.
   * @returns the state that was copied so far, with pointers that may be completed
   * @throws PortError `ledger_corrupt`, `ledger_newer`, `store_unavailable`
   */
  copyLedger(): Promise<{
    readonly state: CopiedState & { readonly pointers: CommitPointers };
    readonly schema: number;
  }>;
  /**
   * Copies objects, each proven to have its digest; those that were copied before are passed over.
   * @returns those that are not stored
   * @throws PortError `object_corrupt`
   */
  copyObjects(digests: readonly Digest[]): Promise<readonly Digest[]>;
  /** A further file of the backup, under a path of its own. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** How many files there are. */
  count(): Promise<number>;
  /** Every file with what it holds, in the order of a tree hash. */
  files(): AsyncIterable<TreeEntry>;
  /**
   * Writes the document and its checksum, makes everything durable, and gives the backup its name.
   * @returns the digest of the document
   * @throws PortError `not_empty` when something stands under that name
   */
  publish(document: AsyncIterable<Uint8Array>): Promise<Digest>;
  /** Removes what was not published. */
  discard(): Promise<void>;
}

/** What a file holds. */
export type FileSum = Omit<TreeEntry, "path">;

/** A backup that stands there, whoever has been at it since. */
export interface BackupReader {
  /** The newest schema of each database that this program reads. */
  readonly schemas: SchemaVersions;
  /** The document from its beginning; undefined when there is none. May be asked for again. */
  document(): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** The checksum of the document; undefined when there is none, or a larger file. */
  checksum(): Promise<Uint8Array | undefined>;
  /**
   * Every other file, in the order of a tree hash.
   * @throws PortError `path_escapes` for a link, and for what is neither file nor directory
   */
  paths(): AsyncIterable<string>;
  /** Whether a backup has a file under this path, with secrets or without. */
  belongs(path: string, secrets: boolean): boolean;
  /** The bytes that a file has, as its directory says. @throws PortError `store_unavailable` when there is none */
  size(path: string): Promise<number>;
  /** Reads the file from its beginning to its end. */
  measure(path: string): Promise<FileSum>;
  /** To be asked for after every file was found to be what it was. */
  state(): CopiedState;
}

/** Where a backup is restored to. Nothing stands there before `publish`. */
export interface RestorePlace {
  /** @throws PortError `not_empty` unless there is no such directory, or one with nothing in it */
  checkEmpty(): Promise<void>;
  /** Copies a file of the backup that belongs to the state. Returns what was read, which is what was written. */
  copy(path: string): Promise<FileSum>;
  /** What was copied so far. */
  state(): CopiedState;
  /** Links the readable copies of deliverables to their objects. */
  link(files: readonly DeliverableFiles[]): Promise<void>;
  /** Makes everything durable and puts it into its place. @throws PortError `not_empty` */
  publish(): Promise<void>;
  /** Removes what was not published. */
  discard(): Promise<void>;
}
