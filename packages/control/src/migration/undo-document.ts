/** What is kept for an undo beside the copy, in RFC 8785 JSON. The record of the migration has its digest. */
import { type Digest, isDigest, readJson, writeCanonicalJson } from "@tau-edge/encoding";
import { type FileSum, PortError } from "@tau-edge/ports";

export interface UndoDocument {
  readonly from: number;
  readonly to: number;
  readonly made_unix_ms: number;
  /** Of the state directory before. */
  readonly tree_hash: Digest;
  /** The ledger's file before. */
  readonly ledger: FileSum;
}

export function writeUndoDocument({ ledger, ...document }: UndoDocument): Uint8Array {
  return writeCanonicalJson({ v: 1, ...document, ledger: { ...ledger } });
}

/**
 * Reads what has the digest that its record says: only a fault of this program makes it unreadable.
 * @throws PortError `undo_corrupt`
 */
export function readUndoDocument(bytes: Uint8Array, at: string): UndoDocument {
  const read: unknown = readJson(bytes);
  if (isObject(read) && read["v"] === 1 && isObject(read["ledger"])) {
    const { from, to, made_unix_ms, tree_hash, ledger } = read;
    const { size_bytes, sha256 } = ledger;
    if (isCount(from) && isCount(to) && isCount(made_unix_ms) && isDigestText(tree_hash))
      if (isCount(size_bytes) && isDigestText(sha256))
        return { from, to, made_unix_ms, tree_hash, ledger: { size_bytes, sha256 } };
  }
  throw new PortError("undo_corrupt", at, "It is not the document of an undo");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isDigestText(value: unknown): value is Digest {
  return typeof value === "string" && isDigest(value);
}
