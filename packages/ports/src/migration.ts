/** The schemas of a state directory, and the way from an older one to this program's and back. */
import type { StoredRecord, TreeEntry } from "@tau-edge/ledger";
import type { FileSum } from "./backup.ts";
import type { AppendRequest, LedgerReader } from "./ledger-store.ts";
import type { Space } from "./space.ts";

export type StoreName =
  | "ledger"
  | "windows"
  | "case_book"
  | "agents"
  | "objects"
  | "state_file"
  | "channels"
  | "identity";

export interface StoreVersion {
  readonly store: StoreName;
  /** Relative to the state directory. */
  readonly path: string;
  /** Absent when it is not there yet. */
  readonly found?: number;
  /** What this program writes. */
  readonly writes: number;
}

export interface MigrationPlace {
  /**
   * Of every store; changes nothing.
   * @throws PortError `ledger_newer`, `windows_newer`, `book_newer`, `directory_newer`, `state_newer` for the first store
   *   that is newer than this program, and their `_corrupt` ones
   */
  versions(): Promise<readonly StoreVersion[]>;
  /**
   * Runs `work` while no other process has any of the databases open.
   * @throws PortError `state_in_use`
   */
  exclusively<T>(work: (state: LockedState) => Promise<T>): Promise<T>;
}

/** A state that nobody else reads or writes. What its databases had in their logs is in their files. */
export interface LockedState {
  readonly ledger: LedgerReader;
  readonly space: Space;
  /** The schema of the ledger; undefined where there is none. */
  ledgerVersion(): number | undefined;
  /** What the store of the ledger finds wrong with itself: nothing, when it is sound. */
  integrityProblems(): Promise<readonly string[]>;
  /** The path under which `files` gives the file of the ledger. */
  readonly ledger_path: string;
  /** How many files there are. */
  count(): Promise<number>;
  /**
   * Every file with what it holds, in the order of a tree hash; temporary files, logs of databases and what is kept for
   * undos are no part of the state.
   * @throws PortError `path_escapes` for a link and whatever else is neither file nor directory
   */
  files(): AsyncIterable<TreeEntry>;
  /**
   * Keeps a copy of the ledger's file with the document, durable when it resolves. What a migration that did not come to its
   * end left under the number is replaced.
   * @returns what was copied
   * @throws PortError `store_full`, `store_unavailable`
   */
  keepUndo(number: number, document: Uint8Array): Promise<FileSum>;
  /** What is kept under the number; undefined when the document is missing, or larger than any. */
  keptUndo(number: number): Promise<KeptUndo | undefined>;
  /**
   * Brings the ledger to this program's schema and appends, in one transaction: all of it or nothing is there afterwards.
   * @param check is given the ledger as it is going to be; what it throws takes everything back
   */
  migrate(append: AppendRequest, check: (ledger: LedgerReader) => Promise<void>): Promise<readonly StoredRecord[]>;
  /**
   * Puts the copy in the place of the ledger's file, in one step. Nothing may be asked of the ledger after it.
   * @throws PortError `undo_corrupt` when the copy is not `expected`: the ledger is as it was
   */
  restore(number: number, expected: FileSum): Promise<void>;
}

export interface KeptUndo {
  readonly document: Uint8Array;
  /** What the copy holds; undefined when it is gone. */
  measure(): Promise<FileSum | undefined>;
  /** Reads the copy, which the caller has measured. */
  readLedger<T>(read: (ledger: LedgerReader) => Promise<T>): Promise<T>;
}
