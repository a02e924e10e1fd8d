/** One plan, one form: what is a set is sorted, so that the order in which somebody wrote it changes no hash. */
import { compareUtf8 } from "@tau-edge/encoding";
import { ENVIRONMENTS, type Environment } from "./environment.ts";
import type { Plan } from "./plan.ts";

/** `environments` of the plan itself stay as written: they are a way, and a lint rule judges its order. */
export function normalForm(plan: Plan): Plan {
  const { policy } = plan;
  return {
    ...plan,
    lanes: plan.lanes.toSorted(compareUtf8),
    accept_capabilities: plan.accept_capabilities.toSorted(compareUtf8),
    policy: {
      ...policy,
      approvals: policy.approvals.map(({ role, environments }) => ({ role, environments: inOrder(environments) })),
      maintenance_windows: policy.maintenance_windows.map((opening) => ({
        ...opening,
        weekdays: opening.weekdays.toSorted((a, b) => a - b),
      })),
    },
  };
}

function inOrder(environments: readonly Environment[]): readonly Environment[] {
  return environments.toSorted((a, b) => ENVIRONMENTS.indexOf(a) - ENVIRONMENTS.indexOf(b));
}
