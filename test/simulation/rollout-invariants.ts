/** What must be true of a stream, whoever wrote it and whatever died on the way. Read from its records alone. */
import { nativeSha256 } from "@tau-edge/adapter-node";
import { type Digest, equalBytes } from "@tau-edge/encoding";
import { encodeCommitPointer, pointerKey, type StoredRecord } from "@tau-edge/ledger";
import {
  checkpointObject,
  emptyState,
  evolveAll,
  type GateReport,
  gateReportObject,
  judgeWindow,
  readGateReport,
  readSnapshot,
  readTrace,
  restoreCheckpoint,
  type StreamState,
} from "@tau-edge/rollout";
import { type Disk, STREAM } from "./rollout-disk.ts";
import { checkSteps } from "./rollout-steps.ts";

export interface Promises {
  readonly disk: Disk;
  readonly records: readonly StoredRecord[];
  /** Releases that fail more often than their plan allows. */
  readonly broken: ReadonlySet<Digest>;
  readonly acknowledged: ReadonlyMap<string, { readonly ok: number; readonly failed: number }>;
  /** As it was kept from record to record. */
  readonly live: StreamState;
}

export function checkPromises(promises: Promises): void {
  checkReplay(promises);
  checkSteps(promises.records, promises.broken);
  checkVerdicts(promises);
  checkPointers(promises);
}

/** The fold of all records, of any part of them after a checkpoint, and what was kept live are one state. */
function checkReplay({ records, live }: Promises): void {
  const bytes = checkpointObject(live, nativeSha256).bytes;
  const folded = evolveAll(emptyState(STREAM), records);
  if (!equalBytes(checkpointObject(folded, nativeSha256).bytes, bytes))
    throw new Error("the records fold to another state");
  const middle = Math.floor(records.length / 2);
  const half = checkpointObject(evolveAll(emptyState(STREAM), records.slice(0, middle)), nativeSha256).bytes;
  const restored = evolveAll(restoreCheckpoint(half), records.slice(middle));
  if (!equalBytes(checkpointObject(restored, nativeSha256).bytes, bytes))
    throw new Error("a checkpoint leads to another state");
}

/** Every verdict comes out again, to the byte, from what was frozen; and what was frozen is what was acknowledged. */
function checkVerdicts({ disk, records, acknowledged, broken }: Promises): void {
  const read = (digest: Digest | undefined) => {
    const bytes = digest && disk.objects.get(digest);
    if (bytes === undefined) throw new Error(`a record names ${digest}, and nobody stored it`);
    return bytes;
  };
  let state = emptyState(STREAM);
  for (const stored of records) {
    const before = state.run;
    state = evolveAll(state, [stored]);
    const body = readTrace(stored);
    if (before === undefined || body?.type !== "iter" || body.action !== "judged") continue;
    const { snapshot, baseline_snapshot } = before.frozen ?? {};
    const frozen = readSnapshot(read(snapshot));
    const report = readGateReport(read(body.gate_report_hash));
    const again = judgeWindow({
      policy: before.plan.policy,
      lanes: before.plan.lanes,
      stage: before.stage,
      first_judgement: before.judgements.length === 0,
      dwell_waived: before.dwell_waived,
      snapshot: frozen,
      digest: snapshot ?? body.gate_report_hash,
      baseline_mode: baselineMode(report, before.baseline !== undefined, before.overridden),
      ...(baseline_snapshot === undefined || report.baseline === undefined
        ? {}
        : {
            baseline: {
              snapshot: readSnapshot(read(baseline_snapshot)),
              digest: baseline_snapshot,
              concurrent: report.baseline.concurrent,
            },
          }),
    });
    if (gateReportObject(again, nativeSha256).digest !== body.gate_report_hash)
      throw new Error("a verdict came out different");
    if (body.gate_result === "pass" && broken.has(before.target.release)) throw new Error("a broken release passed");
    const counted = acknowledged.get(JSON.stringify(frozen.id)) ?? { ok: 0, failed: 0 };
    if (
      frozen.source === "counted" &&
      (frozen.total !== counted.ok + counted.failed || frozen.failed !== counted.failed)
    )
      throw new Error(`${frozen.total} observations were frozen, ${counted.ok + counted.failed} were acknowledged`);
  }
}

function baselineMode(report: GateReport, hasBaseline: boolean, overridden: boolean): "none" | "required" {
  return !hasBaseline || (overridden && report.baseline === undefined) ? "none" : "required";
}

/** What is committed has its pointer, and nothing else has one. */
function checkPointers({ disk, live }: Promises): void {
  if (disk.pointers.size !== live.committed.length) throw new Error("commits and pointers are not as many");
  for (const commit of live.committed) {
    const { rollout_id, checkpoint_hash, lineage_root_hash, trace_tail_hash, wal_terminal_hash } = commit;
    const hashes = { checkpoint_hash, lineage_root_hash, trace_tail_hash, wal_terminal_hash };
    const found = disk.pointers.get(pointerKey(STREAM, rollout_id));
    if (found === undefined || !equalBytes(found, encodeCommitPointer({ v: 1, rollout_id, ...hashes })))
      throw new Error("a pointer is missing, or says something else than FINALIZE");
  }
}
