/**
 * How often may somebody try? Counted in memory, by this process alone: two gateways let twice as much through. A window
 * begins with the first try in it and is as long as the limit says.
 */
export interface RateLimit {
  /** Counts one try. @returns undefined when it may go on, otherwise the whole seconds until one may */
  take(key: string, now_unix_ms: number): number | undefined;
}

export interface RateLimitOptions {
  readonly tries_max: number;
  readonly window_ms: number;
  /** Whoever comes when so many are counted shares one count with all the others who do. */
  readonly keys_max: number;
}

interface Window {
  readonly begun_unix_ms: number;
  tries: number;
}

const THE_OTHERS = "";

export function makeRateLimit({ tries_max, window_ms, keys_max }: RateLimitOptions): RateLimit {
  /** In the order in which they began. */
  const windows = new Map<string, Window>();

  /** A clock that was put back ends a window, too: nobody waits for a time that comes again. */
  const isOver = ({ begun_unix_ms }: Window, now: number): boolean =>
    now >= begun_unix_ms + window_ms || now < begun_unix_ms;

  function forgetOver(now: number): void {
    for (const [key, window] of windows) {
      if (!isOver(window, now)) return;
      windows.delete(key);
    }
  }

  return {
    take(asked, now) {
      forgetOver(now);
      const key = windows.has(asked) || windows.size < keys_max ? asked : THE_OTHERS;
      let window = windows.get(key);
      if (window === undefined || isOver(window, now)) {
        window = { begun_unix_ms: now, tries: 0 };
        windows.delete(key);
        windows.set(key, window);
      }
      window.tries += 1;
      if (window.tries <= tries_max) return undefined;
      return Math.max(1, Math.ceil((window.begun_unix_ms + window_ms - now) / 1_000));
    },
  };
}
