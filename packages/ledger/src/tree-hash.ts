/**
 * One hash for all files below a directory: `SHA-256(CBOR(["tree_v1", [[path, size, sha256], …]]))`, sorted by the UTF-8
 * bytes of the paths. Two directories with the same files have the same hash, whatever order they were read in.
 */
import {
  compareUtf8,
  type Digest,
  digestBytes,
  digestOf,
  encodeCbor,
  isWellFormed,
  type RunningSha256,
  type StartSha256,
} from "@tau-edge/encoding";
import { LedgerError } from "./errors.ts";
import { TREE_FILES_MAX, TREE_PATH_CHARS_MAX } from "./limits.ts";

export interface TreeEntry {
  /** Relative, joined by `/`. */
  readonly path: string;
  readonly size_bytes: number;
  readonly sha256: Digest;
}

/** Takes the entries one by one, in order, so that a million of them need not be in memory. */
export interface RunningTreeHash {
  /** @throws LedgerError `tree_malformed` when the path is none, or does not stand after the one before */
  add(entry: TreeEntry): void;
  /** Once. @throws LedgerError `tree_malformed` when other than the promised number of entries was added */
  digest(): Digest;
}

/**
 * @param count how many entries will be added: it stands before them
 * @throws LedgerError `tree_malformed`
 */
export function startTreeHash(count: number, startSha256: StartSha256): RunningTreeHash {
  if (!Number.isSafeInteger(count) || count < 0 || count > TREE_FILES_MAX)
    throw malformed("", `From 0 to ${TREE_FILES_MAX} files`);
  const hash = startSha256();
  hash.update(PREFIX);
  hash.update(arrayHead(count));
  return running(count, hash);
}

/**
 * @param entries in any order
 * @throws LedgerError `tree_malformed`, also for two entries of one path
 */
export function treeHash(entries: readonly TreeEntry[], startSha256: StartSha256): Digest {
  const tree = startTreeHash(entries.length, startSha256);
  for (const entry of entries.toSorted((a, b) => compareUtf8(a.path, b.path))) tree.add(entry);
  return tree.digest();
}

/**
 * Whether the text is a path that stays below its directory wherever it is read: no empty part, no `.` or `..`, no
 * backslash or NUL.
 */
export function isTreePath(path: string): boolean {
  if (path.length > TREE_PATH_CHARS_MAX || !isWellFormed(path)) return false;
  return path.split("/").every((part) => part !== "" && part !== "." && part !== ".." && !/[\0\\]/.test(part));
}

/** The pair's head and its tag; the list follows. */
const PREFIX = encodeCbor(["tree_v1", 0]).subarray(0, -1);

/** RFC 8949 section 3: an array's head is that of the number of its items, with major type 4 in the first three bits. */
function arrayHead(count: number): Uint8Array {
  const head = encodeCbor(count);
  head[0] = (head[0] ?? 0) | (4 << 5);
  return head;
}

function running(count: number, hash: RunningSha256): RunningTreeHash {
  let previous: string | undefined;
  let added = 0;
  return {
    add({ path, size_bytes, sha256 }) {
      if (!isTreePath(path)) throw malformed(path, "A relative path without `.`, `..` and empty parts");
      if (previous !== undefined && compareUtf8(previous, path) >= 0)
        throw malformed(path, "A path after the one before it, by the bytes of UTF-8");
      hash.update(encodeCbor([path, size_bytes, digestBytes(sha256)]));
      previous = path;
      added++;
    },
    digest() {
      if (added !== count) throw malformed("", `${count} files, not ${added}`);
      return digestOf(hash.digest());
    },
  };
}

function malformed(path: string, expected: string): LedgerError {
  return new LedgerError("tree_malformed", path.slice(0, 200), `Expected: ${expected}`);
}
