/**
 * Digests of what this program answers for in `state.json`, which still hold when somebody changed anything else.
 *
 * - `KnownDigest`, for a packager: SHA-256 of `{schema_version, wasm_deliverables}`, sorted by key at every depth and
 *   written with two spaces a level. Another layout of the same values has the same digest.
 * - `CyclesDigest`, for a runner: of each of its members that is not empty, the SHA-256 over the bytes of its elements
 *   (of `health`, over its bytes) with a line feed behind each; then the SHA-256 over the lines
 *   `<64 hex digits>  <key>` in the order of `CYCLE_KEYS`. Where a member stands in the file does not count.
 * - `DidsDigest`, for `did init`: SHA-256 over the bytes of the elements of `browser_dids`, with a line feed behind each.
 */
import {
  compareUtf8,
  decodeUtf8,
  type ExactJsonValue,
  encodeUtf8,
  type RunningSha256,
  type StartSha256,
  toHex,
  writePrettyJson,
} from "@tau-edge/encoding";
import { isObject, type JsonObject } from "./state-document.ts";

/** What a runner writes. */
export const CYCLE_KEYS = ["processed_case_keys", "rollouts", "health", "failed_cases"] as const;

export type CycleKey = (typeof CYCLE_KEYS)[number];

export function isCycleKey(key: string): key is CycleKey {
  return (CYCLE_KEYS as readonly string[]).includes(key);
}

export class KnownDigest {
  readonly #hash: BlockHash;
  #count = 0;

  constructor(start: StartSha256) {
    this.#hash = new BlockHash(start());
    this.#add('{\n  "schema_version": 1,\n  "wasm_deliverables": [');
  }

  add(deliverable: JsonObject): void {
    this.#add(this.#count++ === 0 ? "\n    " : ",\n    ");
    this.#add(indented(sorted(deliverable)));
  }

  /** 64 hex digits. */
  digest(): string {
    this.#add(this.#count === 0 ? "]\n}" : "\n  ]\n}");
    return this.#hash.digest();
  }

  #add(text: string): void {
    this.#hash.add(encodeUtf8(text));
  }
}

export class CyclesDigest {
  readonly #start: StartSha256;
  readonly #members = new Map<CycleKey, BlockHash>();

  constructor(start: StartSha256) {
    this.#start = start;
  }

  /** @param raw an element, or all of `health` */
  add(key: CycleKey, raw: Uint8Array): void {
    let member = this.#members.get(key);
    if (member === undefined) {
      member = new BlockHash(this.#start());
      this.#members.set(key, member);
    }
    member.add(raw);
    member.add(LINE_FEED);
  }

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  /** 64 hex digits. */
  digest(): string {
    const all = this.#start();
    for (const key of CYCLE_KEYS) {
      const member = this.#members.get(key);
      if (member !== undefined) all.update(encodeUtf8(`${member.digest()}  ${key}\n`));
    }
    return toHex(all.digest());
  }
}

export class DidsDigest {
  readonly #hash: BlockHash;

  constructor(start: StartSha256) {
    this.#hash = new BlockHash(start());
  }

  add(raw: Uint8Array): void {
    this.#hash.add(raw);
    this.#hash.add(LINE_FEED);
  }

  /** 64 hex digits. */
  digest(): string {
    return this.#hash.digest();
  }
}

/** Small pieces are copied together: each call of a native hash costs as much as the hash of a kilobyte. */
export class BlockHash {
  readonly #hash: RunningSha256;
  #block = new Uint8Array(0);
  #length = 0;

  constructor(hash: RunningSha256) {
    this.#hash = hash;
  }

  add(bytes: Uint8Array): void {
    if (this.#length + bytes.length > BLOCK_BYTES) this.#flush();
    if (bytes.length >= BLOCK_BYTES) {
      this.#hash.update(bytes);
      return;
    }
    if (this.#length + bytes.length > this.#block.length) this.#grow(this.#length + bytes.length);
    this.#block.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** 64 hex digits. */
  digest(): string {
    this.#flush();
    return toHex(this.#hash.digest());
  }

  #grow(needed_bytes: number): void {
    const larger = new Uint8Array(Math.min(BLOCK_BYTES, Math.max(FIRST_BLOCK_BYTES, 2 * needed_bytes)));
    larger.set(this.#block.subarray(0, this.#length));
    this.#block = larger;
  }

  #flush(): void {
    if (this.#length === 0) return;
    this.#hash.update(this.#block.subarray(0, this.#length));
    this.#length = 0;
  }
}

const BLOCK_BYTES = 16 * 1024;
const FIRST_BLOCK_BYTES = 2 * 1024;
const LINE_FEED = new Uint8Array([0x0a]);

/** As an element of an array that is a member of the document: two levels deep. */
export function indented(value: unknown): string {
  return decodeUtf8(writePrettyJson(value)).replaceAll("\n", "\n    ");
}

/** RFC 8785 has no integers beyond 2^53-1, and other programs' entries may; so sorted here and written exactly. */
function sorted(value: ExactJsonValue): ExactJsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, member]): [string, ExactJsonValue] => [key, sorted(member)]);
  return Object.fromEntries(entries.sort(([left], [right]) => compareUtf8(left, right)));
}
