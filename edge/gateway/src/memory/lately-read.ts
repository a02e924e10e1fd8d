/**
 * What a deployment's files said when they were read last, where reading them anew takes longer than a probe waits: after a
 * cycle, a state of a hundred thousand rollouts takes seconds. The ledger says beside it how the last cycle went.
 */
import type { DeploymentFacts, DeploymentFactsReader } from "@tau-edge/ports";
import { LIMITS } from "../limits.ts";

export class LatelyRead implements DeploymentFactsReader {
  readonly #files: DeploymentFactsReader;
  #last: DeploymentFacts | undefined;

  constructor(files: DeploymentFactsReader) {
    this.#files = files;
  }

  /** @throws PortError what the files throw: those that prove nothing now did not prove more before */
  async facts(): Promise<DeploymentFacts> {
    const last = this.#last;
    const reading = this.#read();
    if (last === undefined) return reading;
    const late = Promise.withResolvers<DeploymentFacts>();
    const timer = setTimeout(() => late.resolve(last), LIMITS.facts_awaited_ms_max);
    try {
      return await Promise.race([reading, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #read(): Promise<DeploymentFacts> {
    try {
      this.#last = await this.#files.facts();
      return this.#last;
    } catch (error) {
      this.#last = undefined;
      throw error;
    }
  }
}
