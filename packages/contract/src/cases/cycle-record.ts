/** The body of the record that a cycle leaves in the ledger, both ways. */
import { type CborValue, fromHex, toHex } from "@tau-edge/encoding";
import { type Actor, Fields, type LedgerRecord, type RecordDraft } from "@tau-edge/ledger";
import type { DeploymentHealth, TriedCycle } from "../health.ts";
import { CYCLE_REASON_CODES, type CycleCounts } from "./cycle-counts.ts";
import { CYCLE_RECORD_TYPE, type CycleFacts } from "./cycle-facts.ts";

export function draftCycle(facts: CycleFacts, actor: Actor): RecordDraft {
  const { tried, ...snapshot } = facts.health;
  const body: { [key: string]: CborValue } = {
    v: 1,
    fixture_name: facts.fixture_name,
    fixture_sha256: fromHex(facts.fixture_sha256),
    fixture_bytes: facts.fixture_bytes,
    started_unix_ms: facts.started_unix_ms,
    ended_unix_ms: facts.ended_unix_ms,
    limits: { ...facts.limits },
    counts: { ...facts.counts },
    reason_codes: facts.reason_codes,
    health: tried === undefined ? { ...snapshot } : { ...snapshot, tried: { ...tried } },
    pages: facts.pages,
  };
  return { type: CYCLE_RECORD_TYPE, actor, body };
}

/** @throws LedgerError `field_malformed`, `object_newer` */
export function readCycle(record: LedgerRecord): CycleFacts {
  const fields = new Fields(record.body, `${record.stream}#${record.seq}`);
  fields.version(1);
  const facts: CycleFacts = {
    fixture_name: fields.text("fixture_name"),
    fixture_sha256: toHex(fields.bytes("fixture_sha256", 32)),
    fixture_bytes: fields.integer("fixture_bytes"),
    started_unix_ms: fields.integer("started_unix_ms"),
    ended_unix_ms: fields.integer("ended_unix_ms"),
    limits: whole(fields.map("limits"), (read) => ({
      queue_limit: read("queue_limit"),
      processed_case_cap: read("processed_case_cap"),
      retry_max_attempts: read("retry_max_attempts"),
      retry_base_delay_ms: read("retry_base_delay_ms"),
    })),
    counts: whole(fields.map("counts"), readCounts),
    reason_codes: fields.list("reason_codes", (item, at) =>
      new Fields({ code: item }, at).word("code", CYCLE_REASON_CODES),
    ),
    health: readHealthFields(fields.map("health")),
    pages: fields.list("pages", (item, at) => new Fields({ page: item }, at).bytes("page", 32)),
  };
  fields.end();
  return facts;
}

type ReadField = (key: string) => number;

/** A map of counters, and nothing else in it. */
function whole<T>(fields: Fields, read: (field: ReadField) => T): T {
  const value = read((key) => fields.integer(key));
  fields.end();
  return value;
}

function readCounts(read: ReadField): CycleCounts {
  return {
    discovered_cases: read("discovered_cases"),
    queued_cases: read("queued_cases"),
    applied_cases: read("applied_cases"),
    duplicate_skips: read("duplicate_skips"),
    malformed_cases: read("malformed_cases"),
    retryable_failures: read("retryable_failures"),
    retry_attempts: read("retry_attempts"),
    failed_cases: read("failed_cases"),
    upserted_rollouts: read("upserted_rollouts"),
    wasm_rollouts: read("wasm_rollouts"),
    cloud_rollouts: read("cloud_rollouts"),
    backlog_cases: read("backlog_cases"),
  };
}

function readHealthFields(fields: Fields): DeploymentHealth {
  const tried = fields.optional("tried", (key) => whole(fields.map(key), readTried));
  return whole(fields, (read) => ({
    updated_unix_ms: read("updated_unix_ms"),
    cycle_duration_ms: read("cycle_duration_ms"),
    queue_depth: read("queue_depth"),
    active_runs: read("active_runs"),
    failure_streak: read("failure_streak"),
    last_cycle_discovered: read("last_cycle_discovered"),
    last_cycle_processed: read("last_cycle_processed"),
    last_cycle_completed: read("last_cycle_completed"),
    last_cycle_failed: read("last_cycle_failed"),
    last_cycle_duplicates: read("last_cycle_duplicates"),
    ...(tried === undefined ? {} : { tried }),
  }));
}

function readTried(read: ReadField): TriedCycle {
  return {
    unix_ms: read("unix_ms"),
    applied: read("applied"),
    malformed: read("malformed"),
    failed: read("failed"),
    retry_attempts: read("retry_attempts"),
    retryable_failures: read("retryable_failures"),
  };
}
