/**
 * `dr/incident-timeline.json`: what went wrong and what was done about it, as the records have it, in one line of time
 * (S3 II.F). Clocks of different streams are different clocks: order within a stream is proven, between two it is not.
 */
import { type CborValue, type Digest, digestOf } from "@tau-edge/encoding";
import type { LedgerRecord, StoredRecord } from "@tau-edge/ledger";
import { CLOCK_ACCEPTED } from "../clock-record.ts";
import { INCIDENTS_MAX } from "../limits.ts";
import { BLUEPRINT_FROZEN, BLUEPRINT_RELEASED } from "../rollouts/freeze-record.ts";
import { BACKUP_DRILLED } from "./drill-record.ts";

export interface Incident {
  readonly at_unix_ms: number;
  readonly stream: string;
  readonly seq: number;
  readonly record_hash: Digest;
  readonly type: string;
  /** What the record says in words and numbers. */
  readonly facts: Readonly<Record<string, string | number>>;
}

export interface IncidentTimeline {
  readonly v: 1;
  /** By time; the latest INCIDENTS_MAX of them. */
  readonly incidents: readonly Incident[];
  /** Earlier ones, which are in the ledger. */
  readonly left_out: number;
}

type Body = LedgerRecord["body"];

const always = () => true;

/** Which records are part of an incident, or of its end. */
const INCIDENTS: ReadonlyMap<string, (body: Body) => boolean> = new Map([
  ["rollback", always],
  ["run_end", ({ final_status }) => final_status !== "success"],
  ["iter", isIncident],
  [BLUEPRINT_FROZEN, always],
  [BLUEPRINT_RELEASED, always],
  [CLOCK_ACCEPTED, always],
  ["credentials_rotated", always],
  ["rotation_settled", always],
  ["agent_revoked", always],
  ["recovery_proven", always],
  ["migrated", always],
  [BACKUP_DRILLED, ({ result }) => result !== "passed"],
]);

/** A verdict that failed, somebody who stopped it, and somebody who went on against it. */
function isIncident({ action, gate_result }: Body): boolean {
  return action === "judged" ? gate_result === "fail" : action === "aborted" || action === "overridden";
}

const FACTS = [
  ...["rollout_id", "attempt", "stage", "action", "gate_result", "trigger", "code", "reason", "role"],
  ...["final_status", "epoch", "did", "result", "case", "now_unix_ms", "previous_at_unix_ms"],
];

export class IncidentCollector {
  #incidents: Incident[] = [];
  #left_out = 0;

  take({ record, hash }: StoredRecord): void {
    if (INCIDENTS.get(record.type)?.(record.body) !== true) return;
    const { at_unix_ms, stream, seq, type } = record;
    this.#incidents.push({
      ...{ at_unix_ms, stream, seq, type },
      record_hash: digestOf(hash),
      facts: factsOf(record.body),
    });
    if (this.#incidents.length >= 2 * INCIDENTS_MAX) this.#forgetEarlier();
  }

  timeline(): IncidentTimeline {
    this.#forgetEarlier();
    return { v: 1, incidents: this.#incidents, left_out: this.#left_out };
  }

  #forgetEarlier(): void {
    const sorted = this.#incidents.sort(byTime);
    this.#incidents = sorted.slice(-INCIDENTS_MAX);
    this.#left_out += sorted.length - this.#incidents.length;
  }
}

function byTime(a: Incident, b: Incident): number {
  if (a.at_unix_ms !== b.at_unix_ms) return a.at_unix_ms - b.at_unix_ms;
  return a.stream === b.stream ? a.seq - b.seq : a.stream < b.stream ? -1 : 1;
}

function factsOf(body: Body): Incident["facts"] {
  return Object.fromEntries(FACTS.flatMap((key) => factOf(key, Object.hasOwn(body, key) ? body[key] : undefined)));
}

function factOf(key: string, value: CborValue | undefined): readonly (readonly [string, string | number])[] {
  return typeof value === "string" || typeof value === "number" ? [[key, value]] : [];
}
