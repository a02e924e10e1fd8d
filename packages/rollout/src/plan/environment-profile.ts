/**
 * What an environment is: the checks that it can run, and what it was built with. Commands stand here and never in a
 * plan, because a plan may come over the network and a command may not. A profile is hashed and kept, so a secret never
 * stands in a command: name the file or the variable that holds it.
 */
import {
  type CborValue,
  compareUtf8,
  type Digest,
  digestBytes,
  encodeCbor,
  equalBytes,
  type Sha256,
} from "@tau-edge/encoding";
import { type CommitObject, LedgerError, makeCommitObject, readCommitObject } from "@tau-edge/ledger";
import { digestSchema } from "@tau-edge/manifest";
import { z } from "zod";
import { digestsAsText } from "../cbor-document.ts";
import {
  CHECK_TIMEOUT_MS_MAX,
  CHECKS_MAX,
  COMMAND_WORD_CHARS_MAX,
  COMMAND_WORDS_MAX,
  ENVIRONMENT_PROFILE_BYTES_MAX,
} from "../limits.ts";
import { type DocumentKind, readDocument } from "../read-document.ts";
import { type Environment, environmentNameSchema } from "./environment.ts";
import { nameSchema } from "./plan-schema.ts";

export interface EnvironmentCheck {
  /** What a plan calls it. */
  readonly check: string;
  /** The program and its arguments; no shell reads them. */
  readonly command: readonly string[];
  readonly timeout_ms: number;
}

export interface EnvironmentProfile {
  readonly schema_version: 1;
  readonly environment: Environment;
  /** S3's determinism level: the same bits on every machine. There is no other. */
  readonly determinism: "bitwise";
  /** Sorted by name. */
  readonly checks: readonly EnvironmentCheck[];
  readonly toolchain_hash?: Digest;
  readonly runtime_env_hash?: Digest;
}

const commandWord = z
  .string()
  .max(COMMAND_WORD_CHARS_MAX)
  .regex(/^[^\0]*$/, "must not contain NUL");

const checkSchema = z.strictObject({
  check: nameSchema,
  command: z
    .array(commandWord)
    .min(1)
    .max(COMMAND_WORDS_MAX)
    .refine((words) => words[0] !== "", "the program has no name"),
  timeout_ms: z.int().min(1).max(CHECK_TIMEOUT_MS_MAX).default(60_000),
});

export const environmentProfileSchema = z.strictObject({
  $schema: z.string().exactOptional(),
  schema_version: z.literal(1),
  environment: environmentNameSchema,
  determinism: z.literal("bitwise").default("bitwise"),
  checks: z
    .array(checkSchema)
    .max(CHECKS_MAX)
    .default([])
    .refine((checks) => new Set(checks.map(({ check }) => check)).size === checks.length, "two checks have one name"),
  toolchain_hash: digestSchema.exactOptional(),
  runtime_env_hash: digestSchema.exactOptional(),
});

const ENVIRONMENT_PROFILE: DocumentKind<typeof environmentProfileSchema> = {
  name: "environment_profile",
  schema: environmentProfileSchema,
  bytes_max: ENVIRONMENT_PROFILE_BYTES_MAX,
  description: "Its shape is in @tau-edge/rollout/schemas/environment-profile.schema.json.",
  remedies: {},
};

/** @throws RolloutError `environment_profile_too_large`, `environment_profile_syntax`, `environment_profile_field` */
export function readEnvironmentProfile(bytes: Uint8Array): EnvironmentProfile {
  const { $schema: _, checks, ...rest } = readDocument(bytes, ENVIRONMENT_PROFILE);
  return { ...rest, checks: checks.toSorted((a, b) => compareUtf8(a.check, b.check)) };
}

/** Of an environment that nobody described: it can run no check. */
export function defaultEnvironmentProfile(environment: Environment): EnvironmentProfile {
  return { schema_version: 1, environment, determinism: "bitwise", checks: [] };
}

const TAG = "environment_profile_v1";

/** Its digest is `environment_profile_hash`. */
export function environmentProfileObject(profile: EnvironmentProfile, sha256: Sha256): CommitObject {
  return makeCommitObject(TAG, toCbor(profile), sha256);
}

/**
 * Only what `environmentProfileObject` writes is read.
 * @throws LedgerError `object_encoding`, `object_tag`, `field_malformed`
 */
export function readEnvironmentProfileObject(bytes: Uint8Array): EnvironmentProfile {
  const data = readCommitObject(TAG, bytes);
  const parsed = environmentProfileSchema.safeParse(digestsAsText(data));
  if (!parsed.success) throw new LedgerError("field_malformed", TAG, z.prettifyError(parsed.error));
  const { $schema: _, ...profile } = parsed.data;
  // A field that the schema filled in, or a text where a digest belongs, was not written by this program.
  if (!equalBytes(encodeCbor(toCbor(profile)), encodeCbor(data)))
    throw new LedgerError("field_malformed", TAG, "Expected every field, and digests as 32 bytes");
  return profile;
}

function toCbor({ checks, toolchain_hash, runtime_env_hash, ...rest }: EnvironmentProfile): CborValue {
  return {
    ...rest,
    checks: checks.map(({ check, command, timeout_ms }) => ({ check, command, timeout_ms })),
    ...(toolchain_hash === undefined ? {} : { toolchain_hash: digestBytes(toolchain_hash) }),
    ...(runtime_env_hash === undefined ? {} : { runtime_env_hash: digestBytes(runtime_env_hash) }),
  };
}
