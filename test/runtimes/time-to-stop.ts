/**
 * How long does a withdrawn release go on? Agents resolve, go on with what they were told for as long as they were told,
 * and ask again with its ETag; then somebody aborts its rollout, or freezes the blueprint. A plain function: it runs wherever there are timers.
 */
import { ResolveAnswerSchema } from "@tau-edge/gateway";
import { check, checkEqual } from "@tau-edge/ports/suites";

export interface StopPlan {
  readonly agents: number;
  /** How long answers may be kept, as the gateway is configured. */
  readonly maxAgeMs: number;
  /** What is going to be withdrawn; absent: every release. */
  readonly release?: string;
  resolve(key: string, etag: string | undefined): Promise<Response>;
  /** Resolves when the abort or the freeze is acknowledged. */
  stop(): Promise<void>;
}

export interface StopFigures {
  readonly agents: number;
  /** Agents that had the release when it was withdrawn. */
  readonly exposed: number;
  readonly resolutions: number;
  /** From the acknowledgement to the last answer that named the release; 0 when there was none after it. */
  readonly last_answer_ms: number;
  /** From the acknowledgement until the last agent had stopped it. */
  readonly time_to_stop_ms: number;
}

/** What the gateway adds to `max_age` (decisions 19). */
export const STOP_MARGIN_MS = 1_000;

export async function measureStop(plan: StopPlan): Promise<StopFigures> {
  const { maxAgeMs } = plan;
  const agents = Array.from({ length: plan.agents }, (_, nth) => new Agent(`agent-${nth}`, plan));
  // Spread over the time that answers are kept, as clients are that came one after the other.
  const running = agents.map((agent, nth) => agent.run((nth * maxAgeMs) / plan.agents));
  await pause(2 * maxAgeMs);
  const exposed = agents.filter((agent) => agent.isExposed).length;
  await plan.stop();
  const acknowledged = performance.now();
  await pause(maxAgeMs + 2 * STOP_MARGIN_MS);
  for (const agent of agents) agent.leave();
  await Promise.all(running);
  checkEqual(agents.filter((agent) => agent.isExposed).length, 0, "nobody has it any more");
  const since = (at: number): number => Math.max(0, at - acknowledged);
  return {
    agents: agents.length,
    exposed,
    resolutions: agents.reduce((sum, agent) => sum + agent.resolutions, 0),
    last_answer_ms: Math.max(...agents.map((agent) => since(agent.told_at))),
    time_to_stop_ms: Math.max(...agents.map((agent) => since(agent.stopped_at))),
  };
}

class Agent {
  resolutions = 0;
  /** When it was last told the release that is going to be withdrawn, and when it stopped it. */
  told_at = Number.NEGATIVE_INFINITY;
  stopped_at = Number.NEGATIVE_INFINITY;
  readonly #key: string;
  readonly #plan: StopPlan;
  /** What it runs; nothing, while it was told to pause. */
  #release: string | undefined;
  #etag: string | undefined;
  #left = false;

  constructor(key: string, plan: StopPlan) {
    this.#key = key;
    this.#plan = plan;
  }

  /** Whether it runs what is, or is going to be, withdrawn. */
  get isExposed(): boolean {
    const { release } = this.#plan;
    return this.#release !== undefined && (release === undefined || this.#release === release);
  }

  leave(): void {
    this.#left = true;
  }

  async run(afterMs: number): Promise<void> {
    await pause(afterMs);
    while (!this.#left) {
      await this.#ask();
      await pause(this.#plan.maxAgeMs);
    }
  }

  async #ask(): Promise<void> {
    const response = await this.#plan.resolve(this.#key, this.#etag);
    const had = this.isExposed;
    if (response.status === 200) {
      const told = ResolveAnswerSchema.parse(await response.json());
      checkEqual(told.max_age_ms, this.#plan.maxAgeMs, "answers are kept as long as configured");
      this.#release = "release" in told ? told.release : undefined;
      this.#etag = response.headers.get("etag") ?? undefined;
    } else check(response.status === 304, `an agent is answered: ${response.status} ${await response.text()}`);
    this.resolutions += 1;
    const now = performance.now();
    if (this.isExposed) this.told_at = now;
    else if (had) this.stopped_at = now;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
