/** What a store throws, as HTTP says it; part of the one table in problems.ts. */
import type { PortErrorCode } from "@tau-edge/ports";
import type { ProblemKind } from "./problems.ts";

export const RESTORE = "Ask the operator to run `tau-edge doctor` on the state directory.";
const SERVER: ProblemKind = { status: 500, detail: "The stored state cannot be trusted.", remedy: RESTORE };
const BUSY: ProblemKind = { status: 503, detail: "The store cannot be reached now.", remedy: "Try again later." };

export const PORT_PROBLEMS: Record<PortErrorCode, ProblemKind> = {
  object_corrupt: {
    status: 500,
    detail: "The stored object does not have the digest of this path; nothing of it is served.",
    remedy: RESTORE,
  },
  object_too_large: SERVER,
  store_full: BUSY,
  store_poisoned: BUSY,
  store_unavailable: BUSY,
  ledger_corrupt: { status: 500, detail: "The ledger does not hold together; nothing is served.", remedy: RESTORE },
  ledger_newer: {
    status: 500,
    detail: "The ledger was written by a newer version of this program.",
    remedy: "Ask the operator to update the gateway.",
  },
  ledger_older: {
    status: 500,
    detail: "The ledger was written by an older version of this program; it is read, and not written.",
    remedy: "Ask the operator to run `tau-edge migrate run` on the state directory.",
  },
  record_too_large: SERVER,
  clock_jump: {
    status: 409,
    detail: "The gateway's clock is far from the time of the last record, so nothing was written.",
    remedy: "Correct the clock; or vouch for it with `?accept_clock=true` (`--accept-clock`).",
  },
  object_condemned: SERVER,
  state_corrupt: SERVER,
  state_newer: SERVER,
  state_foreign: SERVER,
  pointer_conflict: SERVER,
  pointer_corrupt: SERVER,
  path_escapes: SERVER,
  reporter_cap: {
    status: 429,
    detail: "This reporter has added as many observations to the window as the plan allows.",
    remedy: "Wait for the next window.",
  },
  reports_full: {
    status: 429,
    detail: "No more batches of observations are taken now.",
    remedy: "Send the same batch again later, under the same id; send fewer and larger ones.",
  },
  window_forgotten: BUSY,
  windows_corrupt: SERVER,
  windows_newer: SERVER,
  book_corrupt: SERVER,
  book_newer: SERVER,
  directory_corrupt: SERVER,
  directory_newer: SERVER,
  backup_corrupt: SERVER,
  backup_newer: SERVER,
  not_empty: SERVER,
  state_in_use: BUSY,
  undo_absent: SERVER,
  undo_overtaken: SERVER,
  undo_corrupt: SERVER,
};
