/** The shape of a profile document. Nothing is granted by leaving something out. */
import type { Capability, WasmFeature } from "@tau-edge/wasm";
import { z } from "zod";
import { RUNTIME_PROFILES } from "./legacy-constraints.ts";
import { MANIFEST_LIMITS } from "./limits.ts";
import { keysOf, nonBlank } from "./shared-schemas.ts";
import { WORLD_NAMES } from "./worlds.ts";

/** As an object, so that the compiler finds a missing word. */
const CAPABILITIES = {
  args: true,
  "clock.monotonic": true,
  "clock.wall": true,
  cwd: true,
  env: true,
  exit: true,
  "filesystem.handle": true,
  "filesystem.open": true,
  "http.client": true,
  "network.ambient": true,
  "random.insecure": true,
  "random.secure": true,
  "sockets.dns": true,
  "sockets.tcp": true,
  "sockets.udp": true,
  stdio: true,
  timers: true,
  tty: true,
} satisfies Record<Capability, true>;

const FEATURES = {
  bulk_memory: true,
  compact_imports: true,
  custom_descriptors: true,
  custom_page_sizes: true,
  exceptions: true,
  extended_const: true,
  function_references: true,
  gc: true,
  legacy_exceptions: true,
  memory64: true,
  multi_memory: true,
  multi_value: true,
  mutable_globals: true,
  reference_types: true,
  relaxed_simd: true,
  saturating_float_to_int: true,
  shared_everything_threads: true,
  sign_extension: true,
  simd: true,
  stack_switching: true,
  tail_call: true,
  threads: true,
  wide_arithmetic: true,
} satisfies Record<WasmFeature, true>;

export const capabilitySchema = z.enum(keysOf(CAPABILITIES));
export const featureSchema = z.enum(keysOf(FEATURES));

/** Fields stand as `major.minor.patch`; a prerelease is never inside a range. */
const versionSchema = z
  .string()
  .regex(/^0\.[23]\.(?:0|[1-9][0-9]{0,8})$/, "a release such as 0.2.3")
  .describe("A WASI release, such as 0.2.3.");

const rangeSchema = z.strictObject({
  package: z.string().regex(/^wasi:[a-z][a-z0-9-]*$/, "a WASI package such as wasi:cli"),
  track: z.enum(["0.2", "0.3"]),
  min_version: versionSchema.exactOptional(),
  max_version: versionSchema.exactOptional(),
  interfaces: z
    .array(z.string().regex(/^[a-z][a-z0-9-]*$/, "an interface such as environment"))
    .min(1)
    .exactOptional(),
});

/** WASI is granted by range or world; what is older than 0.2 is not granted at all. */
const outsideWasi = z
  .string()
  .regex(/^(?!wasi[:_-])[\s\S]*\S/, "a name outside WASI: list WASI under `wasi` or `worlds`");

export const profileSchema = z.strictObject({
  $schema: z.string().exactOptional(),
  schema_version: z.literal(1),
  profile_id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, "lowercase letters, digits, `.`, `_` and `-`, at most 63"),
  description: z.string().max(1_000).default(""),
  runtime_profile: z.enum(RUNTIME_PROFILES),
  kinds: z.array(z.enum(["module", "component"])).min(1),
  wasi: z.array(rangeSchema).max(1_000).default([]),
  worlds: z.array(z.enum(WORLD_NAMES)).default([]),
  core_modules: z.array(outsideWasi).max(1_000).default([]),
  plain_imports: z.array(outsideWasi).max(1_000).default([]),
  capabilities: z.union([z.literal("all"), z.array(capabilitySchema)], 'either "all" or a list of capabilities'),
  features: z.union([z.literal("all"), z.array(featureSchema)], 'either "all" or a list of features'),
  size_bytes_max: z.int().min(1).max(MANIFEST_LIMITS.artifact_size_bytes_max),
  feature_gates: z.array(nonBlank).min(1).exactOptional(),
});
