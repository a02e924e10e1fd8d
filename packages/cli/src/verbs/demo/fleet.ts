/** All agents. A tenth of them has traffic at a time, and each user comes again. */
import type { Digest } from "@tau-edge/encoding";
import { Agent, type AgentPorts } from "./agent.ts";

export const AGENTS = 600;
export const USERS_PER_AGENT = 80;

/** Agents take turns in so many groups. */
export const TURNS = 10;
const USERS_A_TURN = 4;

export class Fleet {
  readonly #agents: readonly Agent[];
  #turn = 0;

  constructor(ports: AgentPorts) {
    this.#agents = Array.from({ length: AGENTS }, (_, number) => new Agent(number, ports));
  }

  /** Traffic for the next group of agents. */
  async serve(): Promise<void> {
    const group = this.#turn % TURNS;
    const first = Math.floor(this.#turn / TURNS) * USERS_A_TURN;
    const users = Array.from({ length: USERS_A_TURN }, (_, nth) => (first + nth) % USERS_PER_AGENT);
    const busy = this.#agents.filter((_, number) => number % TURNS === group);
    await Promise.all(busy.map((agent) => agent.serve(users)));
    this.#turn += 1;
  }

  /** The longest time that any of them may go on with an answer. */
  get maxAgeMs(): number {
    return Math.max(...this.#agents.map(({ maxAgeMs }) => maxAgeMs));
  }

  /** How many users would get the release from their agents now. */
  async usersWith(release: Digest): Promise<number> {
    const counts = await Promise.all(this.#agents.map((agent) => agent.usersWith(release)));
    return counts.reduce((sum, count) => sum + count, 0);
  }
}
