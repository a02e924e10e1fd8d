import { createHash } from "node:crypto";
import { type CborValue, decodeCbor, encodeCbor, sha256, toHex } from "@tau-edge/encoding";
import { encode as cborgEncode, rfc8949EncodeOptions } from "cborg";
import { describe, expect, it } from "vitest";
import { RECORD_BYTES_MAX } from "./limits.ts";
import type { LedgerRecord } from "./record.ts";
import { decodeRecord, encodeRecord, genesisHash, recordHash } from "./record-codec.ts";

const STREAM = "default/prod/checkout";

const RECORD: LedgerRecord = {
  v: 1,
  stream: STREAM,
  seq: 0,
  at_unix_ms: 1_764_000_000_000,
  actor: { kind: "local", id: "alice" },
  type: "artifact_packaged",
  body: { artifact: new Uint8Array(32).fill(0xaa), size_bytes: 8 },
  prev: genesisHash(sha256, STREAM),
};
const WITH_SEEN: LedgerRecord = {
  ...RECORD,
  seen: { stream: "system", seq: 3, hash: new Uint8Array(32).fill(0xbb) },
};

describe("golden vectors: these bytes are stored, so they never change", () => {
  it("the hash that the first record of a stream names", () => {
    expect(toHex(genesisHash(sha256, STREAM))).toBe("087393f25ffc71b020a3e5b9c38fa7b0c86e2bf947e7db8eed2e97b957746b4e");
    expect(toHex(genesisHash(sha256, "system"))).toBe(
      "131328887b8f671e3d9768ddb3bb95b28067fb51436ccb5a55475a20c8b0e337",
    );
  });

  it("a record and its hash", () => {
    expect(toHex(encodeRecord(RECORD))).toBe(
      "a8617601637365710064626f6479a26861727469666163745820aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa6a73697a655f62797465730864707265765820087393f25ffc71b020a3e5b9c38fa7b0c86e2bf947e7db8eed2e97b957746b4e64747970657161727469666163745f7061636b61676564656163746f72a262696465616c696365646b696e64656c6f63616c6673747265616d7564656661756c742f70726f642f636865636b6f75746a61745f756e69785f6d731b0000019ab697e800",
    );
    expect(toHex(recordHash(sha256, encodeRecord(RECORD)))).toBe(
      "63e7c828c987bcb1301c078a4aef8213d2da0cd107b63df3c5b9120f3b802f44",
    );
    expect(toHex(recordHash(sha256, encodeRecord(WITH_SEEN)))).toBe(
      "1bfcd6173a00cd49a9a9bfe0dd69390efe3974f3b7a138e56d78e218e0ac99ff",
    );
  });

  it("another encoder and another hash function give the same", () => {
    const other = (value: unknown) =>
      createHash("sha256").update(cborgEncode(value, rfc8949EncodeOptions)).digest("hex");
    expect(toHex(genesisHash(sha256, STREAM))).toBe(other(["wal_genesis", STREAM]));
    for (const record of [RECORD, WITH_SEEN])
      expect(toHex(recordHash(sha256, encodeRecord(record)))).toBe(other(["wal_record", record]));
  });
});

describe("decodeRecord", () => {
  it("gives back what was encoded, and nothing of it is shared with the bytes", () => {
    for (const record of [RECORD, WITH_SEEN]) {
      const bytes = encodeRecord(record);
      const decoded = decodeRecord(bytes);
      bytes.fill(0);
      expect(decoded).toStrictEqual(record);
    }
  });
});

type Fields = { [key: string]: CborValue };
const base = (): Fields => decodeCbor(encodeRecord(WITH_SEEN)) as Fields;
const without = (key: string): Fields => Object.fromEntries(Object.entries(base()).filter(([name]) => name !== key));
const hash = new Uint8Array(32);
const actor = { kind: "did", id: "did:key:z6Mk" };
const seen = { stream: "system", seq: 0, hash };

describe("each field that is wrong is named", () => {
  it.each<[string, CborValue, string]>([
    ["not a map", ["v", 1], ""],
    ["bytes", new Uint8Array(3), ""],
    ["null", null, ""],
    ["an empty map", {}, "v"],
    ...["v", "stream", "seq", "at_unix_ms", "actor", "type", "body", "prev"].map((key): [string, CborValue, string] => [
      `without ${key}`,
      without(key),
      key,
    ]),
    ["an unknown field", { ...base(), note: "x" }, ""],
    ["an unknown field in place of seen", { ...without("seen"), note: "x" }, ""],
    ["__proto__ as a field", { ...base(), ["__proto__"]: 1 }, ""],
    ["v: 0", { ...base(), v: 0 }, "v"],
    ["v: text", { ...base(), v: "1" }, "v"],
    ["stream: number", { ...base(), stream: 1 }, "stream"],
    ["stream: two ids", { ...base(), stream: "default/prod" }, "stream"],
    ["stream: ..", { ...base(), stream: "default/prod/a..b" }, "stream"],
    ["seq: -1", { ...base(), seq: -1 }, "seq"],
    ["seq: text", { ...base(), seq: "0" }, "seq"],
    ["seq: 2^53", { ...base(), seq: 2n ** 53n }, "seq"],
    ["at_unix_ms: -1", { ...base(), at_unix_ms: -1 }, "at_unix_ms"],
    ["at_unix_ms: null", { ...base(), at_unix_ms: null }, "at_unix_ms"],
    ["actor: text", { ...base(), actor: "alice" }, "actor"],
    ["actor: list", { ...base(), actor: [] }, "actor"],
    ["actor without id", { ...base(), actor: { kind: "did" } }, "actor"],
    ["actor with a role", { ...base(), actor: { ...actor, role: "on_call" } }, "actor"],
    ["actor of an unknown kind", { ...base(), actor: { ...actor, kind: "root" } }, "actor.kind"],
    ["actor of a kind that objects inherit", { ...base(), actor: { ...actor, kind: "constructor" } }, "actor.kind"],
    ["actor without a name", { ...base(), actor: { ...actor, id: "" } }, "actor.id"],
    ["actor with a name of 513 bytes", { ...base(), actor: { ...actor, id: "\u00e9".repeat(257) } }, "actor.id"],
    ["type: empty", { ...base(), type: "" }, "type"],
    ["type: uppercase", { ...base(), type: "Packaged" }, "type"],
    ["type: spaces", { ...base(), type: "artifact packaged" }, "type"],
    ["type: __", { ...base(), type: "a__b" }, "type"],
    ["type: trailing _", { ...base(), type: "a_" }, "type"],
    ["type: 65 characters", { ...base(), type: "a".repeat(65) }, "type"],
    ["body: list", { ...base(), body: [] }, "body"],
    ["body: bytes", { ...base(), body: new Uint8Array(1) }, "body"],
    ["prev: 31 bytes", { ...base(), prev: new Uint8Array(31) }, "prev"],
    ["prev: text", { ...base(), prev: "00".repeat(32) }, "prev"],
    ["seen: null", { ...base(), seen: null }, "seen"],
    ["seen of its own stream", { ...base(), seen: { ...seen, stream: STREAM } }, "seen.stream"],
    ["seen of no stream", { ...base(), seen: { ...seen, stream: "" } }, "seen.stream"],
    ["seen.seq: -2", { ...base(), seen: { ...seen, seq: -2 } }, "seen.seq"],
    ["seen.hash: 33 bytes", { ...base(), seen: { ...seen, hash: new Uint8Array(33) } }, "seen.hash"],
    ["seen with more", { ...base(), seen: { ...seen, at: 1 } }, "seen"],
  ])("%s", (_name, value, at) => {
    const malformed = expect.objectContaining({ name: "LedgerError", code: "record_malformed", at });
    expect(() => decodeRecord(encodeCbor(value))).toThrow(malformed);
  });

  it("the head of a stream without records may be seen", () => {
    expect(decodeRecord(encodeCbor({ ...base(), seen: { ...seen, seq: -1 } })).seen?.seq).toBe(-1);
  });

  it("a newer record is told apart from a malformed one, whatever fields it has", () => {
    expect(() => decodeRecord(encodeCbor({ v: 2, what: "ever" }))).toThrow(
      expect.objectContaining({ code: "record_newer", at: "v" }),
    );
  });

  it("bytes that are not canonical keep their reason", () => {
    const bytes = encodeRecord(RECORD);
    expect(() => decodeRecord(Uint8Array.of(...bytes, 0))).toThrow(
      expect.objectContaining({
        code: "record_encoding",
        at: `offset ${bytes.length}`,
        cause: expect.objectContaining({ code: "cbor_trailing" }),
      }),
    );
  });
});

describe("encodeRecord", () => {
  it("refuses what could not be read again", () => {
    const wrong = (change: object) => () => encodeRecord({ ...RECORD, ...change });
    const malformed = (at: string) => expect.objectContaining({ code: "record_malformed", at });
    expect(wrong({ seq: 0.5 })).toThrow(malformed("seq"));
    expect(wrong({ at_unix_ms: Number.NaN })).toThrow(malformed("at_unix_ms"));
    expect(wrong({ type: "A" })).toThrow(malformed("type"));
    expect(wrong({ body: { rate: 0.5 } })).toThrow(malformed("$.body.rate"));
    expect(wrong({ body: { when: undefined } })).toThrow(malformed("$.body.when"));
    expect(wrong({ actor: { kind: "did", id: "\ud800" } })).toThrow(malformed("$.actor.id"));
  });

  it("64 KiB is the most, both ways", () => {
    const empty = encodeRecord({ ...RECORD, body: { fill: new Uint8Array(0) } }).length;
    // A byte string of 256 to 65,535 bytes has a head of three bytes instead of one.
    const fill = (bytes: number) => ({ ...RECORD, body: { fill: new Uint8Array(bytes - empty - 2) } });
    const largest = encodeRecord(fill(RECORD_BYTES_MAX));
    expect(largest).toHaveLength(RECORD_BYTES_MAX);
    expect(decodeRecord(largest).seq).toBe(0);
    const tooLarge = expect.objectContaining({ code: "record_too_large" });
    expect(() => encodeRecord(fill(RECORD_BYTES_MAX + 1))).toThrow(tooLarge);
    expect(() => decodeRecord(new Uint8Array(RECORD_BYTES_MAX + 1))).toThrow(tooLarge);
    expect(() => encodeRecord({ ...RECORD, body: { fill: new Uint8Array(17 * 1024 * 1024) } })).toThrow(tooLarge);
  });
});

describe("genesisHash", () => {
  it("differs between streams and refuses what is none", () => {
    expect(toHex(genesisHash(sha256, "a/b/c"))).not.toBe(toHex(genesisHash(sha256, "a/b/d")));
    expect(() => genesisHash(sha256, "a/b")).toThrow(expect.objectContaining({ code: "stream_malformed" }));
  });
});
