/** Who gets what now, and why? */
export { ENVIRONMENTS, type Environment, isEnvironment, parseEnvironment } from "./plan/environment.ts";
