/** The shape of a manifest as it is read: S1's rules for S1's fields (contract table 3.3), ours for `tau_edge`. */
import { z } from "zod";
import { legacyConstraints, RUNTIME_PROFILES } from "./legacy-constraints.ts";
import { MANIFEST_KIND } from "./manifest.ts";
import { rustTrim } from "./rust-trim.ts";
import { digestSchema, nonBlank, producerSchema } from "./shared-schemas.ts";

const positive = z.int().min(1);
const names = z.array(z.string());

const CONTROL_PLANE = legacyConstraints("wasm_wasi");

const constraintsSchema = z.object({
  schema_version: z.literal(1),
  profile_id: z.string(),
  target_role: z.string(),
  required_runtime_profile: z.enum(RUNTIME_PROFILES),
  required_abi: z.string(),
  required_feature_gates: names.default([...CONTROL_PLANE.required_feature_gates]),
  allowed_import_modules: names.default([...CONTROL_PLANE.allowed_import_modules]),
  forbidden_import_modules: names.default([...CONTROL_PLANE.forbidden_import_modules]),
  max_artifact_size_bytes: positive,
});

const factsSchema = z.object({
  manifest_version: z.literal(1),
  artifact_kind: z.enum(["module", "component"]),
  profile_id: nonBlank,
  profile_digest: digestSchema,
  policy_revision: nonBlank,
  compliance: z.literal("compliant"),
  reason_codes: names,
  roles: names,
  interfaces: z.array(z.object({ name: z.string(), functions: names })),
  capabilities: names,
  export_count: z.int().min(0),
  name: z.string().exactOptional(),
  producers: z.array(producerSchema).exactOptional(),
  licences: z.string().exactOptional(),
});

export const manifestSchema = z.object({
  schema_version: z.literal(1).default(1),
  manifest_kind: z
    .string()
    .refine((text) => rustTrim(text) === MANIFEST_KIND, `must be ${MANIFEST_KIND}`)
    .default(MANIFEST_KIND),
  blueprint_id: nonBlank,
  deploy_target: z.string().refine((text) => rustTrim(text) === "wasm", "must be wasm"),
  runtime_profile: z
    .string()
    .refine(
      (text) => RUNTIME_PROFILES.some((known) => known === rustTrim(text)),
      `must be one of ${RUNTIME_PROFILES.join(", ")}`,
    ),
  source_module_path: nonBlank,
  artifact_path: nonBlank,
  artifact_sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be 64 lowercase hex digits"),
  artifact_size_bytes: positive,
  generated_unix_ms: positive,
  capability_constraints: z
    .array(nonBlank)
    .min(1)
    .default([...CONTROL_PLANE.required_feature_gates]),
  runtime_constraints: constraintsSchema.default({
    ...CONTROL_PLANE,
    required_feature_gates: [...CONTROL_PLANE.required_feature_gates],
    allowed_import_modules: [...CONTROL_PLANE.allowed_import_modules],
    forbidden_import_modules: [...CONTROL_PLANE.forbidden_import_modules],
  }),
  observed_import_modules: names.default([]),
  tau_edge: factsSchema.exactOptional(),
});
