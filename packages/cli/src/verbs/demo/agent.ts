/**
 * One simulated process that serves users: it asks which release each of them gets, goes on with that for as long as the
 * answer says, fetches each artifact once, verifies it, and reports what it observed.
 */
import type { ObservationReport } from "@tau-edge/control";
import type { Digest } from "@tau-edge/encoding";
import type { Clock } from "@tau-edge/ports";
import { type Behaviour, drawCall } from "./behaviour.ts";
import type { EdgeAnswer, EdgeClient } from "./edge-client.ts";

export interface AgentPorts {
  readonly edge: Pick<EdgeClient, "resolve" | "artifact">;
  readonly clock: Clock;
  /** `<environment>/<blueprint>` */
  readonly place: string;
  /** How the releases behave that there are. */
  readonly behaviours: ReadonlyMap<Digest, Behaviour>;
  report(report: ObservationReport): Promise<void>;
}

/** Of one user, one after the other. The plan counts no more from one reporter in one window. */
export const CALLS = 9;

type Known = { readonly answer: EdgeAnswer | undefined; readonly asked_unix_ms: number };
type Arm = NonNullable<EdgeAnswer["rollout"]>;

export class Agent {
  readonly #number: number;
  readonly #ports: AgentPorts;
  readonly #known = new Map<string, Known>();
  readonly #verified = new Set<Digest>();
  /** The last window of each arm that it has reported to: one user's calls are all that the plan counts from it. */
  readonly #reported = new Map<Arm["arm"], string>();
  #calls = 0;

  constructor(number: number, ports: AgentPorts) {
    this.#number = number;
    this.#ports = ports;
  }

  /** The longest time that it was told to go on with an answer. */
  get maxAgeMs(): number {
    return Math.max(0, ...[...this.#known.values()].map(({ answer }) => answer?.max_age_ms ?? 0));
  }

  /** The users come, and each calls a few times. */
  async serve(users: readonly number[]): Promise<void> {
    for (const user of users) {
      const answer = await this.#answerFor(this.#keyOf(user));
      if (answer?.rollout !== undefined) await this.#observe(answer, answer.rollout);
    }
  }

  /** How many of its users would get the release now. */
  async usersWith(release: Digest): Promise<number> {
    let count = 0;
    for (const [key, { answer }] of this.#known)
      if (answer?.release === release && (await this.#answerFor(key))?.release === release) count += 1;
    return count;
  }

  #keyOf(user: number): string {
    return `user-${this.#number}-${user}`;
  }

  async #answerFor(key: string): Promise<EdgeAnswer | undefined> {
    const { edge, clock, place } = this.#ports;
    const now = clock.nowUnixMs();
    const known = this.#known.get(key);
    if (known?.answer !== undefined && now - known.asked_unix_ms < known.answer.max_age_ms) return known.answer;
    const answer = await edge.resolve(place, key);
    this.#known.set(key, { answer, asked_unix_ms: now });
    if (answer !== undefined && !this.#verified.has(answer.artifact)) {
      await edge.artifact(answer);
      this.#verified.add(answer.artifact);
    }
    return answer;
  }

  async #observe({ release }: EdgeAnswer, { arm, ...ref }: Arm): Promise<void> {
    const behaviour = this.#ports.behaviours.get(release);
    if (behaviour === undefined) throw new RangeError(`nobody knows how ${release} behaves`);
    const window = JSON.stringify(ref);
    if (this.#reported.get(arm) === window) return;
    this.#reported.set(arm, window);
    const drawn = Array.from({ length: CALLS }, () => drawCall(behaviour, this.#number, this.#calls++));
    const ok_latency_us = drawn.filter((call) => call !== "failed");
    await this.#ports.report({
      ...ref,
      release,
      lane: "main",
      batch: {
        reporter: `agent-${this.#number}`,
        batch_id: `calls-${this.#calls}`,
        ok_latency_us,
        failed: drawn.length - ok_latency_us.length,
        started: 0,
        ended: 0,
      },
    });
  }
}
