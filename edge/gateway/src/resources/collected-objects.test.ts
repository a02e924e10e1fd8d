import { ManualClock, MemoryCollectionStore, MemoryLedgerStore, MemoryObjectStore } from "@tau-edge/adapter-memory";
import { draftPackaged, type PackagedFacts, packagingStream } from "@tau-edge/control";
import { digestOf, sha256 } from "@tau-edge/encoding";
import { expect, it } from "vitest";
import { makeGateway } from "../gateway.ts";
import { readRollouts } from "../rollouts/rollout-access.ts";

const ACTOR = { kind: "local", id: "somebody" } as const;
const bytes = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
const artifact = digestOf(sha256(bytes));
const manifest = digestOf(sha256(new Uint8Array([1])));
const FACTS: PackagedFacts = {
  blueprint_id: "app",
  artifact,
  manifest,
  artifact_size_bytes: 8,
  manifest_size_bytes: 1,
  artifact_kind: "module",
  profile_id: "p",
  runtime_profile: "wasm_wasi",
  file_name: "app.wasm",
  policy_revision: "r",
  generated_unix_ms: 0,
  constraint_profile_id: "c",
  required_abi: "wasi:*",
  required_feature_gates: [],
};

async function state() {
  const clock = new ManualClock();
  const objects = new MemoryObjectStore();
  const ledger = new MemoryLedgerStore({ objects: objects.objects });
  const collection = new MemoryCollectionStore({ ledger, objects: objects.objects });
  await objects.putIfAbsent(artifact, bytes);
  const stream = packagingStream("app");
  const now_unix_ms = clock.nowUnixMs();
  const append = { stream, expected_seq: -1, drafts: [draftPackaged(FACTS, ACTOR)], objects: [artifact], now_unix_ms };
  await ledger.append(append);
  const record = (type: string, expected_seq: number) => ({
    ...append,
    expected_seq,
    drafts: [{ type, actor: ACTOR, body: {} }],
    objects: [],
  });
  return {
    objects,
    async condemn() {
      await collection.condemn(record("objects_condemned", 0), [artifact]);
    },
    async collect() {
      const expectation = { condemned_seq: 1, system_seq: -1 };
      await collection.collect(record("objects_collected", 1), [artifact], expectation);
      await collection.sweep(10);
    },
    /** A process that has nothing in memory yet. */
    gateway() {
      const rollouts = readRollouts({ ledger, objects, clock, sha256, collection });
      const randomBytes = (count: number) => new Uint8Array(count);
      return makeGateway({ objects, ledger, clock, randomBytes, rollouts }, { allowedHosts: ["localhost"] });
    },
  };
}

it.each(["GET", "HEAD"])("answers a %s of a collected object with 410, until it is stored again", async (method) => {
  const { objects, condemn, collect, gateway } = await state();
  const ask = async () => (await gateway().request(`http://localhost/v1/artifacts/${artifact}`, { method })).status;
  expect(await ask()).toBe(200);
  await condemn();
  expect(await ask()).toBe(200);
  await collect();
  expect(await ask()).toBe(410);
  await objects.putIfAbsent(artifact, bytes);
  expect(await ask()).toBe(200);
});

it("says of an object that nothing explains that it is missing, and of a collected one which code that has", async () => {
  const lost = await state();
  lost.objects.objects.delete(artifact);
  const path = `http://localhost/v1/artifacts/${artifact}`;
  expect((await lost.gateway().request(path)).status).toBe(500);
  const { condemn, collect, gateway } = await state();
  await condemn();
  await collect();
  expect(await (await gateway().request(path)).json()).toMatchObject({ status: 410, code: "object_collected" });
});
