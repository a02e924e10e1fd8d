/**
 * What a process does that finds a rollout between its record `finalize` and its COMMITTED pointer, or one of them
 * wrong (S3 II.G, decisions 6). The record decides: without it nothing is committed, with it the pointer follows from
 * it. Everything else was not written by this protocol and is left as it is.
 */
import { equalBytes } from "@tau-edge/encoding";
import { type CommitPointer, encodeCommitPointer, readCommitPointer } from "./commit-pointer.ts";
import { LedgerError } from "./errors.ts";

/** `torn`: the last append is not whole. It was never acknowledged, so it counts as not written. */
export const HEAD_FACTS = ["readable", "torn", "unreadable", "newer"] as const;
export const FINALIZE_FACTS = ["absent", "present"] as const;
/** `same` as `finalize` says, or `other`; without `finalize` every readable pointer is `other`. */
export const POINTER_FACTS = ["absent", "same", "other", "unreadable", "newer"] as const;

export interface RecoveryFacts {
  readonly head: (typeof HEAD_FACTS)[number];
  readonly finalize: (typeof FINALIZE_FACTS)[number];
  readonly pointer: (typeof POINTER_FACTS)[number];
}

export type RecoveryAction = "nothing" | "publish_pointer" | "refuse";

export interface RecoveryRow {
  /** The row holds for these values of a fact; of a fact that is not listed, for all. */
  readonly when: { readonly [Fact in keyof RecoveryFacts]?: readonly RecoveryFacts[Fact][] };
  readonly action: RecoveryAction;
  readonly code: RecoveryCode;
}

/** What each code means, and what a person does about a refusal. */
export const RECOVERY_MEANINGS = {
  head_newer: "A newer version of this program wrote the ledger; use that version.",
  head_unreadable: "The end of the ledger cannot be read; restore the ledger from a backup.",
  pointer_newer: "A newer version of this program wrote the pointer; use that version.",
  pointer_without_finalize: "A rollout is committed by pointer, and the ledger does not know it: records were lost.",
  uncommitted: "The rollout is not committed, or not yet.",
  pointer_missing: "The rollout is committed, and the pointer follows from its record: it is published now.",
  pointer_unreadable: "The pointer is not what its name says; move it aside, and it is published again.",
  pointer_differs: "The pointer contradicts the record that it follows from: one of them was changed.",
  committed: "Record and pointer agree.",
} as const;

export type RecoveryCode = keyof typeof RECOVERY_MEANINGS;

/** What can be read of a stream counts, a torn end or not. */
const READ: RecoveryRow["when"]["head"] = ["readable", "torn"];

/** Exactly one row holds for any facts; docs/recovery.md shows them. */
export const RECOVERY_TABLE: readonly RecoveryRow[] = [
  { when: { head: ["newer"] }, action: "refuse", code: "head_newer" },
  { when: { head: ["unreadable"] }, action: "refuse", code: "head_unreadable" },
  { when: { head: READ, pointer: ["newer"] }, action: "refuse", code: "pointer_newer" },
  {
    when: { head: READ, finalize: ["absent"], pointer: ["same", "other", "unreadable"] },
    action: "refuse",
    code: "pointer_without_finalize",
  },
  { when: { head: READ, finalize: ["absent"], pointer: ["absent"] }, action: "nothing", code: "uncommitted" },
  {
    when: { head: READ, finalize: ["present"], pointer: ["absent"] },
    action: "publish_pointer",
    code: "pointer_missing",
  },
  {
    when: { head: READ, finalize: ["present"], pointer: ["unreadable"] },
    action: "refuse",
    code: "pointer_unreadable",
  },
  { when: { head: READ, finalize: ["present"], pointer: ["other"] }, action: "refuse", code: "pointer_differs" },
  { when: { head: READ, finalize: ["present"], pointer: ["same"] }, action: "nothing", code: "committed" },
];

export function recoveryOf(facts: RecoveryFacts): RecoveryRow {
  const row = RECOVERY_TABLE.find(({ when }) => holds(when, facts));
  if (row === undefined) throw new Error(`no row of the recovery table holds for ${JSON.stringify(facts)}`);
  return row;
}

function holds(when: RecoveryRow["when"], { head, finalize, pointer }: RecoveryFacts): boolean {
  return (
    (when.head?.includes(head) ?? true) &&
    (when.finalize?.includes(finalize) ?? true) &&
    (when.pointer?.includes(pointer) ?? true)
  );
}

/**
 * @param expected what `finalize` says, or undefined without it
 * @param found the bytes under the key of this rollout
 */
export function pointerFact(
  rollout_id: string,
  expected: CommitPointer | undefined,
  found: Uint8Array | undefined,
): RecoveryFacts["pointer"] {
  if (found === undefined) return "absent";
  if (expected !== undefined && equalBytes(found, encodeCommitPointer(expected))) return "same";
  try {
    readCommitPointer(found, rollout_id);
    return "other";
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return error.code === "object_newer" ? "newer" : "unreadable";
  }
}
