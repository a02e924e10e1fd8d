/**
 * Restores a backup elsewhere and proves that it serves: chain and objects are whole, every verdict comes out the same,
 * and 1,000 keys of each stream get what they got. A live state is told of it, whatever came of it.
 */
import { type Digest, digestOf, encodeUtf8 } from "@tau-edge/encoding";
import { type Actor, type StoredRecord, SYSTEM_STREAM } from "@tau-edge/ledger";
import { type Clock, type CopiedState, type LedgerStore, PortError, type RestorePlace } from "@tau-edge/ports";
import { appendVouched, vouchingFor } from "../clock-record.ts";
import { APPEND_ATTEMPTS_MAX, DRILL_KEYS } from "../limits.ts";
import { replayRollout } from "../rollouts/replay-rollout.ts";
import {
  type CheckPorts,
  checkAnswers,
  checkChains,
  checkHeads,
  checkObjects,
  checkPointers,
} from "./backup-checks.ts";
import type { BackupHead } from "./backup-document.ts";
import { type DrillFacts, draftBackupDrilled } from "./drill-record.ts";
import { readBackupHead } from "./read-backup-document.ts";
import { type RestoreOptions, restoreBackup } from "./restore-backup.ts";
import { RESTORE_PROCEDURE } from "./restore-procedure.ts";
import type { VerifyPorts } from "./verify-backup.ts";

export interface DrillPorts extends VerifyPorts {
  readonly place: RestorePlace;
  /** Where it is recorded; absent where nobody keeps books. */
  readonly live?: { readonly ledger: LedgerStore; readonly clock: Clock; readonly actor: Actor };
}

export interface DrillReport extends DrillFacts {
  /** Rollouts whose evidence was collected, so that nobody can compute them again. */
  readonly not_replayable: number;
  /** Where it was recorded. */
  readonly record?: { readonly stream: string; readonly seq: number; readonly record_hash: Digest };
}

/** What was found until the first fault. */
type Findings = {
  -readonly [Key in "streams" | "records" | "objects" | "replayed" | "keys" | "not_replayable"]: number;
};

/**
 * @returns the report of a drill that passed
 * @throws what `restoreBackup` throws, and PortError `backup_corrupt` for a verdict or an answer that differs. With a live
 *   state that is recorded first
 */
export async function drillBackup(ports: DrillPorts, options: RestoreOptions = {}): Promise<DrillReport> {
  const findings: Findings = { streams: 0, records: 0, objects: 0, replayed: 0, keys: 0, not_replayable: 0 };
  const restore_procedure_hash = digestOf(ports.sha256(encodeUtf8(RESTORE_PROCEDURE)));
  let head: BackupHead | undefined;
  try {
    ({ head } = await readBackupHead(ports.backup, ports.startSha256));
    await restoreBackup(ports, options);
    await prove(ports.place.state(), head, findings, ports);
  } catch (error) {
    const { tree_hash } = head ?? {};
    if (error instanceof PortError)
      await record(
        {
          ...counted(findings),
          ...(tree_hash === undefined ? {} : { tree_hash }),
          ...{ result: "failed", code: error.code, at: error.at, restore_procedure_hash },
        },
        ports,
      );
    throw error;
  }
  const facts: DrillFacts = {
    ...{ result: "passed", tree_hash: head.tree_hash },
    ...counted(findings),
    restore_procedure_hash,
  };
  const stored = await record(facts, ports);
  return {
    ...facts,
    not_replayable: findings.not_replayable,
    ...(stored === undefined ? {} : { record: placeOf(stored) }),
  };
}

function counted({ not_replayable: _unrecorded, ...counts }: Findings) {
  return counts;
}

async function prove(state: CopiedState, head: BackupHead, findings: Findings, ports: CheckPorts): Promise<void> {
  try {
    const { heads, records } = await checkChains(state);
    checkHeads(heads, head.ledger);
    findings.streams = heads.length;
    findings.records = records;
    findings.objects = await checkObjects(state, true);
    await replayAll(state, findings, ports);
    const answers = await checkAnswers(state, head.assignments, ports);
    findings.keys = answers.length * DRILL_KEYS;
  } finally {
    await state.close();
  }
}

async function replayAll(state: CopiedState, findings: Findings, { sha256 }: CheckPorts): Promise<void> {
  for (const known of await checkPointers(state))
    for (const track of known.rollouts.values()) {
      const report = await replayRollout(known, track, undefined, { ...state, sha256 });
      if (report.result === "differs")
        throw new PortError("backup_corrupt", report.rollout_id, `Computed again, its ${report.field} differs`);
      if (report.result === "same") findings.replayed += 1;
      else findings.not_replayable += 1;
    }
}

async function record(facts: DrillFacts, { live }: DrillPorts): Promise<StoredRecord | undefined> {
  if (live === undefined) return undefined;
  const { ledger, clock, actor } = live;
  for (let attempt = 0; attempt < APPEND_ATTEMPTS_MAX; attempt += 1) {
    const head = await ledger.head(SYSTEM_STREAM);
    const now_unix_ms = clock.nowUnixMs();
    const drafts = [draftBackupDrilled(facts, actor)];
    const request = { stream: SYSTEM_STREAM, expected_seq: head.seq, drafts, objects: [], now_unix_ms };
    const vouching = head.seq < 0 ? undefined : vouchingFor(head.at_unix_ms, now_unix_ms, actor);
    const result = await appendVouched(ledger, request, vouching);
    if (result.outcome === "appended") return result.records[0];
  }
  throw new PortError("store_unavailable", SYSTEM_STREAM, "Other writers were first every time");
}

function placeOf({ record, hash }: StoredRecord) {
  return { stream: record.stream, seq: record.seq, record_hash: digestOf(hash) };
}
