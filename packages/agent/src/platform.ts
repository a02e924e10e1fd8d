/** What an agent takes from where it runs; each part can be given, and tests give them. */
export interface AgentClock {
  /** Unix milliseconds, for what others compare with their clocks. */
  nowUnixMs(): number;
  /** Milliseconds that only grow, for ages and latencies. */
  monotonicMs(): number;
  /** Settles after the time, or at once when the signal comes. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A number in [0, 1), for jitter only. */
export type Chance = () => number;

/** The part of fetch that an agent uses. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export const PLATFORM_CLOCK: AgentClock = {
  nowUnixMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      if (signal?.aborted === true) end();
      signal?.addEventListener("abort", end);
    }),
};
