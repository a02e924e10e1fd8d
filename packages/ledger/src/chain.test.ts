import { sha256, toHex } from "@tau-edge/encoding";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyHead, headOf, sealDrafts, verifyChain, verifyRecord } from "./chain.ts";
import { LedgerError } from "./errors.ts";
import { CLOCK_AHEAD_MS_MAX, CLOCK_BEHIND_MS_MAX } from "./limits.ts";
import type { Head, LedgerRecord, RecordDraft, StoredRecord } from "./record.ts";
import { encodeRecord, recordHash } from "./record-codec.ts";

const STREAM = "default/prod/checkout";
const NOW = 1_764_000_000_000;
const EMPTY = emptyHead(STREAM, sha256);

const draft = (n: number): RecordDraft => ({
  type: "artifact_packaged",
  actor: { kind: "local", id: "alice" },
  body: { n },
});

function seal(
  head: Head,
  drafts: readonly RecordDraft[],
  now_unix_ms = NOW,
): { records: readonly StoredRecord[]; head: Head } {
  const result = sealDrafts({ stream: STREAM, head, drafts, now_unix_ms, sha256 });
  if (result.outcome !== "sealed") throw new Error(result.outcome);
  return result;
}

const bytesOf = (records: readonly StoredRecord[]) => records.map((stored) => stored.bytes);

describe("sealDrafts", () => {
  it("counts from 0 and chains each record to the one before, over several appends", () => {
    const first = seal(EMPTY, [draft(0), draft(1)]);
    const second = seal(first.head, [draft(2)], NOW + 5);
    const records = [...first.records, ...second.records];
    expect(records.map(({ record }) => record.seq)).toEqual([0, 1, 2]);
    expect(records.map(({ record }) => toHex(record.prev))).toEqual(
      [EMPTY.hash, records[0]?.hash, records[1]?.hash].map((hash) => toHex(hash ?? new Uint8Array())),
    );
    expect(second.head).toEqual({ seq: 2, hash: records[2]?.hash, at_unix_ms: NOW + 5 });
  });

  it("nothing to seal changes nothing", () => {
    expect(seal(EMPTY, [])).toMatchObject({ records: [], head: EMPTY });
  });

  it("a record shares nothing with its draft", () => {
    const body = { list: [1] };
    const { records } = seal(EMPTY, [{ ...draft(0), body }]);
    body.list.push(2);
    expect(records[0]?.record.body).toEqual({ list: [1] });
  });

  it("a draft that cannot be stored is refused, with its place", () => {
    expect(() => seal(EMPTY, [{ ...draft(0), type: "Packaged" }])).toThrow(
      expect.objectContaining({ code: "record_malformed", at: "type" }),
    );
  });
});

describe("time (decisions 17)", () => {
  const { head } = seal(EMPTY, [draft(0)]);
  const sealAt = (now_unix_ms: number, accept_clock_jump?: boolean) =>
    sealDrafts({
      stream: STREAM,
      head,
      drafts: [draft(1)],
      now_unix_ms,
      sha256,
      ...(accept_clock_jump === undefined ? {} : { accept_clock_jump }),
    });

  it.each([
    ["the same instant", 0, NOW],
    ["later", 1, NOW + 1],
    ["a little earlier", -1, NOW],
    ["10 minutes behind", -CLOCK_BEHIND_MS_MAX, NOW],
    ["24 hours ahead", CLOCK_AHEAD_MS_MAX, NOW + CLOCK_AHEAD_MS_MAX],
  ])("%s: never before the record before it", (_name, offset, at) => {
    const result = sealAt(NOW + offset);
    expect(result.outcome === "sealed" && result.records[0]?.record.at_unix_ms).toBe(at);
  });

  it.each([
    ["more than 10 minutes behind", -CLOCK_BEHIND_MS_MAX - 1],
    ["more than 24 hours ahead", CLOCK_AHEAD_MS_MAX + 1],
  ])("%s: nothing is sealed until somebody vouches for the clock", (_name, offset) => {
    expect(sealAt(NOW + offset)).toEqual({
      outcome: "clock_jump",
      previous_at_unix_ms: NOW,
      now_unix_ms: NOW + offset,
    });
    const accepted = sealAt(NOW + offset, true);
    expect(accepted.outcome === "sealed" && accepted.records[0]?.record.at_unix_ms).toBe(Math.max(NOW, NOW + offset));
  });

  it("an empty stream takes any time", () => {
    expect(seal(EMPTY, [draft(0)], 1).head.at_unix_ms).toBe(1);
  });
});

describe("verifyChain", () => {
  const { records, head } = seal(EMPTY, [draft(0), draft(1), draft(2), draft(3)]);
  const bytes = bytesOf(records);

  it("proves a whole chain, and page after page", () => {
    expect(verifyChain(EMPTY, bytes, STREAM, sha256)).toEqual(head);
    const middle = verifyChain(EMPTY, bytes.slice(0, 2), STREAM, sha256);
    expect(verifyChain(middle, bytes.slice(2), STREAM, sha256)).toEqual(head);
    expect(verifyChain(EMPTY, [], STREAM, sha256)).toEqual(EMPTY);
  });

  it("gives the records back as they were sealed", () => {
    let at = EMPTY;
    for (const stored of records) {
      const read = verifyRecord(at, stored.bytes, STREAM, sha256);
      expect(read).toEqual(stored);
      at = headOf(read);
    }
  });

  it.each<[string, (Uint8Array | undefined)[], string, string]>([
    ["the first record is missing", bytes.slice(1), "chain_seq", `${STREAM}#0`],
    ["one in the middle is missing", [bytes[0], bytes[2]], "chain_seq", `${STREAM}#1`],
    ["one stands twice", [bytes[0], bytes[0]], "chain_seq", `${STREAM}#1`],
    ["two changed places", [bytes[0], bytes[2], bytes[1]], "chain_seq", `${STREAM}#1`],
  ])("%s", (_name, stored, code, at) => {
    expect(() =>
      verifyChain(
        EMPTY,
        stored.filter((item) => item !== undefined),
        STREAM,
        sha256,
      ),
    ).toThrow(expect.objectContaining({ code, at }));
  });

  /** A record that is right in itself and wrong in this place. */
  const replaced = (change: Partial<LedgerRecord>): Uint8Array => {
    const record = records[1]?.record;
    if (record === undefined) throw new Error("no record 1");
    return encodeRecord({ ...record, ...change });
  };

  it.each<[string, Partial<LedgerRecord>, string]>([
    ["of another stream", { stream: "default/prod/other" }, "chain_stream"],
    ["of another seq", { seq: 7 }, "chain_seq"],
    ["after another record", { prev: new Uint8Array(32) }, "chain_prev"],
    ["older than the one before", { at_unix_ms: NOW - 1 }, "chain_time"],
  ])("a record %s", (_name, change, code) => {
    expect(() => verifyRecord(headOf(records[0] as StoredRecord), replaced(change), STREAM, sha256)).toThrow(
      expect.objectContaining({ code, at: `${STREAM}#1` }),
    );
  });

  it("a changed record, valid in itself, is betrayed by the next one", () => {
    const forged = replaced({ body: { n: 100 } });
    expect(() => verifyChain(EMPTY, [bytes[0] as Uint8Array, forged, bytes[2] as Uint8Array], STREAM, sha256)).toThrow(
      expect.objectContaining({ code: "chain_prev", at: `${STREAM}#2` }),
    );
  });

  it("an unreadable record is named by stream, seq and field", () => {
    const cut = (bytes[1] as Uint8Array).slice(0, -1);
    expect(() => verifyChain(EMPTY, [bytes[0] as Uint8Array, cut], STREAM, sha256)).toThrow(
      expect.objectContaining({ code: "record_encoding", at: expect.stringMatching(`^${STREAM}#1 offset `) }),
    );
  });

  it("every change of every bit of every record but the last is found inside the chain; of the last, by its hash", () => {
    for (const [index, stored] of records.entries()) {
      for (let bit = 0; bit < stored.bytes.length * 8; bit++) {
        const mutated = stored.bytes.slice();
        mutated[bit >> 3] = (mutated[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const chain = bytes.with(index, mutated);
        let end: Head | undefined;
        try {
          end = verifyChain(EMPTY, chain, STREAM, sha256);
        } catch (error) {
          expect(error).toBeInstanceOf(LedgerError);
        }
        if (end !== undefined) {
          expect(index).toBe(records.length - 1);
          expect(toHex(end.hash)).not.toBe(toHex(head.hash));
        }
      }
    }
  });

  it("any bytes are read or refused with a code", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(3), fc.nat(400), (noise, index, from) => {
        const mutated = (bytes[index] as Uint8Array).slice();
        mutated.set(noise.subarray(0, Math.max(0, mutated.length - from)), Math.min(from, mutated.length));
        try {
          const read = verifyRecord(
            index === 0 ? EMPTY : headOf(records[index - 1] as StoredRecord),
            mutated,
            STREAM,
            sha256,
          );
          expect(read.hash).toEqual(recordHash(sha256, mutated));
        } catch (error) {
          expect(error).toBeInstanceOf(LedgerError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
