/** The shape of a printed diff. */
import { z } from "zod";
import type { InspectionDiff } from "./diff.ts";

const changeSchema = z.object({ gained: z.array(z.string()), lost: z.array(z.string()) });
const kindSchema = z.enum(["module", "component", "wit_package"]);
const sizeSchema = z.int().min(0);

export const diffSchema = z.object({
  schema_version: z.literal(1),
  kind: z.object({ before: kindSchema, after: kindSchema }),
  size_bytes: z.object({ before: sizeSchema, after: sizeSchema, delta: z.int() }),
  imports: changeSchema,
  interfaces: changeSchema,
  versions: z.array(z.object({ interface: z.string(), before: z.string(), after: z.string() })),
  functions: changeSchema,
  capabilities: changeSchema,
  features: changeSchema.exactOptional(),
  exports: changeSchema,
  exports_complete: z.boolean(),
  roles: changeSchema,
  gains_capability: z.boolean(),
}) satisfies z.ZodType<InspectionDiff>;
