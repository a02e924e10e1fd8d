/**
 * Which epoch nonces are of, asked of the directory now and then: every proof needs it, and what a rotation ends, tokens and
 * links, ends in the directory at once. A nonce of the epoch before is good for this long after it.
 */
import type { Access } from "@tau-edge/control";
import type { Clock } from "@tau-edge/ports";
import { LIMITS } from "../limits.ts";

export type KnownEpoch = () => number | Promise<number>;

export function knowEpoch(access: Access, clock: Clock): KnownEpoch {
  let known: { readonly epoch: number; readonly read_unix_ms: number } | undefined;
  return () => {
    const now = clock.nowUnixMs();
    const age_ms = now - (known?.read_unix_ms ?? -Infinity);
    if (known !== undefined && age_ms >= 0 && age_ms < LIMITS.epoch_known_ms_max) return known.epoch;
    return access.epoch().then((epoch) => {
      known = { epoch, read_unix_ms: now };
      return epoch;
    });
  };
}
