/** What would this plan do? */
export type { Agreement, TwiceOutcome } from "./agreement.ts";
export { CONFIDENCE_PPM, type SeenChance, type SeenTime } from "./interval.ts";
export { EXPECTED_PER_HOUR_MAX, RUNS_MAX, SLOWER_PPM_MAX } from "./limits.ts";
export { ARRIVALS, type Arrivals, checkModel, expectedTraffic, type TrafficModel } from "./model.ts";
export type { Budget, Outcome, StageOutcome } from "./outcome.ts";
export { type Four, philox4x32 } from "./philox.ts";
export { type Progress, type Simulation, simulateInSteps, simulatePlan } from "./simulate-plan.ts";
