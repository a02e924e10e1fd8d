/** What only this adapter does: taking records over, refusing a newer ledger, and keeping messages small. */

import { evictDurableObject, reset, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { sha256 } from "@tau-edge/encoding";
import { emptyHead, sealDrafts } from "@tau-edge/ledger";
import { afterEach, expect, it } from "vitest";
import { DurableLedgerReader, LEDGER_NAME } from "./mod.ts";

const STREAM = "default/dev/edge-wasm";

afterEach(() => reset());

/** Records of about `textBytes` bytes each, from the beginning of the stream. */
function chain(count: number, textBytes = 10): Uint8Array[] {
  const draft = (nth: number) => ({
    type: "sample_made",
    actor: { kind: "local" as const, id: "tester" },
    body: { nth, text: "x".repeat(textBytes) },
  });
  const drafts = Array.from({ length: count }, (_, nth) => draft(nth));
  const sealed = sealDrafts({ stream: STREAM, head: emptyHead(STREAM, sha256), drafts, now_unix_ms: 1_000, sha256 });
  if (sealed.outcome !== "sealed") throw new Error("an empty stream has no clock to disagree with");
  return sealed.records.map(({ bytes }) => bytes);
}

it("takes records over in steps, as long as they continue the chain", async () => {
  const ledger = env.LEDGER.getByName(LEDGER_NAME);
  const records = chain(5);
  expect(await ledger.importRecords(STREAM, records.slice(0, 3))).toEqual({ outcome: "imported", seq: 2 });
  expect(await ledger.importRecords(STREAM, records.slice(3))).toEqual({ outcome: "imported", seq: 4 });
  expect((await new DurableLedgerReader(env.LEDGER).read(STREAM, 0, 10)).map(({ bytes }) => bytes)).toEqual(records);
});

it("takes all records or none", async () => {
  const ledger = env.LEDGER.getByName(LEDGER_NAME);
  const records = chain(3);
  const twice = [...records.slice(0, 2), ...records.slice(1, 2)];
  expect(await ledger.importRecords(STREAM, twice)).toMatchObject({ outcome: "refused", code: "chain_seq" });
  expect(await ledger.importRecords(STREAM, records.slice(1))).toMatchObject({ outcome: "refused" });
  expect(await ledger.importRecords("default/dev/other", records.slice(0, 1))).toMatchObject({ code: "chain_stream" });
  expect(await new DurableLedgerReader(env.LEDGER).streams()).toEqual([]);
});

it("gives a shorter page when its records would not fit into one message, and the rest afterwards", async () => {
  const ledger = env.LEDGER.getByName(LEDGER_NAME);
  const records = chain(80, 60_000);
  await ledger.importRecords(STREAM, records);
  const reader = new DurableLedgerReader(env.LEDGER);
  const first = await reader.read(STREAM, 0, 1_000);
  expect(first.length).toBeGreaterThan(60);
  expect(first.length).toBeLessThan(80);
  const rest = await reader.read(STREAM, first.length, 1_000);
  expect([...first, ...rest].map(({ record }) => record.seq)).toEqual(records.map((_, seq) => seq));
});

it("refuses a ledger that a newer version wrote, and writes nothing to it", async () => {
  const ledger = env.LEDGER.getByName(LEDGER_NAME);
  const records = chain(1);
  await ledger.importRecords(STREAM, records);
  await runInDurableObject(ledger, (_instance, state) => {
    state.storage.sql.exec("UPDATE schema SET version = 2");
  });
  // The version is read when the object starts.
  await evictDurableObject(ledger);
  const reader = new DurableLedgerReader(env.LEDGER);
  await expect(reader.head(STREAM)).rejects.toMatchObject({ code: "ledger_newer" });
  await expect(reader.streams()).rejects.toMatchObject({ code: "ledger_newer" });
  expect(await env.LEDGER.getByName(LEDGER_NAME).importRecords(STREAM, records)).toMatchObject({
    code: "ledger_newer",
  });
});
