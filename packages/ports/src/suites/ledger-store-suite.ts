/** What every place that keeps the ledger promises, beyond showing it. */
import { type Digest, digestOf, type Sha256 } from "@tau-edge/encoding";
import {
  CLOCK_AHEAD_MS_MAX,
  CLOCK_BEHIND_MS_MAX,
  emptyHead,
  LedgerError,
  RECORD_BYTES_MAX,
  verifyChain,
} from "@tau-edge/ledger";
import type { AppendRequest, LedgerStore } from "../ledger-store.ts";
import { CheckFailed, check, checkEqual, checkFails, sampleBytes, type TestRegistrar } from "./check.ts";
import { NOW_UNIX_MS, sampleDraft } from "./ledger-samples.ts";

export interface LedgerStoreHarness {
  readonly store: LedgerStore;
  readonly sha256: Sha256;
  /** The same ledger, opened as another process would. */
  reopen(): Promise<LedgerStore>;
  /** Puts an object where the ledger looks for the objects that records name. */
  putObject(digest: Digest, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

const STREAM = "default/prod/edge-wasm";
const WRITERS = 24;

export function ledgerStoreSuite(t: TestRegistrar, make: () => Promise<LedgerStoreHarness>): void {
  function test(name: string, run: (harness: LedgerStoreHarness) => Promise<void>): void {
    t.test(`ledger store: ${name}`, async () => {
      const harness = await make();
      try {
        await run(harness);
      } finally {
        await harness.close();
      }
    });
  }

  test("appended records chain from the beginning of the stream", async ({ store, sha256 }) => {
    const first = await store.append(request(-1, [0, 1]));
    const second = await store.append(request(1, [2], { now_unix_ms: NOW_UNIX_MS + 5 }));
    check(first.outcome === "appended" && second.outcome === "appended", "both appends succeed");
    const records = await store.read(STREAM, 0, 10);
    checkEqual(records, [...first.records, ...second.records], "what is read is what was returned");
    checkEqual(
      records.map(({ record }) => record.body["nth"]),
      [0, 1, 2],
      "bodies",
    );
    checkEqual(
      records.map(({ record }) => record.at_unix_ms - NOW_UNIX_MS),
      [0, 0, 5],
      "times",
    );
    const bytes = records.map((record) => record.bytes);
    const head = verifyChain(emptyHead(STREAM, sha256), bytes, STREAM, sha256);
    checkEqual([await store.head(STREAM), second.head], [head, head], "head");
  });

  test("a draft comes back whole, with what it had seen", async ({ store }) => {
    const draft = { ...sampleDraft(7), seen: { stream: "system", seq: 4, hash: sampleBytes(1, 32) } };
    await store.append({ ...request(-1, []), drafts: [draft] });
    const { v, stream, seq, at_unix_ms, prev, ...said } = (await store.read(STREAM, 0, 1))[0]?.record ?? NOTHING;
    checkEqual([v, stream, seq, at_unix_ms, prev?.length], [1, STREAM, 0, NOW_UNIX_MS, 32], "what the ledger adds");
    checkEqual(sorted(said), sorted({ ...draft }), "what the writer said");
  });

  test("a stale or premature writer gets a conflict, and nothing is written", async ({ store }) => {
    await store.append(request(-1, [0, 1]));
    const head = await store.head(STREAM);
    for (const expected_seq of [-1, 0, 2])
      checkEqual(
        await store.append(request(expected_seq, [9])),
        { outcome: "conflict", head },
        `expected ${expected_seq}`,
      );
    checkEqual((await store.read(STREAM, 0, 10)).length, 2, "records");
  });

  test("of many writers each is heard once", async (harness) => {
    const stores = [harness.store, await harness.reopen()];
    const writers = Array.from({ length: WRITERS }, (_, nth) =>
      appendStubbornly(stores[nth % 2] ?? harness.store, nth),
    );
    await Promise.all(writers);
    const records = await harness.store.read(STREAM, 0, 100);
    const heard = records.map(({ record }) => record.body["nth"]).sort((a, b) => Number(a) - Number(b));
    checkEqual(
      heard,
      Array.from({ length: WRITERS }, (_, nth) => nth),
      "writers",
    );
  });

  test("streams do not wait for each other's numbers", async ({ store }) => {
    const streams = ["system", "default/prod/a", "default/dev/a"];
    const results = await Promise.all(streams.map((stream) => store.append(request(-1, [0], { stream }))));
    checkEqual(
      results.map(({ outcome, head }) => [outcome, head.seq]),
      streams.map(() => ["appended", 0]),
      "appends",
    );
    checkEqual(await store.streams(), [...streams].sort(), "streams");
  });

  test("all drafts or none", async ({ store, sha256 }) => {
    const huge = { ...sampleDraft(1), body: { huge: new Uint8Array(RECORD_BYTES_MAX) } };
    await checkFails("record_too_large", "a record above the limit", () =>
      store.append({ ...request(-1, []), drafts: [sampleDraft(0), huge] }),
    );
    checkEqual(await store.head(STREAM), emptyHead(STREAM, sha256), "head");
    checkEqual(await store.streams(), [], "streams");
  });

  test("a draft that no ledger takes is refused", async ({ store }) => {
    await checkMalformed(() =>
      store.append({ ...request(-1, []), drafts: [{ ...sampleDraft(0), type: "Not a type" }] }),
    );
    await checkMalformed(() => store.append(request(-1, [0], { stream: "../../etc" })));
    checkEqual(await store.streams(), [], "streams");
  });

  test("time never runs backwards, and a clock that jumps is refused", async ({ store }) => {
    await store.append(request(-1, [0]));
    const behind = await store.append(request(0, [1], { now_unix_ms: NOW_UNIX_MS - CLOCK_BEHIND_MS_MAX }));
    checkEqual(behind.head.at_unix_ms, NOW_UNIX_MS, "time of a record by a clock that is behind");
    for (const apart_ms of [-CLOCK_BEHIND_MS_MAX - 1, CLOCK_AHEAD_MS_MAX + 1]) {
      const jumped = request(1, [2], { now_unix_ms: NOW_UNIX_MS + apart_ms });
      await checkFails("clock_jump", `${apart_ms} ms`, () => store.append(jumped));
      checkEqual((await store.head(STREAM)).seq, 1, "nothing was written");
    }
    const now_unix_ms = NOW_UNIX_MS + 2 * CLOCK_AHEAD_MS_MAX;
    const vouched = await store.append(request(1, [2], { now_unix_ms, accept_clock_jump: true }));
    checkEqual([vouched.outcome, vouched.head.at_unix_ms], ["appended", now_unix_ms], "somebody vouched");
  });

  test("a record names only objects that exist", async ({ store, sha256, putObject }) => {
    const bytes = sampleBytes(3, 100);
    const digest = digestOf(sha256(bytes));
    await checkFails("object_condemned", "an object that is missing", () =>
      store.append(request(-1, [0], { objects: [digest] })),
    );
    checkEqual((await store.head(STREAM)).seq, -1, "nothing was written");
    await putObject(digest, bytes);
    checkEqual((await store.append(request(-1, [0], { objects: [digest] }))).outcome, "appended", "when it is there");
  });

  test("what was appended is there for the next process", async (harness) => {
    const appended = await harness.store.append(request(-1, [0]));
    const again = await harness.reopen();
    checkEqual(await again.head(STREAM), appended.head, "head");
    checkEqual((await again.append(request(0, [1]))).outcome, "appended", "and it goes on from there");
    checkEqual((await harness.store.head(STREAM)).seq, 1, "which the first one sees");
  });
}

const NOTHING = { v: 0, stream: "", seq: -1, at_unix_ms: 0, prev: undefined };

function request(expected_seq: number, nths: readonly number[], changes: Partial<AppendRequest> = {}): AppendRequest {
  const drafts = nths.map((nth) => sampleDraft(nth));
  return { stream: STREAM, expected_seq, drafts, objects: [], now_unix_ms: NOW_UNIX_MS, ...changes };
}

async function appendStubbornly(store: LedgerStore, nth: number): Promise<void> {
  // One of the waiting writers succeeds each time, so nobody needs more tries than there are writers.
  for (let tries = 0; tries <= WRITERS; tries++) {
    const { seq } = await store.head(STREAM);
    if ((await store.append(request(seq, [nth]))).outcome === "appended") return;
  }
  throw new CheckFailed(`writer ${nth} met a conflict with nobody`);
}

async function checkMalformed(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (error instanceof LedgerError) return;
    throw error;
  }
  throw new CheckFailed("a malformed append must be refused with a LedgerError");
}

/** Canonical CBOR sorts keys by length; the caller's order is not kept, and need not be. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, sorted(inner)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
