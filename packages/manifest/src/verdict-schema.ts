/** The shape of a printed verdict. */
import { z } from "zod";
import { featureSchema } from "./profile-schema.ts";
import { REASON_CODE_ORDER } from "./reason-codes.ts";
import type { Verdict } from "./verdict.ts";

export const reasonCodeSchema = z.enum(REASON_CODE_ORDER);

export const reasonSchema = z.object({
  code: reasonCodeSchema,
  subject: z.string().exactOptional().describe("What exactly: an import name, a capability, a feature, a size."),
  at: z.int().min(0).exactOptional().describe("Byte offset in the outermost binary."),
  path: z.string().exactOptional().describe("Place in the tree of nested binaries, such as component/2/module/0."),
  fatal: z.boolean(),
  remedy: z.string(),
});

export const verdictSchema = z.object({
  schema_version: z.literal(1),
  profile_id: z.string(),
  policy_revision: z.string(),
  compliant: z.boolean(),
  compliance: z.enum(["compliant", "legacy_compliant", "non_compliant"]),
  reason_codes: z.array(reasonCodeSchema),
  reasons: z.array(reasonSchema),
  features: z.array(featureSchema).exactOptional(),
}) satisfies z.ZodType<Verdict>;
