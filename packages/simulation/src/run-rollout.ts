/**
 * One rollout from its first key to its end, as the controller and the decider would have it that look at each observation
 * when it comes. People are not waited for, and nothing but chance happens: no pause, no failed check, no lost counter.
 */
import type { Snapshot } from "@tau-edge/rollout";
import type { Chance } from "./chance.ts";
import { type DrawnWindow, drawWindow } from "./draw-window.ts";
import { judge } from "./judge.ts";
import { WINDOWS_MAX } from "./limits.ts";
import type { StageWorld, World } from "./world.ts";

export interface StageRun {
  readonly duration_ms: number;
  /** Windows that were judged. */
  readonly windows: number;
  /** Observations with the release, and failures among them. */
  readonly observed: number;
  readonly failed: number;
  /** The same of everybody who was observed. */
  readonly everybody_observed: number;
  readonly everybody_failed: number;
}

export interface RolloutRun {
  readonly ended: "committed" | "rolled_back" | "aborted";
  /** Of a rollback, what decided; of an abort, what it was held by. */
  readonly code?: string;
  readonly duration_ms: number;
  /** Those that were reached. */
  readonly stages: readonly StageRun[];
}

export function runRollout(chance: Chance, world: World): RolloutRun {
  return new Run(chance, world).toItsEnd();
}

type End = Pick<RolloutRun, "ended" | "code">;

class Run {
  readonly #chance: Chance;
  readonly #world: World;
  readonly #stages: StageRun[] = [];
  #now = 0;
  #judged = 0;
  #baseline: Snapshot | undefined;
  #held: { readonly since: number; readonly code: string } | undefined;

  constructor(chance: Chance, world: World) {
    this.#chance = chance;
    this.#world = world;
  }

  toItsEnd(): RolloutRun {
    let end: End | undefined;
    for (const at of this.#world.stages) {
      end = this.#stage(at);
      if (end !== undefined) break;
    }
    return { ...(end ?? { ended: "committed" }), duration_ms: this.#now, stages: this.#stages };
  }

  /** @returns undefined when it is left for the next one, or for COMMITTED */
  #stage(at: StageWorld): End | undefined {
    const entered = this.#now;
    const seen = new Seen();
    let passed = false;
    this.#held = undefined;
    for (let window = 0; window < WINDOWS_MAX; window++) {
      const goes = passed ? this.#commitAt(at, entered) : undefined;
      const until = goes ?? this.#abortAt();
      const opened = this.#now;
      // A rollout that may go on has nothing to wait for in the window that is open.
      const cut = until === undefined ? undefined : Math.max(0, until - opened);
      const drawn = goes === opened ? undefined : drawWindow(this.#chance, this.#world, at, cut);
      if (drawn !== undefined) {
        this.#now += drawn.length_ms;
        seen.add(drawn);
      }
      if (drawn === undefined || drawn.why === "cut") {
        this.#stages.push(seen.in(this.#now - entered));
        return goes === undefined ? { ended: "aborted", ...this.#heldBy() } : undefined;
      }
      seen.windows += 1;
      const end = this.#judge(at, window, opened, drawn);
      passed = this.#held === undefined;
      const isLeft = passed && at.stage < this.#world.policy.stages.length;
      if (end === undefined && !isLeft) continue;
      this.#stages.push(seen.in(this.#now - entered));
      return end;
    }
    throw new RangeError(`a rollout has more than ${WINDOWS_MAX} windows`);
  }

  #judge(at: StageWorld, window: number, opened_unix_ms: number, drawn: DrawnWindow): End | undefined {
    const { report, baseline } = judge(this.#chance, this.#world, {
      at,
      window,
      opened_unix_ms,
      drawn,
      judged: this.#judged,
      ...(this.#baseline === undefined ? {} : { baseline: this.#baseline }),
    });
    this.#judged += 1;
    this.#baseline = baseline;
    if (report.result === "pass") this.#held = undefined;
    if (report.result === "fail") return { ended: "rolled_back", code: report.code ?? "unknown" };
    if (report.result !== "hold") return undefined;
    if (drawn.why === "deadline" && this.#world.policy.on_deadline === "rollback")
      return { ended: "rolled_back", code: "deadline_exceeded" };
    this.#held ??= { since: this.#now, code: report.code ?? "unknown" };
    return undefined;
  }

  /** When the watch may end on the window that passed last; undefined when that one will be too old by then. */
  #commitAt(at: StageWorld, entered: number): number | undefined {
    const { watch, max_silence_ms, stages } = this.#world.policy;
    if (at.stage < stages.length) return undefined;
    const over = Math.max(this.#now, entered + watch.duration_ms);
    return over - this.#now <= watch.judge_every_ms + max_silence_ms ? over : undefined;
  }

  #abortAt(): number | undefined {
    return this.#held && this.#held.since + this.#world.policy.max_hold_ms + 1;
  }

  #heldBy(): { readonly code?: string } {
    return this.#held === undefined ? {} : { code: this.#held.code };
  }
}

/** Counts of a stage. */
class Seen {
  windows = 0;
  #observed = 0;
  #failed = 0;
  #baselineObserved = 0;
  #baselineFailed = 0;

  add({ candidate, baseline }: DrawnWindow): void {
    this.#observed += candidate.total;
    this.#failed += candidate.failed;
    this.#baselineObserved += baseline?.total ?? 0;
    this.#baselineFailed += baseline?.failed ?? 0;
  }

  in(duration_ms: number): StageRun {
    return {
      duration_ms,
      windows: this.windows,
      observed: this.#observed,
      failed: this.#failed,
      everybody_observed: this.#observed + this.#baselineObserved,
      everybody_failed: this.#failed + this.#baselineFailed,
    };
  }
}
