/** One identity that was made for a browser or an edge, as `state.json` lists it under `browser_dids`. All of it is public. */
import type { LedgerPosition } from "./state-stamp.ts";

/** Identity is (did, output_path). */
export interface BrowserDidEntry {
  readonly did: string;
  readonly method: "key" | "web";
  readonly network: string;
  readonly subject: string;
  readonly assurance: "strong" | "dev";
  /** Path of the bootstrap payload as it was asked for: relative to the working directory of then, or absolute. */
  readonly output_path: string;
  /** Of that file, 64 lowercase hex digits. */
  readonly payload_sha256: string;
}

/** What the ledger knows of them. */
export interface BrowserDids {
  /** The last record about an identity. */
  readonly position: LedgerPosition;
  /** One an identity. */
  readonly entries: readonly BrowserDidEntry[];
}
