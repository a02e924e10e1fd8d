/** Who gets what now, and why? */

export { addBatch, EMPTY_COUNTERS, mergeCounters, progress } from "./metrics/counters.ts";
export type { ReportBatch, WindowCounters, WindowId, WindowProgress } from "./metrics/window.ts";
export { ENVIRONMENTS, type Environment, isEnvironment, parseEnvironment } from "./plan/environment.ts";
