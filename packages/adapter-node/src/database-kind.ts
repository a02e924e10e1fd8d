/** What tells one database file of this program from another: who it is for, and how its faults are called. */
import type { PortErrorCode } from "@tau-edge/ports";

export interface DatabaseKind {
  /** As messages call it, such as `ledger`. */
  readonly name: string;
  /** Four characters in ASCII: `file` and SQLite's own tools show them. */
  readonly applicationId: number;
  /** Grows when the tables change. */
  readonly version: number;
  /** The statements that create the tables in an empty file. */
  readonly tables: string;
  readonly corrupt: PortErrorCode;
  readonly newer: PortErrorCode;
  /** For a file that is read as it stands, and written only when it has been migrated; without it, it is written too. */
  readonly older?: PortErrorCode;
  /** Only the account that made the file may read it. */
  readonly isPrivate?: boolean;
}
