/** People who use what they are given, and reports of it that get lost, come twice, late, and in any order. */
import type { SeededChance } from "@tau-edge/adapter-memory";
import { nativeSha256 } from "@tau-edge/adapter-node";
import type { Digest } from "@tau-edge/encoding";
import type { ReportRequest } from "@tau-edge/ports";
import {
  activeRun,
  assignmentOf,
  lastCommit,
  type ReportBatch,
  resolve,
  type StreamState,
  type WindowId,
} from "@tau-edge/rollout";
import type { Stores } from "./rollout-disk.ts";

interface Report {
  readonly id: WindowId;
  readonly batch: ReportBatch;
}

/** How a release behaves: failures in a thousand, and how long a success takes. */
export interface Behaviour {
  readonly failed_per_mille: number;
  readonly latency_us: number;
}

const KEYS = Array.from({ length: 60 }, (_, index) => `key-${index}`);
const BATCH_OBSERVATIONS = 400;

export class Traffic {
  /** What was acknowledged, by window: no more and no less may be in its snapshot. */
  readonly acknowledged = new Map<string, { readonly ok: number; readonly failed: number }>();
  readonly #chance: SeededChance;
  readonly #behaviours: ReadonlyMap<Digest, Behaviour>;
  readonly #counted = new Set<string>();
  #underway: Report[] = [];
  #batches = 0;
  #exposed: { readonly attempt: string; readonly keys: Set<string> } | undefined;

  constructor(chance: SeededChance, behaviours: ReadonlyMap<Digest, Behaviour>) {
    this.#chance = chance;
    this.#behaviours = behaviours;
  }

  /** Everybody asks once, and what they saw of it is on its way. */
  use(state: StreamState): void {
    this.#checkCohort(state);
    const run = activeRun(state);
    const { candidate, stable } = assignmentOf(state);
    if (run === undefined || candidate === undefined || candidate.weight_bp === 0) return;
    const { rollout_id, attempt, stage, window } = candidate;
    for (const release of [candidate.target, ...(stable === undefined ? [] : [stable])]) {
      const { failed_per_mille, latency_us } = this.#behaviours.get(release.release) ?? {
        failed_per_mille: 0,
        latency_us: 1_000,
      };
      const failed = (BATCH_OBSERVATIONS * failed_per_mille) / 1_000;
      this.#batches += 1;
      this.#underway.push({
        id: { rollout_id, attempt, stage, window, release: release.release },
        batch: {
          reporter: `reporter-${this.#chance.below(3)}`,
          batch_id: `batch-${this.#batches}`,
          ok_latency_us: Array.from({ length: BATCH_OBSERVATIONS - failed }, () => latency_us),
          failed,
          started: 0,
          ended: 0,
        },
      });
    }
  }

  async deliver(stores: Stores, now_unix_ms: number): Promise<void> {
    const later: Report[] = [];
    while (this.#underway.length > 0) {
      const [report] = this.#underway.splice(this.#chance.below(this.#underway.length), 1);
      if (report === undefined) break;
      const fate = this.#chance.below(20);
      if (fate === 0) continue;
      if (fate < 4) later.push(report);
      if (fate === 4) continue;
      const request = { ...report, shard: "main", arrived_unix_ms: now_unix_ms, reporter_observations_max: 1_000_000 };
      // What comes late again is a batch that the reporter believes lost.
      if (fate >= 2) await this.#add(stores, request);
    }
    this.#underway = later;
  }

  async #add({ windows }: Stores, request: ReportRequest): Promise<void> {
    if ((await windows.add(request)) !== "added") return;
    const key = JSON.stringify(request.id);
    const name = `${key} ${request.batch.reporter} ${request.batch.batch_id}`;
    if (this.#counted.has(name)) throw new Error("a batch was counted twice");
    this.#counted.add(name);
    const { ok, failed } = this.acknowledged.get(key) ?? { ok: 0, failed: 0 };
    const { ok_latency_us, failed: more } = request.batch;
    this.acknowledged.set(key, { ok: ok + ok_latency_us.length, failed: failed + more });
  }

  /** Whoever has the target keeps it while the attempt goes on. */
  #checkCohort(state: StreamState): void {
    const { candidate, stable } = assignmentOf(state);
    if (stable !== lastCommit(state)?.target) throw new Error("somebody else is stable");
    const having = new Set(
      candidate === undefined
        ? []
        : KEYS.filter((version_key) => {
            const resolved = resolve({ candidate, ...(stable && { stable }) }, { version_key }, nativeSha256);
            return resolved.outcome === "release" && resolved.release === candidate.target;
          }),
    );
    const attempt = candidate === undefined ? undefined : `${candidate.rollout_id} ${candidate.attempt}`;
    if (this.#exposed !== undefined && attempt === this.#exposed.attempt)
      for (const key of this.#exposed.keys)
        if (!having.has(key)) throw new Error(`${key} lost the release while the weight rose`);
    this.#exposed = attempt === undefined ? undefined : { attempt, keys: having };
  }
}
