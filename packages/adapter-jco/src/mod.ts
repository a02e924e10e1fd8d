/** Deep validation by the engine and by jco, in a thread that can be thrown away. */
export { findJco, type InstalledJco, JCO_PACKAGE } from "./installed.ts";
export { createJcoValidator, type JcoValidatorOptions } from "./jco-validator.ts";
export { DEEP_LIMITS, type DeepTimes, timeLimitMs } from "./limits.ts";
