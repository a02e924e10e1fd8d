/**
 * A rollout the slow way: each observation comes by itself, is counted in a real histogram, and after each of them the
 * real agenda is asked what is to be done, which the real decider decides and the real fold records. It knows nothing of
 * how the simulation draws.
 */
import {
  activeRun,
  addBatch,
  agenda,
  EMPTY_COUNTERS,
  type Evidence,
  makeSnapshot,
  type Plan,
  type ReleaseRef,
  type Run,
  type Snapshot,
  type WindowCounters,
} from "@tau-edge/rollout";
import { releaseFor, World as Stream, worldWithStable } from "../../rollout/src/rollout.test-helper.ts";
import type { Chance } from "./chance.ts";
import type { TrafficModel } from "./model.ts";

interface Arm {
  counters: WindowCounters;
  batches: number;
}

const HOUR_MS = 3_600_000;
const FULL_BP = 10_000;
const STEPS_MAX = 1_000_000;

export interface SlowRun {
  readonly ended: "committed" | "rolled_back";
  readonly duration_ms: number;
  /** The stage in which it ended. */
  readonly stage: number;
}

export class OneByOne {
  readonly #chance: Chance;
  readonly #model: TrafficModel;
  readonly #plan: Plan;
  readonly #stream: Stream;
  #candidate = newArm();
  #baseline = newArm();

  constructor(chance: Chance, plan: Plan, model: TrafficModel) {
    this.#chance = chance;
    this.#model = model;
    this.#plan = plan;
    this.#stream = plan.baseline === "none" ? new Stream() : worldWithStable();
  }

  run(): SlowRun {
    const stream = this.#stream.start(this.#plan).advance();
    const began = stream.now_unix_ms;
    let time = began;
    let next = time + this.#gapMs();
    for (let steps = 0; steps < STEPS_MAX; steps++) {
      const run = activeRun(stream.state);
      if (run === undefined) return { ended: "committed", duration_ms: stream.now_unix_ms - began, stage: -1 };
      const { stage } = run;
      const step = agenda(stream.state, this.#evidence(run), stream.now_unix_ms);
      if (step.do === "freeze") this.#freeze(run);
      else if (step.do === "judge") stream.judge();
      else if (step.do === "advance") {
        stream.advance();
        this.#renew();
      } else if (step.do === "verify_rollback")
        return { ended: "rolled_back", duration_ms: stream.now_unix_ms - began, stage };
      else {
        // Nothing to do until something comes: the next observation, the end of a dwell, or of the watch.
        const due = dueMs(run, stream.now_unix_ms);
        const at = Math.min(Math.ceil(next), due);
        if (at === Math.ceil(next) && at <= due) {
          time = next;
          stream.now_unix_ms = Math.max(stream.now_unix_ms, Math.ceil(time));
          this.#observe(run, stream.now_unix_ms);
          next = time + this.#gapMs();
        } else stream.now_unix_ms = at;
      }
    }
    throw new Error("it does not end");
  }

  /** Exponential, with the engine's logarithm. */
  #gapMs(): number {
    return (-Math.log(this.#chance.uniform()) * HOUR_MS) / this.#plan.expected_per_hour;
  }

  /** One observation of everybody: whoever has the release gets it, and so on. */
  #observe(run: Run, now: number): void {
    const share = Math.min(run.weight_bp, FULL_BP - this.#plan.policy.holdback_bp) / FULL_BP;
    const isCandidate = this.#chance.uniform() < share;
    if (!isCandidate && run.baseline === undefined) return;
    const arm = isCandidate ? this.#candidate : this.#baseline;
    const { error_ppm, baseline_error_ppm, slower_ppm, latency_median_us, latency_sigma_ppm } = this.#model;
    const failed = this.#chance.uniform() * 1e6 < (isCandidate ? error_ppm : baseline_error_ppm);
    // Box and Muller, with the engine's functions.
    const [radius, angle] = [Math.sqrt(-2 * Math.log(this.#chance.uniform())), 2 * Math.PI * this.#chance.uniform()];
    const slowness = isCandidate ? 1 + slower_ppm / 1e6 : 1;
    const latency = latency_median_us * slowness * Math.exp((latency_sigma_ppm / 1e6) * radius * Math.cos(angle));
    arm.batches += 1;
    arm.counters = addBatch(
      arm.counters,
      {
        reporter: "r",
        batch_id: `${arm.batches}`,
        ok_latency_us: failed ? [] : [Math.floor(latency)],
        failed: failed ? 1 : 0,
        started: 0,
        ended: 0,
      },
      now,
    );
  }

  #evidence(run: Run): Evidence {
    const progressOf = ({ counters: { ok, failed, last_unix_ms } }: Arm) => ({
      total: ok + failed,
      failed,
      ...(last_unix_ms === undefined ? {} : { last_unix_ms }),
    });
    return {
      source: "counted",
      candidate: progressOf(this.#candidate),
      ...(run.baseline === undefined ? {} : { baseline: progressOf(this.#baseline) }),
    };
  }

  #freeze(run: Run): void {
    const { attempt, stage, window, plan } = run;
    if (window === undefined) throw new TypeError("no window is open");
    const now = this.#stream.now_unix_ms;
    const replays = run.judgements.length;
    const snapshot = ({ release }: ReleaseRef, { counters }: Arm): Snapshot =>
      makeSnapshot({
        id: { rollout_id: run.rollout_id, attempt, stage, window: window.number, release },
        opened_unix_ms: window.opened_unix_ms,
        frozen_unix_ms: now,
        lanes: plan.lanes,
        abandon_after_ms: plan.policy.abandon_after_ms,
        shards: plan.lanes.slice(0, 1).map((lane) => ({ lane, counters })),
        ...(replays === 0 ? {} : { replay: { replays, failures: 0 } }),
        checks: [],
      });
    const hasBaseline = run.baseline !== undefined && (run.weight_bp < FULL_BP || plan.policy.holdback_bp > 0);
    this.#stream.apply({
      do: "freeze",
      attempt,
      stage,
      window: window.number,
      candidate: snapshot(run.target, this.#candidate),
      ...(hasBaseline && run.baseline !== undefined ? { baseline: snapshot(run.baseline, this.#baseline) } : {}),
    });
    this.#renew();
  }

  #renew(): void {
    [this.#candidate, this.#baseline] = [newArm(), newArm()];
  }
}

function newArm(): Arm {
  return { counters: EMPTY_COUNTERS, batches: 0 };
}

/** When something happens by itself that has not happened yet. */
function dueMs(run: Run, now: number): number {
  const { stages, watch } = run.plan.policy;
  const opened = run.window?.opened_unix_ms ?? now;
  const times = [
    opened + (stages[run.stage]?.min_dwell_ms ?? watch.judge_every_ms),
    ...(run.stage === stages.length ? [run.stage_entered_unix_ms + watch.duration_ms] : []),
  ];
  return Math.min(...times.filter((time) => time > now), Number.POSITIVE_INFINITY);
}

/** The release that a plan of these tests takes. */
export const TARGET = releaseFor("new");
