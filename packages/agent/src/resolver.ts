/** Asks what is to run, and remembers the answer for as long as the gateway allows. */
import { readJsonAnswer, readRefusal, refusalError } from "./answers.ts";
import { AgentError } from "./errors.ts";
import { AGENT_LIMITS } from "./limits.ts";
import type { AgentClock } from "./platform.ts";
import { type Resolution, readResolution } from "./resolution.ts";

export interface ResolverPorts {
  readonly clock: AgentClock;
  send(request: {
    readonly method: "GET";
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly signal?: AbortSignal | undefined;
  }): Promise<Response>;
}

interface Remembered {
  readonly resolution: Resolution;
  readonly etag: string | undefined;
  readonly askedAtMs: number;
}

export interface ResolveOptions {
  /** Who asks, for as long as they are to get the same; the agent's DID where it is left out. */
  readonly versionKey?: string | undefined;
  /** Asks although the last answer is still good. */
  readonly anew?: boolean;
  readonly signal?: AbortSignal;
}

export class Resolver {
  readonly #ports: ResolverPorts;
  readonly #remembered = new Map<string, Remembered>();

  constructor(ports: ResolverPorts) {
    this.#ports = ports;
  }

  /** @throws AgentError `answer_malformed` and what sending throws */
  async resolve(
    environment: string,
    blueprint: string,
    versionKey: string,
    options: ResolveOptions,
  ): Promise<Resolution> {
    const place = JSON.stringify([environment, blueprint, versionKey]);
    const known = this.#remembered.get(place);
    const askedAtMs = this.#ports.clock.monotonicMs();
    if (known !== undefined && options.anew !== true && askedAtMs - known.askedAtMs < known.resolution.max_age_ms)
      return known.resolution;
    const response = await this.#ports.send({
      method: "GET",
      path: `/v1/resolve/${encodeURIComponent(environment)}/${encodeURIComponent(blueprint)}`,
      headers: {
        "cloudflare-workers-version-key": versionKey,
        ...(known?.etag === undefined ? {} : { "if-none-match": known.etag }),
      },
      signal: options.signal,
    });
    const resolution = await this.#read(response, environment, blueprint, known);
    // The age counts from before the question: the answer was made at some time after it.
    this.#remembered.delete(place);
    this.#remembered.set(place, { resolution, etag: response.headers.get("etag") ?? undefined, askedAtMs });
    const [oldest = place] = this.#remembered.keys();
    if (this.#remembered.size > AGENT_LIMITS.remembered_answers_max) this.#remembered.delete(oldest);
    return resolution;
  }

  async #read(
    response: Response,
    environment: string,
    blueprint: string,
    known: Remembered | undefined,
  ): Promise<Resolution> {
    if (response.status === 304) {
      if (known?.etag === undefined)
        throw new AgentError("answer_malformed", "The gateway says that nothing has changed");
      return known.resolution;
    }
    if (response.status === 200) return readResolution(await readJsonAnswer(response), environment, blueprint);
    const refusal = await readRefusal(response);
    if (refusal.code !== "no_release") throw refusalError(refusal);
    return { outcome: "none", environment, blueprint, max_age_ms: AGENT_LIMITS.none_max_age_ms };
  }
}
