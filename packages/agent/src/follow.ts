/**
 * Runs what is answered, for as long as it is answered. A release that is withdrawn or paused is stopped before anything
 * else is done; one that cannot be verified is not run, and neither is the one before it.
 */
import { backoffMs } from "./backoff.ts";
import { AgentError } from "./errors.ts";
import type { AgentClock, Chance } from "./platform.ts";
import type { PausedResolution, ReleaseResolution, Resolution } from "./resolution.ts";
import type { Running } from "./running.ts";

export interface FollowHandlers {
  /** Something else runs now. */
  onRun?(running: Running, resolution: ReleaseResolution): void;
  /** Nothing runs until this ends. */
  onPaused?(resolution: PausedResolution): void;
  /** What ran does so no longer, and nothing takes its place. */
  onWithdrawn?(why: "no_release" | "gateway_silent" | "needs_link" | "not_verified"): void;
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
  resolve(signal: AbortSignal): Promise<Resolution>;
  /** @param current what outcomes belong to, whenever one comes */
  start(resolution: ReleaseResolution, current: () => ReleaseResolution, signal: AbortSignal): Promise<Running>;
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
  #paused = false;
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
      const askedAtMs = clock.monotonicMs();
      const pauseMs = await this.#turn(signal, askedAtMs);
      if (signal.aborted) break;
      await clock.sleep(Math.max(PAUSE_MS_MIN, pauseMs - (clock.monotonicMs() - askedAtMs)), signal);
    }
    this.#stop();
  }

  /** @returns how long after the question the next one comes */
  async #turn(signal: AbortSignal, askedAtMs: number): Promise<number> {
    const { chance } = this.#ports;
    try {
      const resolution = await this.#ports.resolve(signal);
      this.#answeredAtMs = askedAtMs;
      await this.#obey(resolution, signal);
      this.#failures = 0;
      // Before it is older than it may become, and not all agents at once.
      return resolution.max_age_ms * (0.75 + chance() / 4);
    } catch (error) {
      if (signal.aborted) return 0;
      if (!(error instanceof AgentError)) {
        this.#stop();
        throw error;
      }
      this.#failures++;
      this.#fail(error, askedAtMs);
      return Math.max(error.retry_after_ms ?? 0, backoffMs(this.#failures, chance));
    }
  }

  async #obey(resolution: Resolution, signal: AbortSignal): Promise<void> {
    if (resolution.outcome === "paused") return this.#pause(resolution);
    if (resolution.outcome === "none") return this.#withdraw("no_release");
    const ran = this.#resolution;
    this.#resolution = resolution;
    if (this.running !== undefined && !this.running.stopped && ran !== undefined && isSame(ran, resolution)) return;
    const replaced = this.running !== undefined;
    this.#stop();
    const current = () => this.#resolution ?? resolution;
    this.running = await this.#ports.start(resolution, current, signal).catch((error: unknown) => {
      if (replaced && !signal.aborted) this.#handlers.onWithdrawn?.("not_verified");
      throw error;
    });
    this.#resolution = resolution;
    this.#paused = false;
    this.#ports.onState("running", resolution);
    this.#handlers.onRun?.(this.running, resolution);
  }

  #pause(resolution: PausedResolution): void {
    this.#stop();
    if (this.#paused) return;
    this.#paused = true;
    this.#ports.onState("paused", resolution);
    this.#handlers.onPaused?.(resolution);
  }

  #fail(error: AgentError, askedAtMs: number): void {
    if (error.code === "needs_link") this.#withdraw("needs_link");
    else if (askedAtMs - this.#answeredAtMs > this.#ports.silentMsMax) this.#withdraw("gateway_silent");
    this.#handlers.onError?.(error);
  }

  #withdraw(why: "no_release" | "gateway_silent" | "needs_link"): void {
    const ran = this.running !== undefined || this.#paused;
    this.#stop();
    this.#paused = false;
    if (ran) this.#handlers.onWithdrawn?.(why);
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
