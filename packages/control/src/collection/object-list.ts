/** The list of objects that a record of a collection names: RFC 8785 JSON, sorted by digest. */
import {
  type Digest,
  digestOf,
  EncodingError,
  isDigest,
  type JsonValue,
  readJson,
  type Sha256,
  writeCanonicalJson,
} from "@tau-edge/encoding";
import { isRetentionClass } from "@tau-edge/ledger";
import { type ObjectReader, PortError } from "@tau-edge/ports";
import type { ListedObject } from "./collection.ts";
import { LIST_BYTES_MAX } from "./limits.ts";

export type ListKind = "condemned" | "collected";

export interface ObjectList {
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  readonly size_bytes: number;
}

/** @returns with the sum of what is listed */
export function makeObjectList(kind: ListKind, objects: readonly ListedObject[], sha256: Sha256): ObjectList {
  const sorted = objects.toSorted((a, b) => (a.digest < b.digest ? -1 : 1));
  const document = {
    v: 1,
    kind,
    objects: sorted.map(
      ({ path, ...facts }): JsonValue => ({ ...facts, ...(path === undefined ? {} : { path: [...path] }) }),
    ),
  };
  const bytes = writeCanonicalJson(document);
  return {
    digest: digestOf(sha256(bytes)),
    bytes,
    size_bytes: sorted.reduce((sum, { size_bytes }) => sum + size_bytes, 0),
  };
}

/** @throws PortError `object_condemned` when it is not stored, `ledger_corrupt` when it is no such list */
export async function readObjectList(
  digest: Digest,
  kind: ListKind,
  objects: ObjectReader,
): Promise<readonly ListedObject[]> {
  const bytes = await objects.read(digest, LIST_BYTES_MAX);
  if (bytes === undefined)
    throw new PortError("object_condemned", digest, "The list of a collection is not stored, and a record names it", {
      remedy: "Restore the state directory from a backup.",
    });
  const list = tryToRead(bytes, kind);
  if (list === undefined) throw new PortError("ledger_corrupt", digest, "A record names it as a list of objects");
  return list;
}

function tryToRead(bytes: Uint8Array, wanted: ListKind): readonly ListedObject[] | undefined {
  try {
    const document = readJson(bytes);
    if (!isMap(document)) return undefined;
    const { v, kind, objects } = document;
    if (v !== 1 || kind !== wanted || !Array.isArray(objects)) return undefined;
    const read = objects.flatMap((object: JsonValue) => listed(object) ?? []);
    return read.length === objects.length ? read : undefined;
  } catch (error) {
    if (error instanceof EncodingError) return undefined;
    throw error;
  }
}

function listed(value: JsonValue): ListedObject | undefined {
  if (!isMap(value)) return undefined;
  const { digest, size_bytes, class: retention_class, path } = value;
  if (typeof digest !== "string" || !isDigest(digest) || typeof size_bytes !== "number") return undefined;
  if (!isRetentionClass(retention_class)) return undefined;
  const facts = { digest, size_bytes, class: retention_class };
  if (path === undefined) return facts;
  if (!Array.isArray(path)) return undefined;
  const words = path.flatMap((word: JsonValue) => (typeof word === "string" ? word : []));
  return words.length === path.length ? { ...facts, path: words } : undefined;
}

function isMap(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
