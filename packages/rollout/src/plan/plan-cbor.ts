/** A plan as CBOR, and back. The run_header of a rollout carries it whole. */
import { type CborValue, digestBytes, encodeCbor, equalBytes } from "@tau-edge/encoding";
import { LedgerError } from "@tau-edge/ledger";
import { jsonPath } from "@tau-edge/manifest";
import { digestsAsText } from "../cbor-document.ts";
import { normalForm } from "./normal-form.ts";
import type { Plan, Policy } from "./plan.ts";
import { planSchema } from "./plan-schema.ts";

type CborMap = { readonly [key: string]: CborValue };

export function planToCbor(plan: Plan): CborMap {
  const { release, manifest, baseline, policy, ...rest } = plan;
  return {
    ...rest,
    release: digestBytes(release),
    manifest: digestBytes(manifest),
    baseline: baseline === "committed" || baseline === "none" ? baseline : digestBytes(baseline),
    policy: policyToCbor(policy),
  };
}

export function policyToCbor(policy: Policy): CborMap {
  return {
    ...policy,
    stages: policy.stages.map((stage) => ({ ...stage })),
    gates: policy.gates.map((gate) => ({ ...gate })),
    approvals: policy.approvals.map((approval) => ({ ...approval })),
    maintenance_windows: policy.maintenance_windows.map((opening) => ({ ...opening })),
    watch: { ...policy.watch },
  };
}

/**
 * Only what `planToCbor` writes is read: with every default filled in, so that nothing but the bytes says what was
 * agreed on.
 * @param at where the plan stands, such as `default/prod/app#12 plan`
 * @throws LedgerError `field_malformed`
 */
export function planFromCbor(value: CborValue, at: string): Plan {
  const parsed = planSchema.safeParse(digestsAsText(value));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new LedgerError("field_malformed", `${at} ${jsonPath(issue?.path ?? [])}`, issue?.message ?? "Not a plan");
  }
  const plan = normalForm(parsed.data);
  if (!equalBytes(encodeCbor(planToCbor(plan)), encodeCbor(value)))
    throw new LedgerError("field_malformed", at, "Expected a plan with every default filled in, and nothing else");
  return plan;
}
