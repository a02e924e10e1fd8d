/** A stream as it would be after an append that nobody made. */
import type { Sha256 } from "@tau-edge/encoding";
import { emptyHead, type RecordDraft, sealDrafts } from "@tau-edge/ledger";
import { type RolloutStream, takeRecord } from "./rollout-streams.ts";

export function wouldBe(
  known: RolloutStream,
  drafts: readonly RecordDraft[],
  now_unix_ms: number,
  sha256: Sha256,
): RolloutStream {
  const { state, head } = known;
  const { stream, at_unix_ms } = state;
  const sealed = sealDrafts({
    stream,
    head: head === undefined ? emptyHead(stream, sha256) : { ...head, at_unix_ms },
    drafts,
    now_unix_ms,
    sha256,
    accept_clock_jump: true,
  });
  if (sealed.outcome !== "sealed") throw new TypeError("a clock that was accepted is not refused");
  return sealed.records.reduce(takeRecord, ownCopy(known));
}

/** What is followed grows in place; a copy may grow elsewhere. */
function ownCopy(known: RolloutStream): RolloutStream {
  const tracks = [...known.rollouts].map(([id, track]) => [id, { ...track, named: new Set(track.named) }] as const);
  return { ...known, rollouts: new Map(tracks) };
}
