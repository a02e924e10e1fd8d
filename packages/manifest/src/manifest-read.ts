/**
 * Reading a manifest, ours or the original's: strict about JSON, lenient about what the original was lenient about
 * (defaults, unknown keys, layout, outer space). Nothing that it says is believed here: see manifest-check.ts.
 */
import { EncodingError, type JsonValue, readJson } from "@tau-edge/encoding";
import type { z } from "zod";
import { ManifestError } from "./errors.ts";
import { jsonPath } from "./json-path.ts";
import { RUNTIME_PROFILES } from "./legacy-constraints.ts";
import { MANIFEST_LIMITS } from "./limits.ts";
import { MANIFEST_KIND, type Manifest } from "./manifest.ts";
import { manifestSchema } from "./manifest-schema.ts";
import { rustTrim } from "./rust-trim.ts";

export interface ReadManifest {
  /** Who wrote it, by the presence of `tau_edge`. */
  readonly origin: "tau_edge" | "original";
  readonly manifest: Manifest;
  /** The file as it stands. */
  readonly bytes: Uint8Array;
  /** The whole document, unknown keys included. */
  readonly document: JsonValue;
}

const REMEDY = "Package the artifact anew: `tau-edge package x.wasm`.";

/** @throws ManifestError `manifest_too_large`, `manifest_syntax`, `manifest_newer`, `manifest_field` */
export function readManifest(bytes: Uint8Array): ReadManifest {
  const document = readManifestJson(bytes);
  refuseNewer(document);
  const parsed = manifestSchema.safeParse(document);
  if (!parsed.success) throw fieldError(parsed.error);
  const manifest = typed(parsed.data);
  return { origin: manifest.tau_edge === undefined ? "original" : "tau_edge", manifest, bytes, document };
}

function readManifestJson(bytes: Uint8Array): JsonValue {
  const max = MANIFEST_LIMITS.manifest_bytes_max;
  if (bytes.length > max)
    throw new ManifestError("manifest_too_large", "$", `${bytes.length} bytes, at most ${max} are read`, REMEDY);
  try {
    return readJson(bytes);
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    throw new ManifestError("manifest_syntax", String(error.at), error.message, REMEDY, error);
  }
}

/** Before the shape: a newer version may have another one. */
function refuseNewer(document: JsonValue): void {
  const newer = (at: string) =>
    new ManifestError(
      "manifest_newer",
      at,
      "The manifest has a newer version than this program knows",
      "Update this program: `npm install --global tau-edge@latest`.",
    );
  if (isNewer(member(document, "schema_version"))) throw newer("$.schema_version");
  if (isNewer(member(member(document, "tau_edge"), "manifest_version"))) throw newer("$.tau_edge.manifest_version");
}

const isNewer = (version: JsonValue | undefined): boolean => typeof version === "number" && version > 1;

function member(value: JsonValue | undefined, key: string): JsonValue | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function fieldError(error: z.ZodError): ManifestError {
  const [issue] = error.issues;
  if (issue === undefined) throw new TypeError("a failed parse has at least one issue", { cause: error });
  return new ManifestError("manifest_field", jsonPath(issue.path), issue.message, REMEDY);
}

/** Words that S1 compares trimmed are given trimmed. */
function typed(data: z.infer<typeof manifestSchema>): Manifest {
  const runtimeProfile = RUNTIME_PROFILES.find((known) => known === rustTrim(data.runtime_profile));
  if (runtimeProfile === undefined) throw new TypeError("the schema admits only known runtime profiles");
  return { ...data, manifest_kind: MANIFEST_KIND, deploy_target: "wasm", runtime_profile: runtimeProfile };
}
