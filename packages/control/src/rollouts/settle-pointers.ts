/**
 * Makes the COMMITTED pointers of a stream agree with its records (S3 II.G): a commit without a pointer gets it, and
 * everything else that does not agree is refused, because this protocol does not write it.
 */
import {
  type CommitPointer,
  encodeCommitPointer,
  parsePointerKey,
  pointerFact,
  pointerKey,
  RECOVERY_MEANINGS,
  type RecoveryCode,
  recoveryOf,
} from "@tau-edge/ledger";
import { type CommitPointerReader, type CommitPointers, PortError, type PortErrorCode } from "@tau-edge/ports";
import type { Commit, StreamState } from "@tau-edge/rollout";

export function pointerOf(commit: Commit): CommitPointer {
  const { rollout_id, trace_tail_hash, checkpoint_hash, lineage_root_hash, wal_terminal_hash } = commit;
  return { v: 1, rollout_id, trace_tail_hash, checkpoint_hash, lineage_root_hash, wal_terminal_hash };
}

/**
 * @param stateOf reads the stream up to the ledger's head. Called after the pointers were listed: one that is listed has
 *   its record then, whoever published it.
 * @returns the state, whose commits all have their pointers now
 * @throws PortError `ledger_corrupt`, `ledger_newer`, `pointer_conflict`, `pointer_corrupt`
 */
export async function settlePointers<Known extends { readonly state: StreamState }>(
  stream: string,
  pointers: CommitPointers,
  stateOf: () => Promise<Known>,
): Promise<Known> {
  const listed = await pointers.list(stream);
  const known = await stateOf();
  const commits = new Map(known.state.committed.map((commit) => [pointerKey(stream, commit.rollout_id), commit]));
  for (const key of listed) if (!commits.has(key)) throw contradiction("pointer_without_finalize", key);
  for (const [key, commit] of commits) await settle(key, commit, pointers);
  return known;
}

/** For looking only: what would be published is told, and not done. */
export function withoutPublishing(pointers: CommitPointerReader, tell = (_key: string) => {}): CommitPointers {
  return {
    read: (key) => pointers.read(key),
    list: (stream) => pointers.list(stream),
    async publish(key) {
      tell(key);
      return "created";
    },
  };
}

async function settle(key: string, commit: Commit, pointers: CommitPointers): Promise<void> {
  const { action, code } = await recoveryRow(key, commit, pointers);
  if (action === "refuse") throw contradiction(code, key);
  if (action === "publish_pointer") await pointers.publish(key, encodeCommitPointer(pointerOf(commit)));
}

/** What the table says about this commit and what stands under its key. */
export async function recoveryRow(key: string, commit: Commit | undefined, pointers: CommitPointerReader) {
  const expected = commit === undefined ? undefined : pointerOf(commit);
  const found = await pointers.read(key);
  return recoveryOf({
    head: "readable",
    finalize: expected === undefined ? "absent" : "present",
    pointer: pointerFact(parsePointerKey(key).rollout_id, expected, found),
  });
}

const CODES: { readonly [code in RecoveryCode]?: PortErrorCode } = {
  pointer_differs: "pointer_conflict",
  pointer_unreadable: "pointer_corrupt",
  pointer_newer: "ledger_newer",
};

function contradiction(code: RecoveryCode, key: string): PortError {
  return new PortError(CODES[code] ?? "ledger_corrupt", key, `${RECOVERY_MEANINGS[code]} (${code})`, {
    remedy: "Nothing was changed. docs/recovery.md says where the pointer lies, and what to do with it.",
  });
}
