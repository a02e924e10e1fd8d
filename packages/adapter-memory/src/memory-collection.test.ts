import { type Digest, digestOf, sha256 } from "@tau-edge/encoding";
import type { StoredRow } from "@tau-edge/ports";
import { describe, expect, it } from "vitest";
import { type Fault, Faults, SimulatedCrash } from "./faults.ts";
import { MemoryCollectionStore } from "./memory-collection.ts";
import { MemoryLedgerStore } from "./memory-ledger.ts";

const STREAM = "default/dev/app";
const DIGESTS = [1, 2, 3].map((byte) => digestOf(sha256(new Uint8Array([byte])))).sort();
const [NAMED] = DIGESTS;

class Disk {
  readonly rows = new Map<string, StoredRow[]>();
  readonly objects = new Map<Digest, Uint8Array>(DIGESTS.map((digest) => [digest, new Uint8Array(1)]));

  open(faults = new Faults()) {
    const ledger = new MemoryLedgerStore({ ...this, faults });
    return { ledger, collection: new MemoryCollectionStore({ ledger, objects: this.objects, faults }) };
  }
}

type Place = ReturnType<Disk["open"]>;

async function next({ ledger }: Place, objects: readonly Digest[] = []) {
  const { seq: expected_seq } = await ledger.head(STREAM);
  const drafts = [{ type: "note", actor: { kind: "local", id: "tester" }, body: {} }] as const;
  return { stream: STREAM, expected_seq, drafts, objects, now_unix_ms: 1 };
}

/** What a collector does, from wherever the one before it stopped. */
async function collectAll(place: Place): Promise<void> {
  const { collection } = place;
  await collection.sweep(10);
  const marked: Digest[] = [];
  for await (const page of collection.marks()) marked.push(...page.map(({ digest }) => digest));
  const stored: Digest[] = [];
  for await (const page of collection.stored()) stored.push(...page.map(({ digest }) => digest));
  if (stored.length === 0) return;
  if (marked.length === 0) await collection.condemn(await next(place), stored);
  const condemned_seq = (await collection.mark(stored[0] ?? "sha256:"))?.seq ?? -1;
  await collection.collect(await next(place), stored, { condemned_seq, system_seq: -1 });
  await collection.sweep(10);
}

async function countWrites(): Promise<number> {
  const faults = new Faults();
  await collectAll(new Disk().open(faults));
  return faults.writes;
}

describe("a collector that dies", () => {
  for (const fault of ["crash_before", "crash_after"] as const satisfies readonly Fault[])
    it(`at every write (${fault}) is followed by one that ends with the same`, async () => {
      const writes = await countWrites();
      expect(writes).toBeGreaterThan(4);
      for (let nth = 1; nth <= writes; nth++) {
        const disk = new Disk();
        await expect(collectAll(disk.open(new Faults().plan(nth, fault)))).rejects.toThrow(SimulatedCrash);
        const after = disk.open();
        await collectAll(after);
        expect([disk.objects.size, after.ledger.beside.marks.size, after.ledger.beside.collected.size]).toEqual([
          0, 0, 3,
        ]);
      }
    });

  it("at any write of its sweep leaves what a record names afterwards", async () => {
    const writes = await countWrites();
    for (let nth = 1; nth <= writes; nth++) {
      const disk = new Disk();
      await collectAll(disk.open(new Faults().plan(nth, "crash_before"))).catch(() => undefined);
      const after = disk.open();
      if (NAMED === undefined || !disk.objects.has(NAMED)) continue;
      await after.ledger.append(await next(after, [NAMED]));
      await after.collection.sweep(10);
      expect(disk.objects.has(NAMED)).toBe(true);
    }
  });
});
