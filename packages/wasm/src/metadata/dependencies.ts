/**
 * From which packages was this built? `.dep-v0` is cargo-auditable's section: zlib-compressed JSON with a list of
 * `packages`. Nobody has checked what it claims.
 */
import { EncodingError, type JsonValue, readJson } from "@tau-edge/encoding";
import type { MetadataFact } from "../inspection.ts";
import type { Limits } from "../limits.ts";
import { inflateZlib } from "./inflate.ts";

type Dependencies = NonNullable<MetadataFact["dependencies"]>;

/** Undefined when the section is not what it says it is. */
export function readDependencies(bytes: Uint8Array, limits: Limits): Dependencies | undefined {
  const text = inflateZlib(bytes, limits.metadata_inflated_bytes_max, limits.metadata_blocks_max);
  if (text === undefined) return undefined;
  let document: JsonValue;
  try {
    document = readJson(text);
  } catch (cause) {
    if (cause instanceof EncodingError) return undefined;
    throw cause;
  }
  const packages = field(document, "packages");
  if (!Array.isArray(packages) || packages.length > limits.metadata_entries_max) return undefined;
  const result: Dependencies[number][] = [];
  for (const entry of packages) {
    const name = field(entry, "name");
    const version = field(entry, "version");
    const source = field(entry, "source");
    if (typeof name !== "string" || typeof version !== "string") return undefined;
    result.push(typeof source === "string" ? { name, version, source } : { name, version });
  }
  return result;
}

function field(value: JsonValue, key: string): JsonValue | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}
