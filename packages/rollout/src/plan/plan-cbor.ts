/** A plan as CBOR, and back. The run_header of a rollout carries it whole. */
import { type CborValue, type Digest, digestBytes, digestOf, encodeCbor } from "@tau-edge/encoding";
import { LedgerError } from "@tau-edge/ledger";
import { jsonPath } from "@tau-edge/manifest";
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
    maintenance_windows: policy.maintenance_windows.map((window) => ({ ...window })),
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
  const parsed = planSchema.safeParse(toDocument(value));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new LedgerError("field_malformed", `${at} ${jsonPath(issue?.path ?? [])}`, issue?.message ?? "Not a plan");
  }
  const plan = normalForm(parsed.data);
  if (!sameBytes(encodeCbor(planToCbor(plan)), encodeCbor(value)))
    throw new LedgerError("field_malformed", at, "Expected a plan with every default filled in, and nothing else");
  return plan;
}

/** The document that a reader of JSON would see: 32 bytes stand for a digest. */
function toDocument(value: CborValue): CborValue | Digest {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      key,
      field instanceof Uint8Array && field.length === 32 ? digestOf(field) : field,
    ]),
  );
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
