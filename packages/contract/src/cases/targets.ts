/** What can be deployed where, and what S1 answers when it was. */
import { RUNTIME_PROFILES } from "@tau-edge/manifest";

export interface TargetRule {
  readonly runtimes: readonly string[];
  readonly artifact: "image" | "wasm";
  readonly rollout_strategy: "recreate" | "rolling" | "canary";
  readonly status_code: number;
}

const NATIVE = "native";

const TARGETS: ReadonlyMap<string, TargetRule> = new Map([
  ["container", { runtimes: [NATIVE], artifact: "image", rollout_strategy: "recreate", status_code: 202 }],
  ["kubernetes", { runtimes: [NATIVE], artifact: "image", rollout_strategy: "rolling", status_code: 202 }],
  ["wasm", { runtimes: RUNTIME_PROFILES, artifact: "wasm", rollout_strategy: "canary", status_code: 201 }],
]);

const RUNTIMES: ReadonlySet<string> = new Set([NATIVE, ...RUNTIME_PROFILES]);
const ENVIRONMENTS: ReadonlySet<string> = new Set(["staging", "production"]);

/** @param target normal form; undefined: there is no such target */
export function targetRule(target: string): TargetRule | undefined {
  return TARGETS.get(target);
}

/** @param runtime normal form */
export function isRuntime(runtime: string): boolean {
  return RUNTIMES.has(runtime);
}

/** @param environment normal form */
export function isEnvironment(environment: string): boolean {
  return ENVIRONMENTS.has(environment);
}
