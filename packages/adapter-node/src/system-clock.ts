/** The time of this machine. */
import type { Clock } from "@tau-edge/ports";

export const systemClock: Clock = { nowUnixMs: () => Date.now() };
