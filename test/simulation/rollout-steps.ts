/**
 * No stage is gained on a breached window ever, nor on a missing one but by two names on record (decisions 14). Read
 * from the records themselves, so that it holds whatever the fold of them believes.
 */
import type { Digest } from "@tau-edge/encoding";
import type { StoredRecord } from "@tau-edge/ledger";
import { type Iter, type Plan, readTrace, type TraceBody, watchStage } from "@tau-edge/rollout";

/** What the records of an attempt have said so far. */
class Attempt {
  readonly rollout_id: string;
  readonly #plan: Plan;
  readonly #persons = new Map<string, string>();
  #stage = -1;
  #weight_bp = 0;
  /** Of the last window of this stage. */
  #last: "none" | "pass" | "fail" | "hold" = "none";
  #judged_unix_ms = 0;
  #breached: boolean;

  constructor(rollout_id: string, plan: Plan, breached: boolean) {
    this.rollout_id = rollout_id;
    this.#plan = plan;
    this.#breached = breached;
  }

  get breached(): boolean {
    return this.#breached;
  }

  /** Of a record; what follows it says the record after it. */
  see(body: TraceBody, { record }: StoredRecord): void {
    if (this.#last === "fail" && this.#weight_bp > 0 && body.type !== "rollback")
      throw new Error("a breach is not rolled back");
    if (body.type === "rollback" || body.type === "run_end") this.#weight_bp = 0;
    if (body.type === "prepare") this.#commit(record.at_unix_ms);
    if (body.type === "iter") this.#step(body, record);
  }

  #step(step: Iter, { actor, at_unix_ms }: StoredRecord["record"]): void {
    switch (step.action) {
      case "judged":
        this.#last = step.gate_result;
        this.#judged_unix_ms = at_unix_ms;
        this.#breached ||= step.gate_result === "fail";
        break;
      case "override_requested":
        this.#persons.set(step.role, `${actor.kind} ${actor.id}`);
        break;
      case "overridden":
        this.#persons.set(step.role, `${actor.kind} ${actor.id}`);
        if (this.#breached || new Set(this.#persons.values()).size < 2)
          throw new Error("skipped by one person, or on a breach");
        this.#enter(step.stage, step.weight_bp);
        break;
      case "entered":
        if (this.#stage >= 0 && this.#last !== "pass") throw new Error("a stage was gained without a pass");
        this.#enter(step.stage, step.weight_bp);
        break;
    }
  }

  #enter(stage: number, weight_bp: number): void {
    if (stage <= this.#stage || weight_bp < this.#weight_bp) throw new Error("a stage was lost, or a weight fell");
    this.#stage = stage;
    this.#weight_bp = weight_bp;
    this.#last = "none";
  }

  #commit(at_unix_ms: number): void {
    const { watch, max_silence_ms } = this.#plan.policy;
    if (this.#stage !== watchStage(this.#plan) || this.#last !== "pass")
      throw new Error("committed without a passed watch");
    if (at_unix_ms - this.#judged_unix_ms > watch.judge_every_ms + max_silence_ms)
      throw new Error("committed on an old pass");
  }
}

/** @param broken releases that fail more often than their plan allows */
export function checkSteps(records: readonly StoredRecord[], broken: ReadonlySet<Digest>): void {
  let attempt: Attempt | undefined;
  for (const stored of records) {
    const body = readTrace(stored);
    if (body?.type === "run_header") {
      const again = attempt?.rollout_id === body.rollout_id && attempt.breached;
      attempt = new Attempt(body.rollout_id, body.plan, again);
    }
    if (body !== undefined) attempt?.see(body, stored);
    if (body?.type === "finalize" && broken.has(body.release)) throw new Error("a broken release was committed");
  }
}
