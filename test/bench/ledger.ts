/**
 * The ledger beside its limits: an append beside a bare insert into SQLite, and what a start costs that reads and
 * proves everything, up to two million records.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { nativeSha256, type OpenState, openState, openStateReader } from "@tau-edge/adapter-node";
import { sha256 as nobleSha256, type Sha256 } from "@tau-edge/encoding";
import { emptyHead, type Head, type StoredRecord, verifyChain } from "@tau-edge/ledger";
import { READ_PAGE_RECORDS_MAX } from "@tau-edge/ports";
import { Growth, median } from "./ledger/growth.ts";
import { STREAM, traceDraft, tracePages } from "./ledger/trace-records.ts";
import { type BenchRow, printRows } from "./row.ts";

/** Whole pages of 256. */
const RECORDS = 2_000_128;
/** The compilers are warm after fewer. */
const WARM_UP_RECORDS = 102_400;
const APPENDS = 1_000;
const WARM_UP_APPENDS = 200;
/** Node itself takes 60 MB, and two million records of 450 bytes would take 900. */
const MEMORY_MB_MAX = 400;
/** 1 is linear; a fifth more time a record at 64 times the records is noise. */
const EXPONENT_MAX = 1.05;

/** A table like the ledger's, with the same pragmas, and nothing else. */
function bareLedger(path: string): (bytes: Uint8Array, hash: Uint8Array) => void {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  database.exec(
    "CREATE TABLE record (stream TEXT NOT NULL, seq INTEGER NOT NULL, bytes BLOB NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (stream, seq)) STRICT",
  );
  const insert = database.prepare("INSERT INTO record (stream, seq, bytes, hash) VALUES (?, ?, ?, ?)");
  let seq = 0;
  return (bytes, hash) => {
    database.exec("BEGIN IMMEDIATE");
    insert.run(STREAM, seq++, bytes, hash);
    database.exec("COMMIT");
  };
}

async function appendRow(scratch: string): Promise<BenchRow> {
  const state = await openState(join(scratch, "append"));
  const insert = bareLedger(join(scratch, "bare.db"));
  const [sample] = [...tracePages(1, 1, nativeSha256)].flat();
  if (sample === undefined) throw new Error("no record was made");
  const samples = [0, 1, 2].map((n) => traceDraft(n, nativeSha256));
  let expected_seq = -1;
  const arms = {
    ours: async (n: number) => {
      const now_unix_ms = state.clock.nowUnixMs();
      const drafts = samples.slice(n % samples.length, (n % samples.length) + 1);
      const result = await state.ledger.append({ stream: STREAM, expected_seq, drafts, objects: [], now_unix_ms });
      if (result.outcome !== "appended") throw new Error("somebody else appends");
      expected_seq = result.head.seq;
    },
    bare: async () => insert(sample.bytes, sample.hash),
  };
  const times: Record<keyof typeof arms, number[]> = { ours: [], bare: [] };
  for (let n = 0; n < WARM_UP_APPENDS + APPENDS; n++)
    // In turn, because each finds the disk as the other left it.
    for (const arm of n % 2 === 0 ? (["ours", "bare"] as const) : (["bare", "ours"] as const)) {
      const start = performance.now();
      await arms[arm](n);
      if (n >= WARM_UP_APPENDS) times[arm].push(performance.now() - start);
    }
  await state.close();
  const [ours, bare] = [1000 / median(times.ours), 1000 / median(times.bare)];
  return {
    name: "durable append of one record",
    figure: ours,
    unit: "records/s",
    baseline: "bare SQLite insert",
    baseline_figure: bare,
    ratio: ours / bare,
    bar: "ratio >= 0.7",
    pass: ours / bare >= 0.7,
  };
}

/** Proves every page as it comes, by both hashes in turn; no page is kept. */
class Replay {
  readonly growth = new Growth();
  readonly #sha256: Sha256;
  #head: Head;

  constructor(sha256: Sha256) {
    this.#sha256 = sha256;
    this.#head = emptyHead(STREAM, sha256);
  }

  add(page: readonly StoredRecord[]): void {
    const stored = page.map(({ bytes }) => bytes);
    const start = performance.now();
    this.#head = verifyChain(this.#head, stored, STREAM, this.#sha256);
    this.growth.add(page.length, performance.now() - start);
  }
}

/** Puts records into a ledger faster than appending them one by one would. */
async function store(state: OpenState, page: readonly StoredRecord[]): Promise<void> {
  await state.ledger.transaction(async (database) => {
    const insert = database.prepare("INSERT INTO record (stream, seq, bytes, hash) VALUES (?, ?, ?, ?)");
    for (const { record, bytes, hash } of page) insert.run(STREAM, record.seq, bytes, hash);
  });
}

/** What a process does that starts on this state: opens it, and reads and proves the stream from its first record. */
async function recover(stateDir: string, count: number, memory: PeakMemory): Promise<Growth> {
  const growth = new Growth();
  let start = performance.now();
  const state = openStateReader(stateDir);
  for (let from = 0; from < count; ) {
    const page = await state.ledger.read(STREAM, from, READ_PAGE_RECORDS_MAX);
    if (page.length === 0) throw new Error(`the ledger ends at ${from}`);
    growth.add(page.length, performance.now() - start);
    from += page.length;
    memory.look();
    start = performance.now();
  }
  await state.close();
  return growth;
}

class PeakMemory {
  mb = 0;

  look(): void {
    this.mb = Math.max(this.mb, process.memoryUsage.rss() / 1e6);
  }
}

function rows(name: string, { recordsPerSecond, exponent }: Growth, least: number): BenchRow[] {
  return [
    {
      name,
      figure: recordsPerSecond,
      unit: "records/s",
      bar: `>= ${least.toLocaleString("en")}`,
      pass: recordsPerSecond >= least,
    },
    {
      name: `${name}, growth`,
      figure: exponent,
      unit: "(1 is linear)",
      bar: `<= ${EXPONENT_MAX}`,
      pass: exponent <= EXPONENT_MAX,
    },
  ];
}

export async function bench(): Promise<BenchRow[]> {
  const scratch = mkdtempSync(join(tmpdir(), "tau-edge-bench-"));
  try {
    const append = await appendRow(scratch);
    const memory = new PeakMemory();
    for (const sha256 of [nativeSha256, nobleSha256]) {
      const warmUp = new Replay(sha256);
      for (const page of tracePages(WARM_UP_RECORDS, READ_PAGE_RECORDS_MAX, nativeSha256)) warmUp.add(page);
    }
    const [native, noble] = [new Replay(nativeSha256), new Replay(nobleSha256)];
    const state = await openState(join(scratch, "state"));
    for (const page of tracePages(RECORDS, READ_PAGE_RECORDS_MAX, nativeSha256)) {
      native.add(page);
      noble.add(page);
      await store(state, page);
      memory.look();
    }
    await state.close();
    const recovery = await recover(join(scratch, "state"), RECORDS, memory);
    return [
      append,
      ...rows("verify 2,000,000 records, native hash", native.growth, 150_000),
      ...rows("verify 2,000,000 records, portable hash", noble.growth, 60_000),
      ...rows("open and prove a ledger of 2,000,000 records", recovery, 150_000),
      {
        name: "largest memory on the way",
        figure: memory.mb,
        unit: "MB",
        bar: `<= ${MEMORY_MB_MAX}`,
        pass: memory.mb <= MEMORY_MB_MAX,
      },
    ];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (import.meta.main) printRows(await bench());
