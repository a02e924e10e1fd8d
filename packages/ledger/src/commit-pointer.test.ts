import { type CborValue, type Digest, decodeCbor, encodeCbor, sha256, toHex } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import {
  type CommitPointer,
  encodeCommitPointer,
  parsePointerKey,
  pointerKey,
  readCommitPointer,
} from "./commit-pointer.ts";
import { COMMIT_POINTER_BYTES_MAX } from "./limits.ts";

const ROLLOUT = "default~prod~checkout~12";
const digest = (byte: string): Digest => `sha256:${byte.repeat(32)}`;
const POINTER: CommitPointer = {
  v: 1,
  rollout_id: ROLLOUT,
  trace_tail_hash: digest("11"),
  checkpoint_hash: digest("22"),
  lineage_root_hash: digest("33"),
  wal_terminal_hash: digest("44"),
};
const CERTIFIED: CommitPointer = { ...POINTER, execution_certificate_hash: digest("55") };

/** The bytes with other fields. */
function altered(change: (data: { [key: string]: CborValue }) => void): Uint8Array {
  const [tag = null, data] = decodeCbor(encodeCommitPointer(POINTER)) as [CborValue, { [key: string]: CborValue }];
  change(data);
  return encodeCbor([tag, data]);
}

describe("a COMMITTED pointer", () => {
  it("has bytes that never change", () => {
    expect(toHex(sha256(encodeCommitPointer(POINTER)))).toBe(
      "e85abcb96a6ca7f172dce8c2954d77bc63c84e61b064cb3fa16ccfa1ad3021f6",
    );
    expect(toHex(sha256(encodeCommitPointer(CERTIFIED)))).toBe(
      "50957d729039069854d9a70fc5f4ebbc1173a558924be9ae69c81c8a761c612c",
    );
  });

  it("comes back as it was, with and without a certificate", () => {
    for (const pointer of [POINTER, CERTIFIED])
      expect(readCommitPointer(encodeCommitPointer(pointer), ROLLOUT)).toStrictEqual(pointer);
  });

  it("stays below its limit with the longest ids", () => {
    const id = "x".repeat(63);
    const rollout_id = `${id}~${id}~${id}~${Number.MAX_SAFE_INTEGER}`;
    expect(encodeCommitPointer({ ...CERTIFIED, rollout_id }).length).toBe(505);
    expect(COMMIT_POINTER_BYTES_MAX).toBeGreaterThan(4 * 505);
  });

  it.each<[string, Uint8Array, string, string]>([
    ["nothing", new Uint8Array(), "object_encoding", "committed_v1 offset 0"],
    ["another object", encodeCbor(["checkpoint_v1", {}]), "object_tag", "committed_v1"],
    ["a newer version", altered((data) => Object.assign(data, { v: 2, more: 1 })), "object_newer", "committed_v1 v"],
    [
      "another rollout",
      altered((data) => Object.assign(data, { rollout_id: `${ROLLOUT}3` })),
      "field_malformed",
      "committed_v1 rollout_id",
    ],
    [
      "a field less",
      altered((data) => delete data["checkpoint_hash"]),
      "field_malformed",
      "committed_v1 checkpoint_hash",
    ],
    ["a field more", altered((data) => Object.assign(data, { more: 1 })), "field_malformed", "committed_v1 more"],
    [
      "a short hash",
      altered((data) => Object.assign(data, { wal_terminal_hash: new Uint8Array(31) })),
      "field_malformed",
      "committed_v1 wal_terminal_hash",
    ],
    [
      "a certificate that is null",
      altered((data) => Object.assign(data, { execution_certificate_hash: null })),
      "field_malformed",
      "committed_v1 execution_certificate_hash",
    ],
    [
      "bytes after it",
      Uint8Array.of(...encodeCommitPointer(POINTER), 0),
      "object_encoding",
      `committed_v1 offset ${encodeCommitPointer(POINTER).length}`,
    ],
  ])("%s is refused, with its place", (_name, bytes, code, at) => {
    expect(() => readCommitPointer(bytes, ROLLOUT)).toThrow(expect.objectContaining({ code, at }));
  });

  it("of a rollout without a place is not written", () => {
    expect(() => encodeCommitPointer({ ...POINTER, rollout_id: "checkout" })).toThrow(
      expect.objectContaining({ code: "rollout_id_malformed" }),
    );
  });
});

describe("the key of a pointer", () => {
  it("is the stream and the rollout, and leads back to them", () => {
    const key = pointerKey("default/prod/checkout", ROLLOUT);
    expect(key).toBe("default/prod/checkout/default~prod~checkout~12");
    expect(parsePointerKey(key)).toEqual({ stream: "default/prod/checkout", rollout_id: ROLLOUT, seq: 12 });
  });

  it("of a rollout of another stream is refused", () => {
    expect(() => pointerKey("default/dev/checkout", ROLLOUT)).toThrow(
      expect.objectContaining({ code: "rollout_id_malformed" }),
    );
  });

  it.each([
    ROLLOUT,
    `/${ROLLOUT}`,
    `default/dev/checkout/${ROLLOUT}`,
    `../${ROLLOUT}`,
    `default/prod/checkout/../${ROLLOUT}`,
  ])("%s is none", (key) => {
    expect(() => parsePointerKey(key)).toThrow(expect.objectContaining({ code: "rollout_id_malformed" }));
  });
});
