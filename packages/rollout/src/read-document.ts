/** How every document of this package is read: strict JSON, every key known, each fault with its place and a way out. */
import { EncodingError, type JsonValue, readJson } from "@tau-edge/encoding";
import { jsonPath } from "@tau-edge/manifest";
import type { z } from "zod";
import { RolloutError } from "./errors.ts";

export interface DocumentKind<Schema extends z.ZodType> {
  readonly name: "plan" | "environment_profile";
  readonly schema: Schema;
  readonly bytes_max: number;
  /** Where a complete document is described, in a sentence. */
  readonly description: string;
  /** What to do about one field, by its JSON path. */
  readonly remedies: Readonly<Record<string, string>>;
}

/** @throws RolloutError `<name>_too_large`, `<name>_syntax`, `<name>_field` */
export function readDocument<Schema extends z.ZodType>(
  bytes: Uint8Array,
  kind: DocumentKind<Schema>,
): z.output<Schema> {
  const parsed = kind.schema.safeParse(readStrictly(bytes, kind));
  if (parsed.success) return parsed.data;
  throw fieldError(parsed.error, kind);
}

function readStrictly(bytes: Uint8Array, kind: DocumentKind<z.ZodType>): JsonValue {
  if (bytes.length > kind.bytes_max) {
    const detail = `${bytes.length} bytes, at most ${kind.bytes_max} are read`;
    throw new RolloutError(`${kind.name}_too_large`, "$", detail, kind.description);
  }
  try {
    return readJson(bytes);
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    throw new RolloutError(`${kind.name}_syntax`, String(error.at), error.message, kind.description, error);
  }
}

function fieldError(error: z.ZodError, kind: DocumentKind<z.ZodType>): RolloutError {
  const [issue] = error.issues;
  if (issue === undefined) throw new TypeError("a failed parse has at least one issue", { cause: error });
  const at = jsonPath(issue.path);
  const more = error.issues.length > 1 ? `, and ${error.issues.length - 1} more` : "";
  const remedy =
    issue.code === "unrecognized_keys"
      ? `Remove ${issue.keys.map((key) => JSON.stringify(key.slice(0, 64))).join(", ")}. ${kind.description}`
      : (kind.remedies[at] ?? kind.description);
  return new RolloutError(`${kind.name}_field`, at, `${issue.message}${more}`, remedy);
}
