/** What every book of cases promises. */
import { EMPTY_HEALTH } from "@tau-edge/contract";
import { compareUtf8 } from "@tau-edge/encoding";
import type { BookedCase, CaseBook, OpenCaseBook, StagedCase } from "../case-book.ts";
import { CheckFailed, check, checkEqual, nextTurn, sampleBytes, type TestRegistrar } from "./check.ts";

export interface CaseBookHarness {
  readonly book: CaseBook;
  /** The same book, opened as another process would. */
  reopen(): Promise<CaseBook>;
  close(): Promise<void>;
}

const POSITION = { seq: 7, record_hash: "ab".repeat(32) };
const HEALTH = { ...EMPTY_HEALTH, updated_unix_ms: 1_767_225_600_000, failure_streak: 2 };
const TRIED = { unix_ms: 5, applied: 1, malformed: 2, failed: 3, retry_attempts: 4, retryable_failures: 6 };
/** In the order of UTF-8, which for the last two is not that of JavaScript; U+0000 ends no text. */
const IN_ORDER = ["", "A", "a", "a\0", "a\0b", "a ", "ab", "b", "\u{85}b", "ä", "\u{feff}", "\u{ffff}", "\u{10000}"];

export function caseBookSuite(t: TestRegistrar, make: () => Promise<CaseBookHarness>): void {
  function test(name: string, run: (harness: CaseBookHarness) => Promise<void>): void {
    t.test(`case book: ${name}`, async () => {
      const harness = await make();
      try {
        await run(harness);
      } finally {
        await harness.close();
      }
    });
  }

  test("is empty at first", async ({ book }) => {
    checkEqual(await book.exclusively(async (open) => contentsOf(open)), EMPTY, "contents");
  });

  test("keeps what was written, for this process and the next", async (harness) => {
    await harness.book.exclusively(async (open) => fill(open));
    checkEqual(await harness.book.exclusively(async (open) => contentsOf(open)), FULL, "contents");
    const other = await harness.reopen();
    checkEqual(await other.exclusively(async (open) => contentsOf(open)), FULL, "contents for another process");
  });

  test("keeps nothing of work that fails, and says how it failed", async (harness) => {
    await harness.book.exclusively(async (open) => fill(open));
    const thrown = new Error("the fixture ended");
    const failing = harness.book.exclusively(async (open) => {
      open.clear();
      await nextTurn();
      open.put(bookedCase("other"));
      throw thrown;
    });
    check((await failing.catch((error: unknown) => error)) === thrown, "the error of the work comes out as it is");
    for (const book of [harness.book, await harness.reopen()])
      checkEqual(await book.exclusively(async (open) => contentsOf(open)), FULL, "contents");
  });

  test("lets one in at a time, over all processes and over what is waited for", async (harness) => {
    const books = [harness.book, await harness.reopen(), await harness.reopen()];
    let inside = 0;
    const turns = Array.from({ length: 12 }, (_, nth) =>
      (books[nth % 3] ?? harness.book).exclusively(async (open) => {
        inside += 1;
        check(inside === 1, "somebody else is inside");
        const seq = open.position()?.seq ?? 0;
        for (let wait = 0; wait < 5; wait++) await nextTurn();
        open.setPosition({ ...POSITION, seq: seq + 1 });
        check(inside === 1, "somebody else came in");
        inside -= 1;
      }),
    );
    await Promise.all(turns);
    checkEqual(await harness.book.exclusively(async (open) => open.position()?.seq), 12, "turns that counted");
  });

  test("cannot be used when its work has ended", async ({ book }) => {
    const kept = await book.exclusively(async (open) => open);
    let threw = false;
    try {
      kept.setPosition(POSITION);
    } catch {
      threw = true;
    }
    check(threw, "a write after the end throws");
    checkEqual(await book.exclusively(async (open) => open.position()), undefined, "position");
  });

  test("forgets evidence that a later health does not have", async ({ book }) => {
    await book.exclusively(async (open) => open.setHealth({ ...HEALTH, tried: TRIED }));
    checkEqual(await book.exclusively(async (open) => open.health()), { ...HEALTH, tried: TRIED }, "with evidence");
    await book.exclusively(async (open) => open.setHealth(HEALTH));
    checkEqual(await book.exclusively(async (open) => open.health()), HEALTH, "without");
  });

  test("stages cases in the order of the UTF-8 of id, blueprint and target, then of the fixture", async ({ book }) => {
    const rows = IN_ORDER.flatMap((case_id) => IN_ORDER.slice(2, 6).map((blueprint_id) => ({ case_id, blueprint_id })));
    const wanted = rows.flatMap((row) => [
      { ...row, deploy_target: "container" },
      { ...row, deploy_target: "wasm" },
      { ...row, deploy_target: "wasm" },
    ]);
    await book.exclusively(async (open) => {
      for (const nth of shuffled(wanted.length)) stage(open, { ...wanted[nth], index: nth });
      checkEqual(placesOf(open), [...wanted.keys()], "places");
      const first = [...open.staged()].find((row) => row.case_id === "a\0b");
      checkEqual(first, stagedCase({ ...first }), "a row");
    });
  });

  test("stages a trimmed id once", async ({ book }) => {
    await book.exclusively(async (open) => {
      check(stage(open, { index: 0, trimmed_id: "a" }), "the first");
      check(!stage(open, { index: 1, trimmed_id: "a", case_id: " a" }), "not the second");
      check(stage(open, { index: 2, trimmed_id: "a\0" }), "another");
      checkEqual(placesOf(open), [0, 2], "staged");
      open.clearStage();
      checkEqual(placesOf(open), [], "staged after clearing");
      check(stage(open, { index: 1, trimmed_id: "a" }), "again");
      checkEqual(placesOf(open), [1], "staged anew");
    });
  });

  test("keeps no stage beyond its work", async ({ book }) => {
    await book.exclusively(async (open) => void stage(open, { index: 0 }));
    await book.exclusively(async (open) => checkEqual(placesOf(open), [], "staged"));
    const failing = book.exclusively(async (open) => {
      stage(open, { index: 0 });
      placesOf(open);
      throw new Error("refused");
    });
    await failing.catch(() => undefined);
    await book.exclusively(async (open) => {
      checkEqual(placesOf(open), [], "staged after a failure");
      check(stage(open, { index: 3 }), "a stage can be filled again");
      checkEqual(placesOf(open), [3], "staged");
    });
  });

  test("lets cases be booked while the staged ones are read", async ({ book }) => {
    await book.exclusively(async (open) => {
      for (let index = 0; index < 100; index++) stage(open, { index, case_id: `case-${1_000 + index}` });
      let read = 0;
      for (const row of open.staged()) {
        open.put(bookedCase(row.case_id));
        open.addKey(row.case_id);
        read += 1;
        for (const booked of open.applied()) if (booked.case_key !== "") break;
        await nextTurn();
      }
      checkEqual([read, open.keyCount(), [...open.applied()].length], [100, 100, 100], "read, keys, booked");
    });
  });

  test("keeps keys in the order in which they were added, and drops the oldest", async ({ book }) => {
    await book.exclusively(async (open) => {
      for (const key of ["c", "a", "b", "a", "d"]) open.addKey(key);
      checkEqual([...open.keys()], ["c", "a", "b", "d"], "keys");
      open.trimKeys(9);
      checkEqual(open.keyCount(), 4, "keys below the cap");
    });
    await book.exclusively(async (open) => {
      open.trimKeys(2);
      checkEqual([[...open.keys()], open.keyCount()], [["b", "d"], 2], "keys");
      checkEqual([open.hasKey("c"), open.hasKey("b")], [false, true], "which");
      open.addKey("c");
      checkEqual([...open.keys()], ["b", "d", "c"], "a key that comes again is the newest");
    });
    await book.exclusively(async (open) => {
      for (const key of ["d", "d", "other"]) open.dropKey(key);
      checkEqual([[...open.keys()], open.keyCount(), open.hasKey("d")], [["b", "c"], 2, false], "without one");
      open.trimKeys(2);
      checkEqual(open.keyCount(), 2, "none goes that is not too many");
      open.dropKey("c");
      open.addKey("d");
      open.addKey("c");
      checkEqual([...open.keys()], ["b", "d", "c"], "anew");
    });
    await book.exclusively(async (open) => {
      for (let nth = 0; nth < 200; nth++) open.addKey(`key-${nth}`);
      open.trimKeys(150);
      checkEqual([...open.keys()].length, 150, "many");
    });
  });

  test("keeps the newest rollout of an identity, and of a key", async ({ book }) => {
    await book.exclusively(async (open) => {
      open.put({ ...bookedCase("k1"), identity: "i1" });
      open.put({ ...bookedCase("k2"), identity: "i1" });
      checkEqual([open.bookedByKey("k1"), open.booked("i1")?.case_key], [undefined, "k2"], "a new digest");
      open.put({ ...bookedCase("k2"), identity: "i2" });
      checkEqual([open.booked("i1"), open.bookedByKey("k2")?.identity], [undefined, "i2"], "a new identity");
    });
  });

  test("keeps a rollout beside what went wrong since, until another one is applied", async ({ book }) => {
    const failure = (case_key: string) => ({ ...bookedCase(case_key), identity: "i", applied: false, record: "{}" });
    const keysOf = (open: OpenCaseBook) => ({
      applied: [...open.applied()].map(({ case_key }) => case_key),
      failed: [...open.failed()].map(({ case_key }) => case_key),
    });
    await book.exclusively(async (open) => {
      open.put({ ...bookedCase("v1"), identity: "i" });
      open.put(failure("v2"));
      checkEqual(keysOf(open), { applied: ["v1"], failed: ["v2"] }, "another version fails");
      open.put(failure("v1"));
      checkEqual(keysOf(open), { applied: ["v1"], failed: ["v1"] }, "the same version fails");
      checkEqual([open.booked("i")?.applied, open.bookedByKey("v1")?.applied], [true, true], "the rollout first");
    });
    await book.exclusively(async (open) => {
      checkEqual(keysOf(open), { applied: ["v1"], failed: ["v1"] }, "read again");
      open.put({ ...bookedCase("v2"), identity: "i" });
      checkEqual(keysOf(open), { applied: ["v2"], failed: [] }, "applied");
    });
  });

  test("lists results by their keys, applied and failed apart", async ({ book }) => {
    const keys = IN_ORDER.filter((key) => key !== "").flatMap((key) => [1, 2, 3, 4, 5].map((nth) => `${key}:${nth}`));
    const rows = keys.sort(compareUtf8).map((key, nth) => ({
      ...bookedCase(key),
      blueprint_id: nth % 2 === 0 ? "Edge\0" : "Edge",
      applied: nth % 3 !== 0,
    }));
    await book.exclusively(async (open) => {
      for (const nth of shuffled(rows.length)) {
        const row = rows[nth];
        if (row !== undefined) open.put(row);
      }
      checkEqual(
        [...open.applied()],
        rows.filter(({ applied }) => applied),
        "applied",
      );
      checkEqual(
        [...open.failed()],
        rows.filter(({ applied }) => !applied),
        "failed",
      );
      const ofEdge = rows.filter(({ applied, blueprint_id }) => applied && blueprint_id === "Edge");
      checkEqual([...open.appliedOf("Edge")], ofEdge, "of a blueprint");
      checkEqual([...open.appliedOf("edge")], [], "of another");
    });
  });

  test("is emptied whole, but for what is staged", async ({ book }) => {
    await book.exclusively(async (open) => fill(open));
    await book.exclusively(async (open) => {
      stage(open, { index: 4 });
      open.clear();
      checkEqual(contentsOf(open), EMPTY, "contents");
      checkEqual(placesOf(open), [4], "staged");
      open.addKey("after");
    });
    checkEqual(await book.exclusively(async (open) => [...open.keys()]), ["after"], "keys");
  });
}

const EMPTY = { position: undefined, health: EMPTY_HEALTH, keys: [], count: 0, applied: [], failed: [] };
const FULL = {
  position: POSITION,
  health: { ...HEALTH, tried: TRIED },
  keys: ["key-b", "key-a"],
  count: 2,
  applied: [bookedCase("applied")],
  failed: [{ ...bookedCase("failed"), applied: false }],
};

function fill(open: OpenCaseBook): void {
  open.setPosition({ ...POSITION, seq: 1 });
  open.setPosition(FULL.position);
  open.setHealth(FULL.health);
  for (const key of FULL.keys) open.addKey(key);
  for (const row of [...FULL.applied, ...FULL.failed]) open.put(row);
}

function contentsOf(open: OpenCaseBook) {
  return {
    position: open.position(),
    health: open.health(),
    keys: [...open.keys()],
    count: open.keyCount(),
    applied: [...open.applied()],
    failed: [...open.failed()],
  };
}

function bookedCase(case_key: string): BookedCase {
  const identity = `identity of ${case_key}`;
  return { identity, case_key, blueprint_id: "Edge", applied: true, record: JSON.stringify({ case_key, a: 1 }) };
}

function stagedCase(row: Partial<StagedCase>): StagedCase {
  const index = row.index ?? 0;
  const texts = {
    case_id: `case-${index}`,
    blueprint_id: "edge",
    deploy_target: "wasm",
    trimmed_id: `trimmed-${index}`,
  };
  return { index, ...texts, raw: sampleBytes(index, 20 + index), ...row };
}

function stage(open: OpenCaseBook, row: Partial<StagedCase>): boolean {
  return open.stage(stagedCase(row));
}

function placesOf(open: OpenCaseBook): readonly number[] {
  return [...open.staged()].map(({ index }) => index);
}

/** Each number below `count` once, in an order that looks like none. */
function shuffled(count: number): readonly number[] {
  for (let step = Math.floor(count * 0.6); step > 1; step--) {
    const order = Array.from({ length: count }, (_, nth) => (nth * step + 1) % count);
    if (new Set(order).size === count) return order;
  }
  throw new CheckFailed(`no order for ${count} rows`);
}
