/** How often may somebody try to come in? What needs a guess is limited for each address, and together where it costs much. */
import { makeRateLimit, type RateLimit } from "../http/rate-limit.ts";
import { LIMITS } from "../limits.ts";
import type { Call } from "../route.ts";

export interface Rates {
  readonly exchanges: Rate;
  readonly sessions: Rate;
  readonly wrongBearers: Rate;
}

export interface Rate {
  readonly each: RateLimit;
  /** Where guessing from many addresses costs as much. */
  readonly all?: RateLimit;
}

export function makeRates(): Rates {
  return {
    exchanges: { each: perMinute(LIMITS.exchanges_each_minute_max), all: perMinute(LIMITS.exchanges_minute_max) },
    sessions: { each: perMinute(LIMITS.sessions_each_minute_max), all: perMinute(LIMITS.sessions_minute_max) },
    wrongBearers: { each: perMinute(LIMITS.wrong_bearers_each_minute_max) },
  };
}

function perMinute(tries_max: number): RateLimit {
  return makeRateLimit({ tries_max, window_ms: 60_000, keys_max: LIMITS.rate_keys_max });
}

/** Counts this request. @returns the refusal of one too many (RFC 6585 section 4), or undefined */
export function countTry(call: Call, { each, all }: Rate): Response | undefined {
  const now = call.services.clock.nowUnixMs();
  // Who was refused for himself uses up nothing of the others'.
  const seconds = each.take(call.clientAddress(), now) ?? all?.take("all", now);
  if (seconds === undefined) return undefined;
  return call.problem("rate_limited", { headers: { "retry-after": String(seconds) } });
}
