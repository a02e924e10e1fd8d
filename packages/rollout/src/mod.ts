/** Who gets what now, and why? */

export type { ReportBatch, WindowCounters, WindowId, WindowProgress } from "./metrics/window.ts";
export { ENVIRONMENTS, type Environment, isEnvironment, parseEnvironment } from "./plan/environment.ts";
