/** Is this a plan that one may start? Judged before anything happens, by rules that have names. */
import { lintEvidence, lintNoise } from "./lint-evidence.ts";
import type { Finding } from "./lint-rules.ts";
import { lintShape } from "./lint-shape.ts";
import { NOISE_ASSUMPTIONS, type NoiseAssumptions } from "./noise.ts";
import type { Plan } from "./plan.ts";

export interface LintOptions {
  /** Somebody has seen how often chance decides, and goes on: what was found of noise then only informs. */
  readonly accept_noise: boolean;
  readonly assumptions?: NoiseAssumptions;
}

/** Every finding, in a fixed order. A plan with one that `refuses` is not started. */
export function lintPlan(plan: Plan, options: LintOptions): readonly Finding[] {
  const noise = lintNoise(plan, options.assumptions ?? NOISE_ASSUMPTIONS);
  return [
    ...lintShape(plan),
    ...lintEvidence(plan),
    ...noise.map((found) => (options.accept_noise ? { ...found, refuses: false } : found)),
  ];
}
