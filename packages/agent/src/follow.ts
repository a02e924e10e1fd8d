/**
 * Runs what is answered, for as long as it is answered. A release that is withdrawn or paused is stopped before anything
 * else is done; one that cannot be verified is not run, and neither is the one before it.
 */
import { backoffMs } from "./backoff.ts";
import { AgentError } from "./errors.ts";
import type { AgentClock, Chance } from "./platform.ts";
import type { PausedResolution, ReleaseResolution, Resolution } from "./resolution.ts";
import type { Running } from "./running.ts";
import type { Verified } from "./verified.ts";

export type Withdrawn = "no_release" | "gateway_silent" | "needs_link" | "not_verified";

export interface FollowHandlers {
  /** Something else runs now. */
  onRun?(running: Running, resolution: ReleaseResolution): void;
  /** Nothing runs until this ends. */
  onPaused?(resolution: PausedResolution): void;
  /** What ran does so no longer, and nothing takes its place. */
  onWithdrawn?(why: Withdrawn): void;
  /** The agent goes on trying. */
  onError?(error: AgentError): void;
}

export interface Followed {
  /** What runs now. */
  readonly running: Running | undefined;
  /** Stops what runs, and asks no more. */
  stop(): Promise<void>;
}

export interface FollowPorts {
  readonly clock: AgentClock;
  readonly chance: Chance;
  /** How long a release may go on that the gateway can no longer be asked about. */
  readonly silentMsMax: number;
  /** @param anew also where the last answer is still good */
  resolve(signal: AbortSignal, anew: boolean): Promise<Resolution>;
  fetch(resolution: ReleaseResolution, signal: AbortSignal): Promise<Verified>;
  /** @param current what outcomes belong to, whenever one comes */
  start(verified: Verified, current: () => ReleaseResolution): Promise<Running>;
  onState(state: "running" | "paused", resolution: Resolution): void;
}

/** Gateways that say less than this are asked no more often. */
const PAUSE_MS_MIN = 100;

export function follow(ports: FollowPorts, handlers: FollowHandlers): Followed {
  const following = new Following(ports, handlers);
  const stopped = new AbortController();
  const done = following.run(stopped.signal);
  return {
    get running() {
      return following.running;
    },
    async stop() {
      stopped.abort();
      await done;
    },
  };
}

class Following {
  running: Running | undefined;
  readonly #ports: FollowPorts;
  readonly #handlers: FollowHandlers;
  #resolution: ReleaseResolution | undefined;
  /** What the handlers were last told of, and not of its end. */
  #shown: "running" | "paused" | undefined;
  #answeredAtMs: number;
  #failures = 0;

  constructor(ports: FollowPorts, handlers: FollowHandlers) {
    this.#ports = ports;
    this.#handlers = handlers;
    this.#answeredAtMs = ports.clock.monotonicMs();
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#ports;
    while (!signal.aborted) {
      let restMs = Math.max(PAUSE_MS_MIN, (await this.#turn(signal)) - clock.monotonicMs());
      // However long the gateway wants to be left alone: what it cannot be asked about ends in time.
      const leftMs = Math.max(0, this.#answeredAtMs + this.#ports.silentMsMax - clock.monotonicMs());
      if (this.#failures > 0 && this.running !== undefined && leftMs < restMs) {
        await clock.sleep(leftMs, signal);
        if (!signal.aborted) this.#withdraw("gateway_silent");
        restMs -= leftMs;
      }
      await clock.sleep(restMs, signal);
    }
    this.#stop();
  }

  /** @returns when the next question comes, by the same clock */
  async #turn(signal: AbortSignal): Promise<number> {
    const { chance, clock } = this.#ports;
    const askedAtMs = clock.monotonicMs();
    try {
      const resolution = await this.#ports.resolve(signal, true);
      this.#answeredAtMs = askedAtMs;
      await this.#obey(resolution, signal);
      this.#failures = 0;
      // Before it is older than it may become, and not all agents at once.
      return askedAtMs + resolution.max_age_ms * (0.75 + chance() / 4);
    } catch (error) {
      if (signal.aborted) return 0;
      if (!(error instanceof AgentError)) {
        this.#stop();
        throw error;
      }
      this.#failures++;
      if (error.code === "needs_link") this.#withdraw("needs_link");
      // It was stopped for what then did not take its place.
      else if (this.#shown === "running" && this.running === undefined) this.#withdraw("not_verified");
      this.#handlers.onError?.(error);
      return clock.monotonicMs() + Math.max(error.retry_after_ms ?? 0, backoffMs(this.#failures, chance));
    }
  }

  async #obey(resolution: Resolution, signal: AbortSignal): Promise<void> {
    if (resolution.outcome === "paused") return this.#pause(resolution);
    if (resolution.outcome === "none") return this.#withdraw("no_release");
    const ran = this.#resolution;
    this.#resolution = resolution;
    if (this.running !== undefined && !this.running.stopped && ran !== undefined && isSame(ran, resolution)) return;
    this.#stop();
    const verified = await this.#ports.fetch(resolution, signal);
    // Fetching may take longer than an answer is good for.
    const still = await this.#ports.resolve(signal, false);
    if (still.outcome !== "release" || !isSame(still, resolution)) return this.#obey(still, signal);
    const running = await this.#ports.start(verified, () => this.#resolution ?? still);
    if (signal.aborted) return running.stop();
    this.running = running;
    this.#resolution = still;
    this.#shown = "running";
    this.#ports.onState("running", still);
    this.#handlers.onRun?.(running, still);
  }

  #pause(resolution: PausedResolution): void {
    this.#stop();
    if (this.#shown === "paused") return;
    this.#shown = "paused";
    this.#ports.onState("paused", resolution);
    this.#handlers.onPaused?.(resolution);
  }

  #withdraw(why: Withdrawn): void {
    const shown = this.#shown;
    this.#stop();
    this.#shown = undefined;
    if (shown !== undefined) this.#handlers.onWithdrawn?.(why);
  }

  #stop(): void {
    this.running?.stop();
    this.running = undefined;
    this.#resolution = undefined;
  }
}

/** The window and stage of a rollout change while the same code runs on. */
function isSame(one: ReleaseResolution, other: ReleaseResolution): boolean {
  return (
    one.release === other.release &&
    one.manifest === other.manifest &&
    one.artifact === other.artifact &&
    one.derived === other.derived
  );
}
