/**
 * How calls went, told in batches. A batch keeps its name until somebody took it, so that it counts once however often it
 * is sent; what cannot be told in time is dropped, the oldest first, and counted.
 */
import type { Digest } from "@tau-edge/encoding";
import { isObject, readJsonAnswer, readRefusal, refusalError, retryAfterMs } from "./answers.ts";
import { backoffMs } from "./backoff.ts";
import { AgentError } from "./errors.ts";
import { AGENT_LIMITS } from "./limits.ts";
import type { AgentClock, Chance } from "./platform.ts";
import type { RolloutPlace } from "./resolution.ts";
import type { Outcome } from "./running.ts";

/** What an agent does with a blueprint now. */
export interface BlueprintState {
  readonly environment: string;
  readonly blueprint: string;
  readonly state: "running" | "paused";
  readonly release?: Digest | undefined;
}

/** Of observations, since the agent was opened. */
export interface ReportCounts {
  readonly waiting: number;
  readonly added: number;
  /** Their window was closed: they are no evidence. */
  readonly late: number;
  /** By a rule of the gateway. */
  readonly refused: number;
  /** Here: too many waited, or nobody took them for too long. */
  readonly dropped: number;
}

export interface ReportPorts {
  readonly clock: AgentClock;
  readonly chance: Chance;
  /** Between two requests, before jitter. */
  readonly everyMs: number;
  send(request: { readonly method: "POST"; readonly path: string; readonly body: object }): Promise<Response>;
  onCounts(counts: ReportCounts): void;
  onError(error: AgentError): void;
}

interface OpenBatch {
  readonly where: object;
  readonly ok_latency_us: number[];
  failed: number;
}

interface SealedBatch {
  readonly body: object;
  readonly observations: number;
  tries: number;
}

export class Reports {
  readonly #ports: ReportPorts;
  readonly #open = new Map<string, OpenBatch>();
  #sealed: SealedBatch[] = [];
  #states = new Map<string, BlueprintState>();
  #counts: ReportCounts = { waiting: 0, added: 0, late: 0, refused: 0, dropped: 0 };
  #failures = 0;
  #askedToWaitMs: number | undefined;
  #loop: Promise<void> | undefined;
  readonly #closing = new AbortController();

  constructor(ports: ReportPorts) {
    this.#ports = ports;
  }

  get counts(): ReportCounts {
    return this.#counts;
  }

  note({ arm: _arm, ...place }: RolloutPlace, release: Digest, outcome: Outcome): void {
    const where = { ...place, release };
    const key = JSON.stringify(where);
    const batch = this.#open.get(key) ?? { where, ok_latency_us: [], failed: 0 };
    this.#open.set(key, batch);
    if (outcome.ok) batch.ok_latency_us.push(outcome.latency_us);
    else batch.failed++;
    this.#count({ waiting: 1 });
    if (batch.ok_latency_us.length + batch.failed >= AGENT_LIMITS.batch_observations_max) this.#seal(key, batch);
    this.#dropOldest();
    this.#wake();
  }

  /** The newest of a blueprint goes with the next request. */
  noteState(state: BlueprintState): void {
    this.#states.set(JSON.stringify([state.environment, state.blueprint]), state);
    this.#wake();
  }

  /** Sends what waits now; what fails waits on. */
  async flush(): Promise<void> {
    for (const [key, batch] of this.#open) this.#seal(key, batch);
    const batches = this.#sealed.slice(0, AGENT_LIMITS.report_batches_max);
    const states = this.#states;
    if (batches.length === 0 && states.size === 0) return;
    this.#states = new Map();
    try {
      await this.#send(batches, [...states.values()]);
      this.#failures = 0;
    } catch (error) {
      // What was said meanwhile is newer.
      this.#states = new Map([...states, ...this.#states]);
      if (!(error instanceof AgentError)) throw error;
      this.#failed(error, batches);
    }
  }

  /** Tries once more, and then waits for nothing. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#loop;
    await this.flush();
  }

  #wake(): void {
    if (this.#closing.signal.aborted) return;
    this.#loop ??= this.#run().finally(() => {
      this.#loop = undefined;
    });
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (this.#open.size + this.#sealed.length + this.#states.size > 0) {
      await this.#ports.clock.sleep(this.#pauseMs(), signal);
      if (signal.aborted) return;
      await this.flush();
    }
  }

  #pauseMs(): number {
    const { chance, everyMs } = this.#ports;
    const asked = this.#askedToWaitMs ?? 0;
    this.#askedToWaitMs = undefined;
    if (this.#failures > 0) return Math.max(asked, backoffMs(this.#failures, chance));
    // Agents that were started together would otherwise report together for ever.
    return Math.max(asked, everyMs * (0.75 + chance() / 2));
  }

  async #send(batches: readonly SealedBatch[], states: readonly BlueprintState[]): Promise<void> {
    for (const batch of batches) batch.tries++;
    const body = { batches: batches.map((batch) => batch.body), ...(states.length === 0 ? {} : { states }) };
    const response = await this.#ports.send({ method: "POST", path: "/v1/reports", body });
    this.#askedToWaitMs = retryAfterMs(response);
    if (response.status !== 200 && response.status !== 429) throw refusalError(await readRefusal(response));
    const { results } = await readJsonAnswer(response);
    if (!Array.isArray(results) || results.length !== batches.length) {
      if (response.status === 429)
        throw new AgentError("gateway_refused", "The gateway has too much to do", { problem: "limited" });
      throw new AgentError("answer_malformed", "The gateway did not say what became of each batch");
    }
    const done = new Set<SealedBatch>();
    for (const [nth, batch] of batches.entries()) {
      const result = results[nth];
      const outcome = isObject(result) ? result["outcome"] : undefined;
      // Too many waited meanwhile, or somebody else told it at the same time: it has been counted.
      if (outcome === "limited" || !this.#sealed.includes(batch)) continue;
      done.add(batch);
      // A duplicate was added before, by a request whose answer was lost.
      const kind = outcome === "late" || outcome === "refused" ? outcome : "added";
      this.#count({ waiting: -batch.observations, [kind]: batch.observations });
    }
    this.#sealed = this.#sealed.filter((batch) => !done.has(batch));
    this.#giveUp(batches.filter((batch) => !done.has(batch)));
  }

  #failed(error: AgentError, batches: readonly SealedBatch[]): void {
    this.#failures++;
    this.#askedToWaitMs ??= error.retry_after_ms;
    this.#ports.onError(error);
    // Nobody may come back to take them in this agent's name, or the gateway will never take them.
    const hopeless = error.code === "needs_link" || error.code === "scope_insufficient";
    if (hopeless) this.#drop(batches);
    else this.#giveUp(batches);
    if (hopeless) this.#states = new Map();
  }

  #giveUp(batches: readonly SealedBatch[]): void {
    this.#drop(batches.filter(({ tries }) => tries >= AGENT_LIMITS.batch_tries_max));
  }

  #dropOldest(): void {
    while (this.#counts.waiting > AGENT_LIMITS.waiting_observations_max) {
      const [oldest] = this.#sealed;
      if (oldest === undefined) {
        const [first] = this.#open;
        if (first === undefined) return;
        this.#seal(...first);
      } else this.#drop([oldest]);
    }
  }

  #drop(batches: readonly SealedBatch[]): void {
    const dropped = new Set(batches);
    for (const { observations } of this.#sealed.filter((batch) => dropped.has(batch)))
      this.#count({ waiting: -observations, dropped: observations });
    this.#sealed = this.#sealed.filter((batch) => !dropped.has(batch));
  }

  #seal(key: string, { where, ok_latency_us, failed }: OpenBatch): void {
    this.#open.delete(key);
    // Whose it is the gateway knows by the proof: a name in it would be wrong when another link made another agent.
    const body = { batch_id: crypto.randomUUID(), ...where, ok_latency_us, failed };
    this.#sealed.push({ body, observations: ok_latency_us.length + failed, tries: 0 });
  }

  #count(change: Partial<ReportCounts>): void {
    const { waiting, added, late, refused, dropped } = this.#counts;
    this.#counts = {
      waiting: waiting + (change.waiting ?? 0),
      added: added + (change.added ?? 0),
      late: late + (change.late ?? 0),
      refused: refused + (change.refused ?? 0),
      dropped: dropped + (change.dropped ?? 0),
    };
    this.#ports.onCounts(this.#counts);
  }
}
