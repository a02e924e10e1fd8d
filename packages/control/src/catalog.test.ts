import { ManualClock, MemoryLedgerStore } from "@tau-edge/adapter-memory";
import { digestOf, sha256 } from "@tau-edge/encoding";
import type { LedgerReader } from "@tau-edge/ports";
import { describe, expect, it } from "vitest";
import { openCatalog } from "./catalog.ts";
import { draftPackaged, type PackagedFacts } from "./packaged-record.ts";
import { ACTOR } from "./packaging.test-helper.ts";
import { packagingStream } from "./stream.ts";

const clock = new ManualClock();
const digest = (n: number) => digestOf(sha256(new Uint8Array([n & 255, n >> 8])));

const facts = (blueprint_id: string, n: number): PackagedFacts => ({
  blueprint_id,
  artifact: digest(n),
  manifest: digest(n + 10_000),
  artifact_size_bytes: 8,
  manifest_size_bytes: 900,
  artifact_kind: "component",
  profile_id: "wasi_preview2_v1",
  runtime_profile: "wasm_wasi",
  file_name: "app.wasm",
  policy_revision: "t+r",
  generated_unix_ms: 315_532_800_000,
  constraint_profile_id: "control_plane_gateway_v1",
  required_abi: "wasi:*",
  required_feature_gates: ["no_native_process_exec"],
});

async function add(ledger: MemoryLedgerStore, blueprint_id: string, numbers: readonly number[]): Promise<void> {
  const stream = packagingStream(blueprint_id);
  const { seq } = await ledger.head(stream);
  const drafts = numbers.map((n) => draftPackaged(facts(blueprint_id, n), ACTOR));
  const result = await ledger.append({
    stream,
    expected_seq: seq,
    drafts,
    objects: [],
    now_unix_ms: clock.nowUnixMs(),
  });
  expect(result.outcome).toBe("appended");
}

/** Counts the records that are handed out. */
function counting(ledger: LedgerReader): LedgerReader & { count: number } {
  const counted = {
    count: 0,
    streams: () => ledger.streams(),
    ends: () => ledger.ends(),
    head: (stream: string) => ledger.head(stream),
    async read(stream: string, from: number, limit: number) {
      const page = await ledger.read(stream, from, limit);
      counted.count += page.length;
      return page;
    },
  };
  return counted;
}

describe("the catalog", () => {
  it("gives back every fact of a record, newest first, and knows the record", async () => {
    const ledger = new MemoryLedgerStore();
    await add(ledger, "app", [1, 2]);
    const catalog = openCatalog(ledger);
    const [newest, oldest] = await catalog.deliverables("app");
    expect(newest).toMatchObject({ ...facts("app", 2), seq: 1, environment: "dev", stream: "default/dev/app" });
    expect(newest?.packaged_at_unix_ms).toBe(clock.nowUnixMs());
    expect(newest?.record_hash).toMatch(/^[0-9a-f]{64}$/);
    expect(oldest?.artifact).toBe(digest(1));
  });

  it("lists blueprints sorted and all deliverables by blueprint; an unknown one has none", async () => {
    const ledger = new MemoryLedgerStore();
    await add(ledger, "b", [1]);
    await add(ledger, "a", [2, 3]);
    const catalog = openCatalog(ledger);
    expect(await catalog.blueprints()).toEqual(["a", "b"]);
    expect((await catalog.all()).map(({ artifact }) => artifact)).toEqual([digest(3), digest(2), digest(1)]);
    expect(await catalog.deliverables("__proto__")).toEqual([]);
  });

  it("finds artifacts and manifests by digest, also those that were packaged after it was opened", async () => {
    const ledger = new MemoryLedgerStore();
    const catalog = openCatalog(ledger);
    expect(await catalog.find(digest(1))).toBeUndefined();
    await add(ledger, "app", [1]);
    expect(await catalog.find(digest(1))).toMatchObject({ part: "artifact", deliverable: { blueprint_id: "app" } });
    expect(await catalog.find(digest(10_001))).toMatchObject({ part: "manifest" });
  });

  it("reads each record once, whatever is asked and however often, also at the same time", async () => {
    const ledger = new MemoryLedgerStore();
    await add(
      ledger,
      "app",
      Array.from({ length: 2_500 }, (_, n) => n),
    );
    const reader = counting(ledger);
    const catalog = openCatalog(reader);
    await Promise.all([catalog.all(), catalog.blueprints(), catalog.deliverables("app"), catalog.find(digest(7))]);
    expect(reader.count).toBe(2_500);
    await add(ledger, "app", [3_000]);
    expect(await catalog.all()).toHaveLength(2_501);
    expect(reader.count).toBe(2_501);
  });

  it("refreshes for a crowd once, and again for those who came after that had begun", async () => {
    const ledger = new MemoryLedgerStore();
    let refreshes = 0;
    let meanwhile = async (): Promise<void> => undefined;
    const reader: LedgerReader = {
      streams: () => ledger.streams(),
      ends: async () => {
        refreshes += 1;
        const ends = await ledger.ends();
        await meanwhile();
        return ends;
      },
      head: (stream) => ledger.head(stream),
      read: (stream, from, limit) => ledger.read(stream, from, limit),
    };
    const catalog = openCatalog(reader);
    const unknown = () => Promise.all(Array.from({ length: 500 }, (_, n) => catalog.find(digest(n))));
    await unknown();
    expect(refreshes).toBe(1);
    // What is packaged while a refresh runs was perhaps not seen by it; a lookup that comes then must see it.
    let later: Promise<unknown> = Promise.resolve();
    meanwhile = async () => {
      meanwhile = async () => undefined;
      await add(ledger, "app", [7]);
      later = unknown();
    };
    await unknown();
    const found = await later;
    expect(refreshes).toBe(3);
    expect(found).toContainEqual(expect.objectContaining({ part: "artifact" }));
  });

  it("lets a lookup fail alone: the next one tries again", async () => {
    const ledger = new MemoryLedgerStore();
    await add(ledger, "app", [1]);
    let broken = true;
    const reader: LedgerReader = {
      streams: () => ledger.streams(),
      ends: async () => {
        if (broken) throw new Error("gone");
        return ledger.ends();
      },
      head: (stream) => ledger.head(stream),
      read: (stream, from, limit) => ledger.read(stream, from, limit),
    };
    const catalog = openCatalog(reader);
    const both = await Promise.allSettled([catalog.all(), catalog.find(digest(1))]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    broken = false;
    expect(await catalog.find(digest(1))).toBeDefined();
  });

  it("asks one question for all streams, and reads only those that have grown", async () => {
    const ledger = new MemoryLedgerStore();
    for (let n = 0; n < 50; n++) await add(ledger, `app-${n}`, [n]);
    const asked: string[] = [];
    const reader: LedgerReader = {
      streams: () => ledger.streams(),
      ends: () => ledger.ends(),
      head: (stream) => {
        asked.push(stream);
        return ledger.head(stream);
      },
      read: (stream, from, limit) => {
        asked.push(stream);
        return ledger.read(stream, from, limit);
      },
    };
    const catalog = openCatalog(reader);
    await catalog.all();
    expect(asked).toHaveLength(50);
    await add(ledger, "app-7", [99]);
    await catalog.all();
    await catalog.all();
    expect(asked.slice(50)).toEqual(["default/dev/app-7"]);
  });

  it("starts again when another ledger stands in the place of the one it read", async () => {
    const ledger = new MemoryLedgerStore();
    await add(ledger, "app", [1, 2]);
    const catalog = openCatalog(ledger);
    await catalog.all();
    ledger.rows.clear();
    await add(ledger, "app", [5]);
    expect((await catalog.all()).map(({ artifact }) => artifact)).toEqual([digest(5)]);
    expect(await catalog.find(digest(1))).toBeUndefined();
  });

  it("forgets streams that are gone", async () => {
    const ledger = new MemoryLedgerStore();
    await add(ledger, "app", [1]);
    const catalog = openCatalog(ledger);
    await catalog.all();
    ledger.rows.clear();
    expect(await catalog.all()).toEqual([]);
  });

  it("goes on finding and showing what sound streams hold when another is damaged, and reads no record again", async () => {
    const ledger = new MemoryLedgerStore();
    await add(ledger, "app", [1]);
    await ledger.append({
      stream: packagingStream("bad"),
      expected_seq: -1,
      drafts: [{ type: "artifact_packaged", actor: ACTOR, body: { anything: true } }],
      objects: [],
      now_unix_ms: clock.nowUnixMs(),
    });
    const reader = counting(ledger);
    const catalog = openCatalog(reader);
    for (let nth = 0; nth < 2; nth += 1) {
      await expect(catalog.all()).rejects.toMatchObject({ code: "ledger_corrupt" });
      await expect(catalog.find(digest(2))).rejects.toMatchObject({ code: "ledger_corrupt" });
      expect(await catalog.find(digest(1))).toMatchObject({ part: "artifact" });
      const { deliverables, unreadable } = await catalog.readable();
      expect(deliverables.map(({ artifact }) => artifact)).toEqual([digest(1)]);
      expect(unreadable).toEqual([{ stream: "default/dev/bad", code: "ledger_corrupt" }]);
    }
    const counted = reader.count;
    await catalog.readable();
    expect(reader.count - counted).toBe(1);
  });

  it("passes over records of other types and refuses a body that nobody can have written", async () => {
    const ledger = new MemoryLedgerStore();
    const draft = { type: "something_new", actor: ACTOR, body: { anything: true } };
    const append = (expected_seq: number, drafts: readonly (typeof draft)[]) =>
      ledger.append({
        stream: packagingStream("app"),
        expected_seq,
        drafts,
        objects: [],
        now_unix_ms: clock.nowUnixMs(),
      });
    await append(-1, [draft]);
    const catalog = openCatalog(ledger);
    expect(await catalog.all()).toEqual([]);
    await append(0, [{ ...draft, type: "artifact_packaged" }]);
    await expect(catalog.all()).rejects.toMatchObject({ code: "ledger_corrupt", at: "default/dev/app#1" });
  });
});
