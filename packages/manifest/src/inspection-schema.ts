/** The shape of a printed inspection. It lives here because the reader itself has no dependencies. */
import type { Inspection, WarningCode } from "@tau-edge/wasm";
import { z } from "zod";
import { capabilitySchema, featureSchema } from "./profile-schema.ts";
import { keysOf, producerSchema } from "./shared-schemas.ts";

const offset = z.int().min(0).describe("Byte offset in the outermost binary.");
const count = z.int().min(0);

const kindSchema = z.enum([
  "func",
  "table",
  "memory",
  "global",
  "tag",
  "core_module",
  "value",
  "type",
  "component",
  "instance",
]);

const importSchema = z.object({
  name: z.string(),
  field: z.string().exactOptional(),
  kind: kindSchema,
  effective_name: z.string(),
  implements: z.string().exactOptional(),
  version_suffix: z.string().exactOptional(),
  external_id: z.string().exactOptional(),
  at: offset,
});

const interfaceSchema = z.object({
  name: z.string(),
  namespace: z.string(),
  package: z.string(),
  interface: z.string(),
  version: z.string().exactOptional(),
  track: z.enum(["0.2", "0.3", "prerelease", "other", "none"]),
  known: z.boolean(),
  functions: z.array(z.string()),
});

const nestedSchema = z.object({
  path: z.string(),
  kind: z.enum(["module", "component"]),
  at: offset,
  size_bytes: count,
  import_names: z.array(z.string()),
  import_count: count,
  export_count: count,
});

const dependencySchema = z.object({ name: z.string(), version: z.string(), source: z.string().exactOptional() });

const metadataSchema = z.object({
  name: z.string().exactOptional(),
  producers: z.array(producerSchema),
  registry: z.record(z.string(), z.string()),
  dependencies: z.array(dependencySchema).exactOptional(),
  target_features: z.array(z.string()).exactOptional(),
  component_types: z.array(z.string()),
  custom_sections: z.array(z.object({ name: z.string(), at: offset, size_bytes: count })),
});

/** As an object, so that the compiler finds a missing word. */
const WARNING_CODES = {
  custom_section_unreadable: true,
  embedded_preview1_adapter: true,
  exports_not_listed: true,
  instance_type_unresolved: true,
  awaits_component_new: true,
} satisfies Record<WarningCode, true>;

const warningSchema = z.object({
  code: z.enum(keysOf(WARNING_CODES)),
  at: offset,
  path: z.string(),
});

export const inspectionSchema = z.object({
  schema_version: z.literal(1),
  kind: z.enum(["module", "component", "wit_package"]),
  size_bytes: count,
  imports: z.array(importSchema),
  exports: z.array(z.object({ name: z.string(), kind: kindSchema, at: offset })),
  export_count: count,
  roles: z.array(z.enum(["command", "reactor", "http_server", "http_middleware"])),
  interfaces: z.array(interfaceSchema),
  capabilities: z.array(capabilitySchema),
  nested: z.array(nestedSchema),
  metadata: metadataSchema,
  warnings: z.array(warningSchema),
  features: z.array(featureSchema).exactOptional(),
}) satisfies z.ZodType<Inspection>;
