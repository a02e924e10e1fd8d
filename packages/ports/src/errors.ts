/** Every way in which an adapter can fail. The code is public API. */
export const PORT_ERROR_MEANINGS = {
  object_corrupt: "A stored object does not have the digest that it is stored under.",
  object_too_large: "A stored object is larger than the caller accepts.",
  store_full: "There is no space left.",
  store_poisoned: "A write could not be made durable; this process accepts no more writes.",
  store_unavailable: "The store cannot be reached or refuses access.",
  ledger_corrupt: "A stored record does not decode, or does not chain to the one before it.",
  ledger_newer: "The ledger was written by a newer version of this program.",
  ledger_older:
    "The ledger was written by an older version of this program; it is read, and written after a migration.",
  record_too_large: "A record is larger than the limit; larger things are objects.",
  clock_jump: "The clock is more than 10 minutes behind or 24 hours ahead of the last record.",
  object_condemned: "A record names an object that is condemned or missing.",
  state_corrupt: "A file of the deployment state cannot be read as what it claims to be.",
  state_newer: "A file of the deployment state has a newer schema than this program knows.",
  state_foreign: "Somebody else changed known keys of a file that this program writes.",
  pointer_conflict: "The rollout has another COMMITTED pointer already; what stands there stays.",
  pointer_corrupt: "What stands in the place of a COMMITTED pointer cannot be one.",
  path_escapes: "A name would leave its directory.",
  reporter_cap: "A reporter would add more observations to a window than its plan allows.",
  reports_full: "No more batches of observations are taken now; the window remembers too many, or too many wait.",
  window_forgotten: "The window was frozen and its counters let go of: its snapshot is recorded.",
  windows_corrupt: "The file with the counters of windows cannot be read as what it claims to be.",
  windows_newer: "The file with the counters of windows was written by a newer version of this program.",
  book_corrupt: "The file with the cases that were done cannot be read as what it claims to be.",
  book_newer: "The file with the cases that were done was written by a newer version of this program.",
  directory_corrupt: "The file with the agents and tokens cannot be read as what it claims to be.",
  directory_newer: "The file with the agents and tokens was written by a newer version of this program.",
  backup_corrupt: "A file, a record, a pointer or a verdict of a backup is not what the backup says of itself.",
  backup_newer: "The backup was written by a newer version of this program.",
  not_empty: "What is to be made whole in one step is there already, or its directory holds something.",
  state_in_use: "Another process has the state directory open, and what is to be done needs it alone.",
  undo_absent: "There is no migration that could be undone, or what it kept for that is gone.",
  undo_overtaken: "Something was written since the migration, which its undo would lose.",
  undo_corrupt: "What a migration kept for its undo is not what its record says.",
} as const;

export type PortErrorCode = keyof typeof PORT_ERROR_MEANINGS;

/** Codes that mean: what is stored is not what it should be, or not of this version. A process ends with 4 for them. */
export const PORT_INTEGRITY_CODES = [
  "object_corrupt",
  "object_condemned",
  "ledger_corrupt",
  "ledger_newer",
  "ledger_older",
  "state_corrupt",
  "state_newer",
  "state_foreign",
  "pointer_conflict",
  "pointer_corrupt",
  "windows_corrupt",
  "windows_newer",
  "book_corrupt",
  "book_newer",
  "directory_corrupt",
  "directory_newer",
  "backup_corrupt",
  "backup_newer",
  "undo_corrupt",
] as const satisfies readonly PortErrorCode[];

/** A failed operation. `at` says where: a path, a digest, a stream and seq. */
export class PortError extends Error {
  override readonly name = "PortError";
  readonly code: PortErrorCode;
  readonly at: string;
  /** What to do next, where there is something to do. */
  readonly remedy?: string;

  constructor(code: PortErrorCode, at: string, detail: string, options: { cause?: unknown; remedy?: string } = {}) {
    super(`${detail} (${code} at ${at})`, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.at = at;
    if (options.remedy !== undefined) this.remedy = options.remedy;
  }
}
