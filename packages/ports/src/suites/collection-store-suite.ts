/** What every place promises whose objects can be collected. */
import { type Digest, digestOf } from "@tau-edge/encoding";
import { SYSTEM_STREAM } from "@tau-edge/ledger";
import { check, checkEqual, checkFails, sampleBytes, type TestRegistrar } from "./check.ts";
import { collectionRaces } from "./collection-races.ts";
import {
  type CollectionStoreHarness,
  collect,
  condemn,
  condemnAndCollect,
  listOf,
  nameObjects,
  nextAppend,
  OTHER_STREAM,
  putSample,
  putSamples,
  STREAM,
  sweepAll,
} from "./collection-samples.ts";
import { NOW_UNIX_MS } from "./ledger-samples.ts";

type RegisterTest = (name: string, run: (harness: CollectionStoreHarness) => Promise<void>) => void;

export function collectionStoreSuite(t: TestRegistrar, make: () => Promise<CollectionStoreHarness>): void {
  const test: RegisterTest = (name, run) =>
    t.test(`collection store: ${name}`, async () => {
      const harness = await make();
      try {
        await run(harness);
      } finally {
        await harness.close();
      }
    });
  listing(test);
  condemning(test);
  rescinding(test);
  collecting(test);
  sweeping(test);
  collectionRaces(test);
}

function listing(test: RegisterTest): void {
  test("a place without anything has empty lists", async ({ collection, sha256 }) => {
    const absent = digestOf(sha256(sampleBytes(1, 1)));
    for (const list of [collection.stored(), collection.named(), collection.marks()])
      checkEqual(await listOf<unknown>(list), [], "list");
    checkEqual(await collection.mark(absent), undefined, "mark");
    checkEqual(await collection.collectedBy(absent), undefined, "collected by");
    checkEqual(await collection.rescind([absent]), 0, "rescinded");
    checkEqual(await collection.sweep(10), { removed: 0, size_bytes: 0, left: false }, "swept");
  });

  test("all stored objects are listed by digest, with size and age", async (harness) => {
    harness.setClock(NOW_UNIX_MS);
    const digests = await putSamples(harness, 40);
    harness.setClock(NOW_UNIX_MS + 5_000);
    const renewed = await putSample(harness.objects, harness.sha256, 7);
    const expected = digests.map((digest) => {
      const renewed_unix_ms = NOW_UNIX_MS + (digest === renewed ? 5_000 : 0);
      return { digest, size_bytes: 100, renewed_unix_ms };
    });
    checkEqual(await listOf(harness.collection.stored()), expected, "list");
  });

  test("each record that names an object is listed, by digest, stream and seq", async (harness) => {
    const [a, b, c] = await three(harness);
    for (const stream of [STREAM, OTHER_STREAM]) await nameObjects(harness, [b, a, b], stream);
    for (let nth = 1; nth < 12; nth++) await nameObjects(harness, [c]);
    await nameObjects(harness, []);
    const expected = [a, b].flatMap((digest) => [OTHER_STREAM, STREAM].map((stream) => ({ digest, stream, seq: 0 })));
    for (let seq = 1; seq < 12; seq++) expected.push({ digest: c, stream: STREAM, seq });
    checkEqual(await listOf(harness.collection.named()), expected, "list");
  });
}

function condemning(test: RegisterTest): void {
  test("condemned objects are marked by the record that says so, and stay", async (harness) => {
    const [a, b, c] = await three(harness);
    await nameObjects(harness, [a]);
    const seq = await condemn(harness, [c, a]);
    const mark = { mark: "condemned", stream: STREAM, seq, at_unix_ms: NOW_UNIX_MS };
    const expected = [a, c].map((digest) => ({ digest, ...mark }));
    checkEqual((await listOf(harness.collection.marks())).map(plain), expected.map(plain), "marks");
    checkEqual(plain(await harness.collection.mark(c)), plain(expected[1]), "mark");
    checkEqual(await harness.collection.mark(b), undefined, "of another");
    await sweepAll(harness);
    for (const digest of [a, b, c]) check((await harness.objects.stat(digest)) !== undefined, "each is stored");
    checkEqual((await (await harness.reopen()).collection.mark(a))?.seq, seq, "for the next process");
  });

  test("a mark stays that of its first record", async (harness) => {
    const [a, b] = await three(harness);
    const first = await condemn(harness, [a]);
    const second = await condemn(harness, [a, b]);
    checkEqual((await harness.collection.mark(a))?.seq, first, "of the first");
    checkEqual((await harness.collection.mark(b))?.seq, second, "of the second");
  });

  test("an append that fails marks nothing", async (harness) => {
    const [a] = await three(harness);
    const stale = await nextAppend(harness);
    await nameObjects(harness, []);
    checkEqual((await harness.collection.condemn(stale, [a])).outcome, "conflict", "a stale writer");
    const next = await nextAppend(harness, [digestOf(harness.sha256(sampleBytes(99, 5)))]);
    await checkFails("object_condemned", "a list that is not stored", () => harness.collection.condemn(next, [a]));
    const jumped = { ...(await nextAppend(harness)), now_unix_ms: 2 * NOW_UNIX_MS };
    await checkFails("clock_jump", "a clock that jumped", () => harness.collection.condemn(jumped, [a]));
    checkEqual(await listOf(harness.collection.marks()), [], "marks");
    checkEqual((await harness.ledger.head(STREAM)).seq, 0, "head");
  });
}

function rescinding(test: RegisterTest): void {
  test("a record that names a condemned object takes its mark away, in whatever process and stream", async (harness) => {
    const [a, b] = await three(harness);
    await condemn(harness, [a, b]);
    await nameObjects(await harness.reopen(), [a], OTHER_STREAM);
    checkEqual(
      (await listOf(harness.collection.marks())).map(({ digest }) => digest),
      [b],
      "marks",
    );
  });

  test("an append that fails takes no mark away", async (harness) => {
    const [a] = await three(harness);
    const stale = await nextAppend(harness, [a]);
    await condemn(harness, [a]);
    checkEqual((await harness.ledger.append(stale)).outcome, "conflict", "a stale writer");
    const missing = await nextAppend(harness, [a, digestOf(harness.sha256(sampleBytes(99, 5)))]);
    await checkFails("object_condemned", "another object is missing", () => harness.ledger.append(missing));
    check((await harness.collection.mark(a)) !== undefined, "the mark stays");
  });

  test("a record that names a collected object before its bytes are gone keeps it", async (harness) => {
    const [a, b] = await three(harness);
    await condemnAndCollect(harness, [a, b]);
    await nameObjects(harness, [a]);
    checkEqual(await harness.collection.mark(a), undefined, "mark");
    checkEqual((await sweepAll(harness)).removed, 1, "removed");
    checkEqual((await harness.objects.read(a, 1_000))?.length, 100, "it can be read");
    checkEqual(await harness.objects.stat(b), undefined, "the other is gone");
  });

  test("condemned marks can be removed, collected ones cannot", async (harness) => {
    const [a, b, c] = await three(harness);
    await condemnAndCollect(harness, [a]);
    await condemn(harness, [b, c]);
    checkEqual(await harness.collection.rescind([a, b, b]), 1, "rescinded");
    const marks = (await listOf(harness.collection.marks())).map(({ digest, mark }) => [digest, mark]);
    checkEqual(marks, [[a, "collected"] as const, [c, "condemned"] as const], "marks");
  });
}

function collecting(test: RegisterTest): void {
  test("what was condemned is collected: the record says it, and the bytes wait for the sweep", async (harness) => {
    const [a, b] = await three(harness);
    const seq = await condemnAndCollect(harness, [a]);
    const mark = { digest: a, mark: "collected", stream: STREAM, seq, at_unix_ms: NOW_UNIX_MS };
    checkEqual(plain(await harness.collection.mark(a)), plain(mark), "mark");
    checkEqual(plain(await harness.collection.collectedBy(a)), plain({ stream: STREAM, seq }), "collected by");
    checkEqual(await harness.collection.collectedBy(b), undefined, "of another");
    check((await harness.objects.stat(a)) !== undefined, "the bytes are there");
  });

  test("an object that was named after it was condemned is not collected, and nothing is written", async (harness) => {
    const [a, b] = await three(harness);
    const condemned = await condemn(harness, [a, b]);
    const other = await harness.reopen();
    await nameObjects(other, [a], OTHER_STREAM);
    const { seq } = await harness.ledger.head(STREAM);
    checkEqual(await collect(harness, [a, b], condemned), { outcome: "overtaken", digests: [a] }, "outcome");
    checkEqual((await harness.ledger.head(STREAM)).seq, seq, "head");
    checkEqual((await harness.collection.mark(b))?.mark, "condemned", "the other is condemned still");
    checkEqual(await harness.collection.collectedBy(b), undefined, "and not collected");
  });

  test("only the marks of the expected record are collected", async (harness) => {
    const [a, b, c] = await three(harness);
    const first = await condemn(harness, [a]);
    const second = await condemn(harness, [b]);
    checkEqual(await collect(harness, [a, b], second), { outcome: "overtaken", digests: [a] }, "of another record");
    checkEqual(await collect(harness, [c], second), { outcome: "overtaken", digests: [c] }, "without a mark");
    await condemn(harness, [c], OTHER_STREAM);
    checkEqual(await collect(harness, [c], 0), { outcome: "overtaken", digests: [c] }, "of another stream");
    checkEqual((await collect(harness, [a], first)).outcome, "appended", "of this record");
    checkEqual(await collect(harness, [a], first), { outcome: "overtaken", digests: [a] }, "a second time");
  });

  test("nothing is collected when the system stream has moved since it was judged", async (harness) => {
    const [a] = await three(harness);
    const condemned_seq = await condemn(harness, [a]);
    await nameObjects(await harness.reopen(), [], SYSTEM_STREAM);
    const append = await nextAppend(harness);
    const result = await harness.collection.collect(append, [a], { condemned_seq, system_seq: -1 });
    checkEqual(result, { outcome: "overtaken", digests: [] }, "outcome");
    checkEqual((await harness.collection.mark(a))?.mark, "condemned", "mark");
    checkEqual((await harness.ledger.head(STREAM)).seq, condemned_seq, "head");
  });

  test("a collection whose append fails collects nothing", async (harness) => {
    const [a] = await three(harness);
    const condemned_seq = await condemn(harness, [a]);
    const stale = await nextAppend(harness);
    await nameObjects(harness, []);
    const expected = { condemned_seq, system_seq: -1 };
    checkEqual((await harness.collection.collect(stale, [a], expected)).outcome, "conflict", "a stale writer");
    const missing = await nextAppend(harness, [digestOf(harness.sha256(sampleBytes(99, 5)))]);
    await checkFails("object_condemned", "a list that is not stored", () =>
      harness.collection.collect(missing, [a], expected),
    );
    checkEqual((await harness.collection.mark(a))?.mark, "condemned", "mark");
    checkEqual(await harness.collection.collectedBy(a), undefined, "collected by");
  });

  test("the last collection of an object is known after it was stored and collected again", async (harness) => {
    const [a] = await three(harness);
    await condemnAndCollect(harness, [a]);
    await sweepAll(harness);
    await putSamples(harness, 3);
    for (let nth = 0; nth < 9; nth++) await nameObjects(harness, []);
    const seq = await condemnAndCollect(harness, [a]);
    await sweepAll(harness);
    const { collection } = await harness.reopen();
    checkEqual(plain(await collection.collectedBy(a)), plain({ stream: STREAM, seq }), "collected by");
  });

  test("what a record names after its collection is not gone by it", async (harness) => {
    const [a, b] = await three(harness);
    await condemnAndCollect(harness, [a]);
    const seq = await condemnAndCollect(harness, [b]);
    await sweepAll(harness);
    await putSamples(harness, 3);
    await nameObjects(harness, [a], OTHER_STREAM);
    const { collection } = await harness.reopen();
    checkEqual(await collection.collectedBy(a), undefined, "of the one that was named again");
    checkEqual(plain(await collection.collectedBy(b)), plain({ stream: STREAM, seq }), "of the other");
  });
}

function sweeping(test: RegisterTest): void {
  test("the bytes of collected objects go, and nothing else", async (harness) => {
    const [a, b, c] = await three(harness);
    await condemnAndCollect(harness, [a]);
    await condemn(harness, [b]);
    checkEqual(await harness.collection.sweep(10), { removed: 1, size_bytes: 100, left: false }, "first sweep");
    checkEqual(await harness.collection.sweep(10), { removed: 0, size_bytes: 0, left: false }, "second sweep");
    checkEqual(await harness.objects.stat(a), undefined, "the collected one");
    checkEqual(await harness.objects.open(a), undefined, "as its readers see it");
    checkEqual(await harness.collection.mark(a), undefined, "its mark");
    for (const digest of [b, c]) check((await harness.objects.stat(digest)) !== undefined, "the others are there");
    checkEqual((await listOf(harness.collection.stored())).length, 2, "stored");
    await checkFails("object_condemned", "a record that names it", () => nameObjects(harness, [a]));
  });

  test("a sweep takes no more than it is told, and says what is left", async (harness) => {
    const digests = await putSamples(harness, 25);
    await condemnAndCollect(harness, digests);
    const sweeps: unknown[] = [];
    for (let nth = 0; nth < 3; nth++) sweeps.push(await harness.collection.sweep(10));
    const expected = [10, 10, 5].map((removed) => ({ removed, size_bytes: removed * 100, left: removed === 10 }));
    checkEqual(sweeps.map(plain), expected.map(plain), "sweeps");
    checkEqual(await listOf(harness.collection.stored()), [], "stored");
    checkEqual(await listOf(harness.collection.marks()), [], "marks");
  });

  test("what was collected can be stored and named again, and a sweep leaves it alone", async (harness) => {
    const [a] = await three(harness);
    await condemnAndCollect(harness, [a]);
    const other = await harness.reopen();
    await sweepAll(other);
    await putSamples(harness, 3);
    await nameObjects(harness, [a]);
    checkEqual((await sweepAll(other)).removed, 0, "removed");
    checkEqual((await harness.objects.read(a, 1_000))?.length, 100, "it can be read");
  });

  test("whoever comes after a collector that died sweeps what its records say", async (harness) => {
    const [a, b] = await three(harness);
    await condemnAndCollect(harness, [a, b]);
    const next = await harness.reopen();
    checkEqual((await sweepAll(next)).removed, 2, "removed");
    checkEqual(await listOf(next.collection.marks()), [], "marks");
  });
}

async function three(harness: CollectionStoreHarness): Promise<readonly [Digest, Digest, Digest]> {
  const [a, b, c] = await putSamples(harness, 3);
  check(a !== undefined && b !== undefined && c !== undefined, "three objects are stored");
  return [a, b, c];
}

/** The same facts in one order of their names. */
function plain(value: object | undefined | unknown): unknown {
  return typeof value === "object" && value !== null
    ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    : value;
}
