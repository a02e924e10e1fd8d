import { type CborValue, sha256 } from "@tau-edge/encoding";
import { emptyHead, type StoredRecord, sealDrafts } from "@tau-edge/ledger";
import { describe, expect, it } from "vitest";
import { INCIDENTS_MAX } from "../limits.ts";
import { IncidentCollector } from "./incident-timeline.ts";

function stored(stream: string, at_unix_ms: number, type: string, body: Record<string, CborValue>): StoredRecord {
  const sealed = sealDrafts({
    ...{ stream, sha256, now_unix_ms: at_unix_ms, head: emptyHead(stream, sha256) },
    drafts: [{ actor: { kind: "local", id: "ann" }, type, body }],
  });
  const record = sealed.outcome === "sealed" ? sealed.records[0] : undefined;
  if (record === undefined) throw new Error("not sealed");
  return record;
}

const SHOP = "default/prod/shop";

describe("an incident timeline", () => {
  it("has what went wrong and what was done about it, by time, and nothing of what went well", () => {
    const incidents = new IncidentCollector();
    for (const record of [
      stored(SHOP, 5, "rollback", {
        rollout_id: "r",
        trigger: "gate_failed",
        code: "error_rate_breached",
        reason: "x",
      }),
      stored(SHOP, 4, "iter", { action: "judged", gate_result: "fail", rollout_id: "r" }),
      stored(SHOP, 3, "iter", { action: "judged", gate_result: "pass", rollout_id: "r" }),
      stored(SHOP, 9, "run_end", { final_status: "success" }),
      stored(SHOP, 6, "run_end", { final_status: "rolled_back" }),
      stored("system", 2, "clock_accepted", { now_unix_ms: 2, previous_at_unix_ms: 1 }),
      stored("system", 7, "backup_drilled", { result: "failed", code: "backup_corrupt" }),
      stored("system", 8, "backup_drilled", { result: "passed" }),
    ])
      incidents.take(record);
    const { incidents: found, left_out } = incidents.timeline();
    expect(found.map(({ at_unix_ms, type }) => [at_unix_ms, type])).toEqual([
      [2, "clock_accepted"],
      [4, "iter"],
      [5, "rollback"],
      [6, "run_end"],
      [7, "backup_drilled"],
    ]);
    expect(found[2]).toMatchObject({ stream: SHOP, seq: 0, facts: { code: "error_rate_breached", reason: "x" } });
    expect(left_out).toBe(0);
  });

  it("keeps the latest, and says how many earlier ones are in the ledger alone", () => {
    const incidents = new IncidentCollector();
    const record = stored(SHOP, 0, "blueprint_frozen", { reason: "x" });
    const count = 2 * INCIDENTS_MAX + 5;
    for (let at_unix_ms = count; at_unix_ms > 0; at_unix_ms -= 1)
      incidents.take({ ...record, record: { ...record.record, at_unix_ms } });
    const { incidents: found, left_out } = incidents.timeline();
    expect([found.length, left_out]).toEqual([INCIDENTS_MAX, count - INCIDENTS_MAX]);
    expect([found[0]?.at_unix_ms, found.at(-1)?.at_unix_ms]).toEqual([INCIDENTS_MAX + 6, count]);
  });
});
