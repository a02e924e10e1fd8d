/** Reads all that a rollout left behind, and lets it be computed again. */
import type { Digest, Sha256 } from "@tau-edge/encoding";
import { pointerKey, type StoredRecord } from "@tau-edge/ledger";
import {
  type CommitPointerReader,
  type LedgerReader,
  type ObjectReader,
  PortError,
  READ_PAGE_RECORDS_MAX,
} from "@tau-edge/ports";
import {
  compareTraces,
  namedObjects,
  type ReplayResult,
  readTrace,
  replay,
  type TraceDocument,
  traceOf,
} from "@tau-edge/rollout";
import type { Catalog, CollectedBy } from "../catalog.ts";
import { STRUCTURED_OBJECT_BYTES_MAX } from "../limits.ts";
import type { EvidenceGone, ReplayReport } from "./replay-report.ts";
import type { RolloutStream, RolloutTrack } from "./rollout-streams.ts";
import { recoveryRow } from "./settle-pointers.ts";

interface ReplayPorts {
  readonly ledger: LedgerReader;
  readonly objects: ObjectReader;
  readonly pointers: CommitPointerReader;
  readonly sha256: Sha256;
  /** Absent: what is gone is lost. */
  readonly catalog?: Pick<Catalog, "collected">;
}

/** @throws PortError `ledger_corrupt` when the chain does not hold */
export async function replayRollout(
  known: RolloutStream,
  track: RolloutTrack,
  against: TraceDocument | undefined,
  ports: ReplayPorts,
): Promise<ReplayReport> {
  const { rollout_id } = track.run;
  const records = await recordsOf(known, track.last_seq, ports);
  const result = await replayRecords(known, track, records, ports);
  if (against === undefined) return { ...result, rollout_id };
  const difference = compareTraces(against, traceOf(records, rollout_id));
  return {
    ...result,
    rollout_id,
    against: difference === undefined ? { result: "same" } : { result: "differs", ...difference },
  };
}

/** From the first record of the stream to the last one of the rollout: state is the fold of all of them. */
export async function recordsOf(
  { state }: RolloutStream,
  last_seq: number,
  { ledger }: Pick<ReplayPorts, "ledger">,
): Promise<readonly StoredRecord[]> {
  const records: StoredRecord[] = [];
  while (records.length <= last_seq) {
    const wanted = Math.min(READ_PAGE_RECORDS_MAX, last_seq + 1 - records.length);
    const page = await ledger.read(state.stream, records.length, wanted);
    if (page.length === 0) throw new PortError("ledger_corrupt", `${state.stream}#${records.length}`, "It is missing");
    records.push(...page);
  }
  return records;
}

async function replayRecords(
  known: RolloutStream,
  { run, last_seq }: RolloutTrack,
  records: readonly StoredRecord[],
  ports: ReplayPorts,
): Promise<ReplayResult | EvidenceGone> {
  const { stream } = known.state;
  const { rollout_id } = run;
  const objects = new Map<Digest, Uint8Array>();
  let collected: EvidenceGone | undefined;
  for (const { seq, field, digest } of namedBy(records, rollout_id)) {
    if (objects.has(digest)) continue;
    const found = await findEvidence(digest, ports);
    if (found === "corrupt") return { result: "differs", seq, field, recorded: digest, recomputed: "other bytes" };
    if (found instanceof Uint8Array) objects.set(digest, found);
    else {
      const gone = { result: "not_replayable", missing: digest, seq, field } as const;
      // What nothing explains is worse than what was collected, wherever it stands.
      if (found === "lost") return { ...gone, lost: true };
      collected ??= { ...gone, collected_by: found };
    }
  }
  if (collected !== undefined) return collected;
  const result = replay({ stream, rollout_id, records, objects, sha256: ports.sha256 });
  if (result.result !== "same") return result;
  const commit = known.state.committed.find((committed) => committed.rollout_id === rollout_id);
  const { action, code } = await recoveryRow(pointerKey(stream, rollout_id), commit, ports.pointers);
  if (action === "nothing") return result;
  return { result: "differs", seq: last_seq, field: "pointer", recorded: code, recomputed: "committed" };
}

function namedBy(records: readonly StoredRecord[], rollout_id: string) {
  return records.flatMap((stored) => {
    const body = readTrace(stored);
    if (body === undefined || body.type === "revalidated" || body.rollout_id !== rollout_id) return [];
    return namedObjects(body).map((named) => ({ ...named, seq: stored.record.seq }));
  });
}

async function findEvidence(
  digest: Digest,
  ports: ReplayPorts,
): Promise<Uint8Array | "corrupt" | "lost" | CollectedBy> {
  const bytes = await readEvidence(digest, ports);
  if (bytes !== undefined) return bytes;
  const collected_by = await ports.catalog?.collected(digest);
  if (collected_by !== undefined) return collected_by;
  // A record may have named it again between the two looks: it is stored, and no longer collected.
  return (await readEvidence(digest, ports)) ?? "lost";
}

async function readEvidence(digest: Digest, { objects }: ReplayPorts): Promise<Uint8Array | "corrupt" | undefined> {
  try {
    return await objects.read(digest, STRUCTURED_OBJECT_BYTES_MAX);
  } catch (error) {
    if (error instanceof PortError && error.code === "object_corrupt") return "corrupt";
    throw error;
  }
}
