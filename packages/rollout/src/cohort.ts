/**
 * Who gets the release: the first 32 bits of `SHA-256(utf8(rollout_id + "\n" + version_key))`, big-endian, modulo 10,000
 * (formats.md d.13). A cohort needs no state, is the same on every machine, and grows with the weight: no key that has
 * the release loses it when the weight rises.
 */
import { encodeUtf8, type Sha256 } from "@tau-edge/encoding";
import { RolloutError } from "./errors.ts";
import { VERSION_KEY_BYTES_MAX } from "./limits.ts";

/** One bucket is one basis point. */
const COHORT_BUCKETS = 10_000;

const LINE_BREAK = 0x0a;

/**
 * @param rollout_id ASCII, without a line break
 * @returns 0 to 9,999
 * @throws RolloutError `version_key_length`
 * @throws EncodingError `text_ill_formed`
 */
export function cohortBucket(rollout_id: string, version_key: string, sha256: Sha256): number {
  // Before anything is encoded: no text has fewer bytes than UTF-16 code units.
  if (version_key.length === 0 || version_key.length > VERSION_KEY_BYTES_MAX) throw wrongLength();
  const bytes = asciiBytes(rollout_id, version_key) ?? encodeUtf8(`${rollout_id}\n${version_key}`);
  if (bytes.length - rollout_id.length - 1 > VERSION_KEY_BYTES_MAX) throw wrongLength();
  const [a = 0, b = 0, c = 0, d = 0] = sha256(bytes);
  return (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % COHORT_BUCKETS;
}

/** Memory for the bytes of one key, over and over: new memory for each costs half as much as its hash. */
const scratch = new ArrayBuffer(1024);
const scratchBytes = new Uint8Array(scratch);
/** The beginning of it, by length. */
const beginnings = new Map<number, Uint8Array>();

/** @returns undefined for other characters and for what is too long; otherwise bytes that hold until the next call */
function asciiBytes(rollout_id: string, version_key: string): Uint8Array | undefined {
  const keyAt = rollout_id.length + 1;
  const length = keyAt + version_key.length;
  if (length > scratchBytes.length) return undefined;
  if (!putAscii(rollout_id, 0) || !putAscii(version_key, keyAt)) return undefined;
  scratchBytes[rollout_id.length] = LINE_BREAK;
  const known = beginnings.get(length) ?? new Uint8Array(scratch, 0, length);
  beginnings.set(length, known);
  return known;
}

function putAscii(text: string, from: number): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) return false;
    scratchBytes[from + at] = code;
  }
  return true;
}

/** @param weight_bp share of keys that get the release, in basis points */
export function inCohort(bucket: number, weight_bp: number): boolean {
  return bucket < weight_bp;
}

function wrongLength(): RolloutError {
  const detail = `A version key has 1 to ${VERSION_KEY_BYTES_MAX} bytes of UTF-8`;
  return new RolloutError("version_key_length", "", detail, "Send a shorter key, such as the id of a user.");
}
