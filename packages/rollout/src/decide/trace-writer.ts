/** Writes the next records of a run: positions count up by themselves. */
import type { Actor, RecordDraft } from "@tau-edge/ledger";
import type { Run } from "../state.ts";
import { draftTrace } from "../trace/draft-trace.ts";
import type { IterStep, TraceBody, TracePosition } from "../trace/trace-body.ts";

type AfterPosition<Body> = Body extends TracePosition ? Omit<Body, keyof TracePosition> : never;

export class TraceWriter {
  readonly drafts: RecordDraft[] = [];
  readonly #actor: Actor;
  readonly #run: Pick<Run, "rollout_id" | "attempt" | "replay_token">;
  #t: number;

  /** @param t of the record before the first one that is written */
  constructor(run: Pick<Run, "rollout_id" | "attempt" | "replay_token">, t: number, actor: Actor) {
    this.#run = run;
    this.#t = t;
    this.#actor = actor;
  }

  /** The `t` of the last record that was written. */
  get t(): number {
    return this.#t;
  }

  write(body: AfterPosition<TraceBody>): this {
    this.#t += 1;
    const { rollout_id, attempt, replay_token } = this.#run;
    this.drafts.push(draftTrace({ ...body, rollout_id, attempt, replay_token, t: this.#t } as TraceBody, this.#actor));
    return this;
  }

  iter(stage: number, step: IterStep): this {
    return this.write({ type: "iter", stage, ...step });
  }
}
