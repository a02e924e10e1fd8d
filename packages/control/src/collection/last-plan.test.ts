import { ManualClock, MemoryLedgerStore } from "@tau-edge/adapter-memory";
import { type RecordDraft, SYSTEM_STREAM } from "@tau-edge/ledger";
import { expect, it } from "vitest";
import { draftPlanned } from "./collection-records.ts";
import { lastPlan } from "./last-plan.ts";

const ACTOR = { kind: "system", id: "collector" } as const;

function planned(objects: number) {
  const amount = { objects, size_bytes: objects * 10 };
  return draftPlanned({ condemned: amount, rescinded: 0, kept: amount, orphans: { objects: 0, size_bytes: 0 } }, ACTOR);
}

const OTHER: RecordDraft = { type: "other", actor: ACTOR, body: { v: 1 } };

async function ledgerWith(drafts: readonly RecordDraft[]) {
  const ledger = new MemoryLedgerStore();
  const now_unix_ms = new ManualClock().nowUnixMs();
  await ledger.append({ stream: SYSTEM_STREAM, expected_seq: -1, drafts, objects: [], now_unix_ms });
  return { ledger, seq: drafts.length - 1, now_unix_ms };
}

it("finds the latest plan among other records", async () => {
  const { ledger, seq, now_unix_ms } = await ledgerWith([planned(1), planned(2), OTHER]);
  expect(await lastPlan(ledger, seq)).toEqual({
    at_unix_ms: now_unix_ms,
    condemned: { objects: 2, size_bytes: 20 },
    kept: { objects: 2, size_bytes: 20 },
    orphans: { objects: 0, size_bytes: 0 },
  });
});

it("looks at the latest records and no further", async () => {
  const others = Array.from({ length: 256 }, () => OTHER);
  const { ledger, seq } = await ledgerWith([planned(1), ...others]);
  expect(await lastPlan(ledger, seq)).toBeUndefined();
});

it("takes a plan without amounts for damage", async () => {
  const { ledger, seq } = await ledgerWith([{ ...OTHER, type: "collection_planned" }]);
  await expect(lastPlan(ledger, seq)).rejects.toThrow(expect.objectContaining({ code: "ledger_corrupt" }));
});
