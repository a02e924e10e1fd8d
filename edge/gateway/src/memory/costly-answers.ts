/**
 * Answers that read whole streams, and that anybody may ask for: a crowd that does must not keep those waiting who resolve
 * or stop something. Who comes while enough of them are being made is asked to come later.
 */
import { LIMITS } from "../limits.ts";
import type { Call } from "../route.ts";

export interface CostlyAnswers {
  /** How many are being made. */
  running: number;
}

export async function answerCostly(call: Call, answer: () => Promise<Response>): Promise<Response> {
  const { costly } = call.services;
  if (costly.running >= LIMITS.costly_answers_max) return call.problem("too_busy");
  costly.running += 1;
  try {
    return await answer();
  } finally {
    costly.running -= 1;
  }
}
