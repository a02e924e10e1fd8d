import { MemoryCollectionStore, MemoryLedgerStore, MemoryObjectStore } from "@tau-edge/adapter-memory";
import { digestOf, encodeUtf8, sha256 } from "@tau-edge/encoding";
import { SYSTEM_STREAM } from "@tau-edge/ledger";
import type { CollectionReader } from "@tau-edge/ports";
import { expect, it } from "vitest";
import { judgeObjects } from "./judge-objects.ts";

const PERSON = { kind: "local", id: "somebody" } as const;
const DAY_MS = 24 * 60 * 60 * 1000;
const NOW_UNIX_MS = 1_800_000_000_000;

it("what was condemned after the holdings were read may have been named before that, and waits for the next plan", async () => {
  const objects = new MemoryObjectStore();
  const ledger = new MemoryLedgerStore({ objects: objects.objects });
  const collection = new MemoryCollectionStore({ ledger, objects: objects.objects });
  const bytes = encodeUtf8("nobody named it for years");
  const digest = digestOf(sha256(bytes));
  await objects.putIfAbsent(digest, bytes);
  const append = (stream: string, type: string, names: readonly (typeof digest)[], now_unix_ms: number) => ({
    stream,
    expected_seq: -1,
    drafts: [{ type, actor: PERSON, body: {} }],
    objects: names,
    now_unix_ms,
  });
  /** Somebody names it, and a collector that judged it two days ago and slept since then condemns it. */
  const meanwhile = async () => {
    await ledger.append(append("default/dev/shop", "names_it", [digest], NOW_UNIX_MS));
    await collection.condemn(append(SYSTEM_STREAM, "objects_condemned", [], NOW_UNIX_MS - 2 * DAY_MS), [digest]);
  };
  const between: CollectionReader = {
    stored: () => collection.stored(),
    marks: () => collection.marks(),
    mark: (of) => collection.mark(of),
    collectedBy: (of) => collection.collectedBy(of),
    async *named() {
      yield* collection.named();
      await meanwhile();
    },
  };
  const clock = { now_unix_ms: NOW_UNIX_MS, accepted: false };
  const judged = await judgeObjects(clock, { ledger, collection: between, sha256 });
  expect(await collection.mark(digest)).toMatchObject({ mark: "condemned" });
  expect(judged.condemned).toEqual([]);
});
