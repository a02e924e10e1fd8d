/**
 * Requests as reporters count them, from seeded chance. Integers only: a logarithm would be rounded differently by
 * different engines.
 */
import type { SeededChance } from "@tau-edge/adapter-memory";
import type { Digest, Sha256 } from "@tau-edge/encoding";
import { type Assignment, type ReportBatch, type Resolved, resolve } from "@tau-edge/rollout";

/** How a release treats those who get it. */
export interface Behaviour {
  /** The fastest answer; most take up to a fifth longer, and one in a hundred takes far longer. */
  readonly latency_us: number;
  readonly failed_ppm: number;
  /** Calls that begin and never end. */
  readonly hanging_ppm: number;
}

export const HEALTHY: Behaviour = { latency_us: 1_000, failed_ppm: 1_000, hanging_ppm: 2_000 };
export const BROKEN: Behaviour = { latency_us: 400, failed_ppm: 60_000, hanging_ppm: 20_000 };

/** What one reporter saw in one lane, of one release. */
export interface Report {
  readonly release: Digest;
  readonly lane: string;
  readonly arm: NonNullable<Extract<Resolved, { outcome: "release" }>["arm"]>;
  readonly batch: ReportBatch;
}

export interface TrafficRequest {
  readonly requests: number;
  readonly assignment: Assignment;
  readonly lanes: readonly string[];
  readonly chance: SeededChance;
  behaviourOf(release: Digest): Behaviour;
  readonly batch_id: string;
  readonly sha256: Sha256;
}

const USERS = 5_000;
const MILLION = 1_000_000;
/** A second becomes half a year: past 2^40 us, where the last bucket begins. */
const SLOW_OCTAVES = 32;

/** Each request resolves first, and is counted where resolving says. */
export function traffic(request: TrafficRequest): readonly Report[] {
  const { assignment, chance, lanes, sha256 } = request;
  const reports = new Map<string, Report>();
  for (let nth = 0; nth < request.requests; nth++) {
    const answer = resolve(assignment, { version_key: `user-${chance.below(USERS)}` }, sha256);
    const lane = chance.pick(lanes);
    if (answer.outcome === "none" || answer.arm === undefined) continue;
    const { release } = answer.release;
    const key = `${release} ${lane}`;
    const batch = reports.get(key)?.batch ?? emptyBatch(request.batch_id);
    const seen = counted(batch, request.behaviourOf(release), chance);
    reports.set(key, { release, lane, arm: answer.arm, batch: seen });
  }
  return [...reports.values()];
}

function emptyBatch(batch_id: string): ReportBatch {
  return { reporter: "local:edge", batch_id, ok_latency_us: [], failed: 0, started: 0, ended: 0 };
}

function counted(batch: ReportBatch, behaviour: Behaviour, chance: SeededChance): ReportBatch {
  const { failed_ppm, hanging_ppm, latency_us } = behaviour;
  const luck = chance.below(MILLION);
  if (luck < hanging_ppm) return { ...batch, started: batch.started + 1 };
  if (luck < hanging_ppm + failed_ppm) return { ...batch, failed: batch.failed + 1 };
  const slowness = chance.below(100) === 0 ? 2 ** chance.below(SLOW_OCTAVES) : 1;
  const latency = slowness * (latency_us + chance.below(latency_us / 5));
  return { ...batch, ok_latency_us: [...batch.ok_latency_us, latency] };
}
