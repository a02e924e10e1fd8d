import { type Digest, sha256 } from "@tau-edge/encoding";
import { emptyHead } from "@tau-edge/ledger";
import { describe, expect, it } from "vitest";
import { PortError } from "../errors.ts";
import { type LedgerStore, READ_PAGE_RECORDS_MAX } from "../ledger-store.ts";
import { type StoredRow, sealAppend, verifyHead, verifyRows } from "../sealing.ts";
import { failuresOf } from "./failures.ts";
import { ledgerReaderSuite } from "./ledger-reader-suite.ts";
import { ledgerStoreSuite } from "./ledger-store-suite.ts";

type Objects = Map<Digest, Uint8Array>;
type Rows = Map<string, StoredRow[]>;

function soundLedger(rows: Rows, objects: Objects): LedgerStore {
  const of = (stream: string) => rows.get(stream) ?? [];
  return {
    streams: async () => [...rows.keys()].sort(),
    ends: async () =>
      [...rows.keys()].sort().flatMap((stream) =>
        of(stream)
          .slice(-1)
          .map(({ seq, hash }) => ({ stream, seq, hash })),
      ),
    head: async (stream) => verifyHead(of(stream).slice(-2), stream, sha256),
    read: async (stream, from, limit) => {
      const end = from + Math.min(limit, READ_PAGE_RECORDS_MAX);
      const page = of(stream).filter(({ seq }) => seq >= from - 1 && seq < end);
      return verifyRows(page, from, stream, sha256);
    },
    append: async (request) => {
      const result = sealAppend(request, verifyHead(of(request.stream).slice(-2), request.stream, sha256), sha256);
      if (result.outcome === "conflict") return result;
      const missing = request.objects.find((digest) => !objects.has(digest));
      if (missing !== undefined) throw new PortError("object_condemned", missing, "");
      const added = result.records.map(({ record, bytes, hash }) => ({ seq: record.seq, bytes, hash }));
      rows.set(request.stream, [...of(request.stream), ...added]);
      return result;
    },
  };
}

type BreakLedger = (sound: LedgerStore, rows: Rows) => Partial<LedgerStore>;

function runLedgerReader(change: BreakLedger) {
  return failuresOf((t) =>
    ledgerReaderSuite(t, async () => {
      const rows: Rows = new Map();
      const sound = soundLedger(rows, new Map());
      return {
        reader: { ...sound, ...change(sound, rows) },
        sha256,
        plant: async (stream, records) => {
          const planted = records.map(({ record, bytes, hash }) => ({ seq: record.seq, bytes, hash }));
          rows.set(stream, planted);
        },
        close: async () => undefined,
      };
    }),
  );
}

function runLedgerStore(change: BreakLedger) {
  return failuresOf((t) =>
    ledgerStoreSuite(t, async () => {
      const rows: Rows = new Map();
      const objects: Objects = new Map();
      const sound = soundLedger(rows, objects);
      const reopen = async () => ({ ...sound, ...change(sound, rows) });
      return {
        store: await reopen(),
        reopen,
        sha256,
        putObject: async (digest, bytes) => void objects.set(digest, bytes),
        close: async () => undefined,
      };
    }),
  );
}

const BROKEN_LEDGER_READERS: readonly (readonly [string, BreakLedger])[] = [
  ["does not sort its streams", (_, rows) => ({ streams: async () => [...rows.keys()].sort().reverse() })],
  ["gives the ends in no order", (sound) => ({ ends: async () => [...(await sound.ends())].reverse() })],
  [
    "gives first records as ends",
    (sound) => ({ ends: async () => (await sound.ends()).map((end) => ({ ...end, seq: 0 })) }),
  ],
  [
    "gives an empty head without the genesis hash",
    () => ({ head: async () => ({ seq: -1, hash: new Uint8Array(32), at_unix_ms: 0 }) }),
  ],
  ["starts a page one too late", (sound) => ({ read: (stream, from, limit) => sound.read(stream, from + 1, limit) })],
  [
    "ignores the limit of the port",
    (_, rows) => ({ read: async (stream) => verifyRows(rows.get(stream) ?? [], 0, stream, sha256) }),
  ],
  ["does not verify", (sound) => ({ read: (stream, from, limit) => sound.read(stream, from, limit).catch(() => []) })],
  [
    "calls newer records corrupt",
    (sound) => ({
      read: (stream, from, limit) =>
        sound.read(stream, from, limit).catch(() => {
          throw new PortError("ledger_corrupt", stream, "");
        }),
    }),
  ],
];

const BROKEN_LEDGERS: readonly (readonly [string, BreakLedger])[] = [
  [
    "ignores the expected seq",
    (sound) => ({
      append: async (request) => {
        const { seq } = await sound.head(request.stream);
        return sound.append({ ...request, expected_seq: seq });
      },
    }),
  ],
  ["does not look for objects", (sound) => ({ append: (request) => sound.append({ ...request, objects: [] }) })],
  [
    "never checks the clock",
    (sound) => ({ append: (request) => sound.append({ ...request, accept_clock_jump: true }) }),
  ],
  [
    "never accepts a jump",
    (sound) => ({ append: (request) => sound.append({ ...request, accept_clock_jump: false }) }),
  ],
  [
    "writes what it can of a failed append",
    (sound) => ({
      append: async (request) => {
        const { drafts, expected_seq } = request;
        if (drafts.length < 2) return sound.append(request);
        let result = await sound.append({ ...request, drafts: drafts.slice(0, 1) });
        if (result.outcome === "appended")
          result = await sound.append({ ...request, drafts: drafts.slice(1), expected_seq: expected_seq + 1 });
        return result;
      },
    }),
  ],
  [
    "acknowledges without writing",
    (sound) => ({
      append: async (request) => sealAppend(request, await sound.head(request.stream), sha256),
    }),
  ],
  [
    "has one chain for all streams",
    (sound) => ({ append: (request) => sound.append({ ...request, stream: "system" }) }),
  ],
  [
    "takes any name for a stream",
    (sound) => ({
      append: (request) =>
        sound.append(request).catch(() => ({ outcome: "conflict", head: emptyHead("system", sha256) })),
    }),
  ],
];

it("a sound ledger passes", async () => {
  expect((await runLedgerReader(() => ({}))).failed).toEqual([]);
  expect((await runLedgerStore(() => ({}))).failed).toEqual([]);
});

describe("the suites fail for", () => {
  const cases = [
    ...BROKEN_LEDGER_READERS.map(
      ([what, change]) => [`a ledger reader that ${what}`, () => runLedgerReader(change)] as const,
    ),
    ...BROKEN_LEDGERS.map(([what, change]) => [`a ledger store that ${what}`, () => runLedgerStore(change)] as const),
  ];
  for (const [name, run] of cases)
    it(name, async () => {
      const { failed, count } = await run();
      expect(failed.length).toBeGreaterThan(0);
      // One broken promise must not bring everything down, or the suite would not say which.
      if (count > 1) expect(failed.length).toBeLessThan(count);
    });
});
