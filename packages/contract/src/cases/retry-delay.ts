/** How long does a case wait before it is tried again? */
import { RETRY_DOUBLINGS_MAX } from "./limits.ts";

/**
 * Milliseconds after an attempt that failed: the base, doubled with every attempt up to 1,024 times it (contract.md 2.4),
 * and at most 2^53-1.
 * @param attempt from 1
 */
export function retryDelayMs(attempt: number, baseDelayMs: number): number {
  return Math.min(baseDelayMs * 2 ** Math.min(attempt - 1, RETRY_DOUBLINGS_MAX), Number.MAX_SAFE_INTEGER);
}
