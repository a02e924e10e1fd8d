/** What every place that shows the ledger promises. */
import { encodeCbor, type Sha256 } from "@tau-edge/encoding";
import { emptyHead, headOf, recordHash, type StoredRecord } from "@tau-edge/ledger";
import { type LedgerReader, READ_PAGE_RECORDS_MAX } from "../ledger-store.ts";
import { check, checkEqual, checkFails, type TestRegistrar } from "./check.ts";
import { sampleChain } from "./ledger-samples.ts";

export interface LedgerReaderHarness {
  readonly reader: LedgerReader;
  readonly sha256: Sha256;
  /** Stores these records, by whatever means and unchecked. */
  plant(stream: string, records: readonly StoredRecord[]): Promise<void>;
  close(): Promise<void>;
}

const STREAM = "default/prod/edge-wasm";

export function ledgerReaderSuite(t: TestRegistrar, make: () => Promise<LedgerReaderHarness>): void {
  function test(name: string, run: (harness: LedgerReaderHarness) => Promise<void>): void {
    t.test(`ledger reader: ${name}`, async () => {
      const harness = await make();
      try {
        await run(harness);
      } finally {
        await harness.close();
      }
    });
  }

  test("an unknown stream is empty", async ({ reader, sha256 }) => {
    checkEqual(await reader.streams(), [], "streams");
    checkEqual(await reader.ends(), [], "ends");
    checkEqual(await reader.head(STREAM), emptyHead(STREAM, sha256), "head");
    checkEqual(await reader.read(STREAM, 0, 10), [], "records");
  });

  test("streams are listed in order, each with its own end", async ({ reader, sha256, plant }) => {
    for (const [nth, stream] of ["system", "default/prod/b", "default/prod/a", "default/dev/z"].entries())
      await plant(stream, sampleChain(stream, nth + 1, sha256));
    const streams = await reader.streams();
    checkEqual(streams, ["default/dev/z", "default/prod/a", "default/prod/b", "system"], "streams");
    checkEqual(await Promise.all(streams.map(async (stream) => (await reader.head(stream)).seq)), [3, 2, 1, 0], "ends");
    const wanted = await Promise.all(
      streams.map(async (stream) => {
        const { seq, hash } = await reader.head(stream);
        return { stream, seq, hash };
      }),
    );
    checkEqual(await reader.ends(), wanted, "all ends at once");
  });

  test("records come back as they were stored, page by page", async ({ reader, sha256, plant }) => {
    const chain = sampleChain(STREAM, 20, sha256);
    await plant(STREAM, chain);
    const last = chain[19];
    check(last !== undefined, "the chain has 20 records");
    checkEqual(await reader.head(STREAM), headOf(last), "head");
    for (let from = 0; from <= 21; from += 3)
      checkEqual(await reader.read(STREAM, from, 7), chain.slice(from, from + 7), `from ${from}`);
    checkEqual(await reader.read(STREAM, 5, 0), [], "a limit of 0");
  });

  test("no page is longer than the limit of the port", async ({ reader, sha256, plant }) => {
    await plant(STREAM, sampleChain(STREAM, READ_PAGE_RECORDS_MAX + 5, sha256));
    checkEqual((await reader.read(STREAM, 0, 1_000_000)).length, READ_PAGE_RECORDS_MAX, "records");
  });

  for (const [what, change] of DAMAGE) {
    test(`${what} is ledger_corrupt`, async ({ reader, sha256, plant }) => {
      await plant(STREAM, change(sampleChain(STREAM, 6, sha256)));
      await checkFails("ledger_corrupt", "reading it", () => reader.read(STREAM, 0, 10));
    });
  }

  test("a damaged end is noticed by head and by read", async ({ reader, sha256, plant }) => {
    await plant(STREAM, replaced(sampleChain(STREAM, 6, sha256), 5, flipped));
    await checkFails("ledger_corrupt", "head", () => reader.head(STREAM));
    await checkFails("ledger_corrupt", "a page from before it", () => reader.read(STREAM, 4, 10));
    await checkFails("ledger_corrupt", "a page of it alone", () => reader.read(STREAM, 5, 10));
  });

  test("a record of a newer version is ledger_newer", async ({ reader, sha256, plant }) => {
    const newer = replaced(sampleChain(STREAM, 3, sha256), 2, (stored) => {
      const { v: _v, seen: _seen, ...record } = stored.record;
      const bytes = encodeCbor({ ...record, actor: { ...record.actor }, v: 2 });
      return { ...stored, bytes, hash: recordHash(sha256, bytes) };
    });
    await plant(STREAM, newer);
    await checkFails("ledger_newer", "read", () => reader.read(STREAM, 0, 10));
    await checkFails("ledger_newer", "head", () => reader.head(STREAM));
    checkEqual((await reader.read(STREAM, 0, 2)).length, 2, "the records before it");
  });
}

type Chain = readonly StoredRecord[];

const DAMAGE: readonly (readonly [string, (chain: Chain) => Chain])[] = [
  ["a flipped bit", (chain) => replaced(chain, 3, flipped)],
  ["a cut record", (chain) => replaced(chain, 3, (stored) => ({ ...stored, bytes: stored.bytes.slice(0, -1) }))],
  ["an empty record", (chain) => replaced(chain, 3, (stored) => ({ ...stored, bytes: new Uint8Array(0) }))],
  ["a missing record", (chain) => chain.filter((_, seq) => seq !== 3)],
  ["a missing first record", (chain) => chain.slice(1)],
  ["two records in each other's place", (chain) => swapped(chain, 2, 3)],
  ["a changed hash", (chain) => replaced(chain, 5, (stored) => ({ ...stored, hash: new Uint8Array(32) }))],
];

function replaced(chain: Chain, seq: number, change: (stored: StoredRecord) => StoredRecord): Chain {
  return chain.map((stored) => (stored.record.seq === seq ? change(stored) : stored));
}

/** One bit of the text in the record's body: still a well-formed record, only another one. */
function flipped(stored: StoredRecord): StoredRecord {
  const bytes = stored.bytes.slice();
  const at = bytes.findIndex((byte, nth) => byte === 0x22 && bytes[nth + 1] === 0x30 + stored.record.seq);
  check(at > 0, "the sample record shows its number in quotes");
  bytes[at + 1] = (bytes[at + 1] ?? 0) ^ 1;
  return { ...stored, bytes };
}

/** The bytes of two records exchanged, while their rows keep their seq. */
function swapped(chain: Chain, one: number, other: number): Chain {
  return chain.map((stored, seq) => {
    const from = chain[seq === one ? other : seq === other ? one : seq];
    return from === undefined ? stored : { record: stored.record, bytes: from.bytes, hash: from.hash };
  });
}
