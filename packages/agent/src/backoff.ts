import { AGENT_LIMITS } from "./limits.ts";
import type { Chance } from "./platform.ts";

/** Doubles with every failure, and spreads over half of that: agents that lost one gateway together come back apart. */
export function backoffMs(failures: number, chance: Chance): number {
  const { backoff_ms_min: least, backoff_ms_max: most } = AGENT_LIMITS;
  const doubled = least * 2 ** Math.min(failures - 1, 16);
  return Math.min(most, doubled) * (0.5 + chance() / 2);
}
