/** Plans for tests: the smallest document, and what it becomes. */
import { encodeUtf8 } from "@tau-edge/encoding";
import type { Plan, Policy } from "./plan.ts";
import { readPlan } from "./read-plan.ts";

export const SMALLEST_PLAN = {
  schema_version: 1,
  blueprint: "shop",
  environments: ["dev", "staging", "prod"],
  release: `sha256:${"11".repeat(32)}`,
  manifest: `sha256:${"22".repeat(32)}`,
  baseline: "committed",
  expected_per_hour: 6_000_000,
};

/** @param changes fields of the document, put over the smallest plan */
export function planWith(changes: object = {}): Plan {
  return readPlan(encodeUtf8(JSON.stringify({ ...SMALLEST_PLAN, ...changes })));
}

export function planWithPolicy(policy: { readonly [Field in keyof Policy]?: unknown }): Plan {
  return planWith({ policy });
}
