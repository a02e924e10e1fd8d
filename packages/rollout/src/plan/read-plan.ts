/** Reading a plan from bytes: out comes the one form in which it is hashed, whatever was left out or how it was ordered. */
import { PLAN_BYTES_MAX } from "../limits.ts";
import { type DocumentKind, readDocument } from "../read-document.ts";
import { normalForm } from "./normal-form.ts";
import type { Plan } from "./plan.ts";
import { planDocumentSchema } from "./plan-schema.ts";

const PLAN: DocumentKind<typeof planDocumentSchema> = {
  name: "plan",
  schema: planDocumentSchema,
  bytes_max: PLAN_BYTES_MAX,
  description: "The shape of a plan is in @tau-edge/rollout/schemas/plan.schema.json.",
  remedies: {
    "$.baseline":
      'Say `"baseline": "committed"` to compare with the release that is served now, or `"baseline": "none"` where nothing is committed yet: rolling back then serves nobody.',
    "$.expected_per_hour":
      'Say how many observations all of you make in an hour, such as `"expected_per_hour": 60000`: the times and the chances of the plan are computed from it.',
    "$.environments": 'Say where it goes, such as `"environments": ["dev", "staging", "prod"]`.',
    "$.release": "Name the release by the digest that `tau-edge release create` printed.",
    "$.manifest":
      "Name the manifest of the release by its digest: `tau-edge package FILE --json` prints it as `manifest`.",
  },
};

/** @throws RolloutError `plan_too_large`, `plan_syntax`, `plan_field` */
export function readPlan(bytes: Uint8Array): Plan {
  const { $schema: _, ...plan } = readDocument(bytes, PLAN);
  return normalForm(plan);
}
