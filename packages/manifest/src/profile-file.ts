/** Reading a profile from a file: strict JSON, every key known, every fault with its place and a way out. */
import {
  type Digest,
  digestOf,
  EncodingError,
  type JsonValue,
  readJson,
  type Sha256,
  writeCanonicalJson,
} from "@tau-edge/encoding";
import { isKnownInterface, WASI_TABLE } from "@tau-edge/wasm";
import type { z } from "zod";
import { ManifestError } from "./errors.ts";
import { jsonPath } from "./json-path.ts";
import { legacyConstraints } from "./legacy-constraints.ts";
import { MANIFEST_LIMITS } from "./limits.ts";
import type { Profile, WasiRange } from "./profile.ts";
import { profileSchema } from "./profile-schema.ts";
import { BUILTIN_PROFILES } from "./profiles-builtin.ts";

const COMPARE = "`tau-edge profile show wasi_preview2_v1` prints a complete profile to compare with.";

/** @throws ManifestError `profile_too_large`, `profile_syntax`, `profile_field` */
export function parseProfile(bytes: Uint8Array): Profile {
  const parsed = profileSchema.safeParse(readProfileJson(bytes));
  if (!parsed.success) throw fieldError(parsed.error);
  const document = parsed.data;
  if (BUILTIN_PROFILES.some((profile) => profile.profile_id === document.profile_id))
    throw new ManifestError(
      "profile_field",
      "$.profile_id",
      `\`${document.profile_id}\` is the id of a built-in profile`,
      "Give the profile an id of its own, and raise a version in it whenever its rules change.",
    );
  document.wasi.forEach(checkRange);
  const { $schema: _, feature_gates, ...rest } = document;
  return {
    ...rest,
    feature_gates: feature_gates ?? legacyConstraints(document.runtime_profile).required_feature_gates,
  };
}

/** Identity of a profile's rules: SHA-256 of the document without its description, in RFC 8785 form. */
export function profileDigest({ description: _, ...rules }: Profile, sha256: Sha256): Digest {
  return digestOf(sha256(writeCanonicalJson(rules)));
}

function readProfileJson(bytes: Uint8Array): JsonValue {
  const max = MANIFEST_LIMITS.profile_bytes_max;
  if (bytes.length > max)
    throw new ManifestError("profile_too_large", "$", `${bytes.length} bytes, at most ${max} are read`, COMPARE);
  try {
    return readJson(bytes);
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    throw new ManifestError("profile_syntax", String(error.at), error.message, COMPARE, error);
  }
}

function fieldError(error: z.ZodError): ManifestError {
  const [issue] = error.issues;
  if (issue === undefined) throw new TypeError("a failed parse has at least one issue", { cause: error });
  const more = error.issues.length > 1 ? `, and ${error.issues.length - 1} more` : "";
  const remedy =
    issue.code === "unrecognized_keys"
      ? `Remove ${issue.keys.map((key) => `\`${key}\``).join(", ")}. ${COMPARE}`
      : COMPARE;
  return new ManifestError("profile_field", jsonPath(issue.path), `${issue.message}${more}`, remedy);
}

/** What the shape alone cannot say. */
function checkRange(range: WasiRange, index: number): void {
  for (const key of ["min_version", "max_version"] as const) {
    const version = range[key];
    if (version !== undefined && !version.startsWith(`${range.track}.`))
      throw rangeError(index, `.${key}`, `${version} is not on track ${range.track}`);
  }
  const { min_version: min, max_version: max } = range;
  if (min !== undefined && max !== undefined && patchOf(min) > patchOf(max))
    throw rangeError(index, "", `Nothing lies between ${min} and ${max}`);
  checkNames(range, index);
}

/** A name that no table lists admits nothing, so it is a slip of the pen or a profile for a newer program. */
function checkNames(range: WasiRange, index: number): void {
  const offered = WASI_TABLE.filter(({ track, name }) => track === range.track && name.startsWith(`${range.package}/`));
  if (offered.length === 0) throw rangeError(index, ".package", `WASI ${range.track} has no ${range.package}`);
  const unknown =
    range.interfaces?.findIndex((name) => !isKnownInterface(`${range.package}/${name}`, range.track)) ?? -1;
  if (unknown >= 0)
    throw rangeError(index, `.interfaces[${unknown}]`, `${range.package} has no such interface in WASI ${range.track}`);
}

const patchOf = (version: string): number => Number(version.slice(version.lastIndexOf(".") + 1));

function rangeError(index: number, at: string, detail: string): ManifestError {
  return new ManifestError("profile_field", `$.wasi[${index}]${at}`, detail, COMPARE);
}
