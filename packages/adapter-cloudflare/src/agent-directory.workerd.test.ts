/** What only this adapter does: one object for all isolates, proofs in its memory, and errors that keep their codes. */
import { evictDurableObject, reset, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { exchangeOf, hashOf, linkOf, DIRECTORY_NOW_UNIX_MS as NOW, said } from "@tau-edge/ports/suites";
import { afterEach, expect, it } from "vitest";
import { AGENTS_NAME, DurableAgentDirectory, DurableProofMemory } from "./mod.ts";

const KEYS = 200;
const PROOF = { jkt: "thumbprint", jti: "once", nonce: undefined, epoch: 0, now_unix_ms: NOW };

afterEach(() => reset());

function changeStored(sql: string): Promise<void> {
  return runInDurableObject(env.AGENTS.getByName(AGENTS_NAME), (_instance, state) => {
    state.storage.sql.exec(sql);
  });
}

it("lets exactly one of two hundred keys in that come at once", async () => {
  await new DurableAgentDirectory(env.AGENTS).addLink(linkOf(1), { open_links_max: 1 });
  const keys = Array.from({ length: KEYS }, (_, key) => key);
  const outcomes = await Promise.all(
    keys.map((key) => new DurableAgentDirectory(env.AGENTS).exchange(exchangeOf(1, key, key))),
  );
  const winners = keys.filter((key) => outcomes[key]?.outcome === "registered");
  expect(winners).toHaveLength(1);
  expect(outcomes.map(said).filter((word) => word === "used")).toHaveLength(KEYS - 1);
  const directory = new DurableAgentDirectory(env.AGENTS);
  const found = await Promise.all(keys.map((key) => directory.findAccess(hashOf(key))));
  expect(keys.filter((key) => found[key] !== undefined)).toEqual(winners);
  expect((await directory.links(NOW))[0]?.second_uses).toBe(KEYS - 1);
});

it("keeps what it acknowledged when its object is evicted", async () => {
  const directory = new DurableAgentDirectory(env.AGENTS);
  await directory.addLink(linkOf(1), { open_links_max: 1 });
  await directory.exchange(exchangeOf(1, 1, 1));
  await evictDurableObject(env.AGENTS.getByName(AGENTS_NAME));
  expect(said(await directory.exchange(exchangeOf(1, 2, 2)))).toBe("used");
  expect(await directory.findAccess(hashOf(1))).toMatchObject({ jkt: "thumbprint-1" });
});

it("admits a proof once, whichever isolate asks", async () => {
  const admissions = await Promise.all(
    Array.from({ length: 20 }, () => new DurableProofMemory(env.AGENTS).admit(PROOF)),
  );
  expect(admissions.filter((admission) => admission === "ok")).toHaveLength(1);
  expect(admissions.filter((admission) => admission === "replayed")).toHaveLength(19);
});

it("accepts no nonce of before, when its object has forgotten the proofs that were seen", async () => {
  const memory = new DurableProofMemory(env.AGENTS);
  const nonce = await memory.nonce(0);
  expect(await memory.admit({ ...PROOF, nonce })).toBe("ok");
  await evictDurableObject(env.AGENTS.getByName(AGENTS_NAME));
  expect(await memory.admit({ ...PROOF, nonce })).toBe("nonce_stale");
  expect(await memory.nonce(0)).not.toBe(nonce);
});

it("goes by one clock, its own: those of isolates differ, and each would be taken for one that was turned back", async () => {
  const memory = new DurableProofMemory(env.AGENTS);
  const nonce = await memory.nonce(0);
  for (const [nth, now_unix_ms] of [NOW, NOW + 30_000, NOW - 30_000, NOW].entries())
    expect(await memory.admit({ ...PROOF, jti: `proof-${nth}`, nonce, now_unix_ms })).toBe("ok");
});

it("accepts no nonce of an earlier epoch", async () => {
  const memory = new DurableProofMemory(env.AGENTS);
  const nonce = await memory.nonce(0);
  expect(await memory.admit({ ...PROOF, nonce, epoch: 1 })).toBe("nonce_stale");
});

it("says since when it answers, and another time after an eviction", async () => {
  const directory = new DurableAgentDirectory(env.AGENTS);
  const { boot_unix_ms: before = 0 } = await directory.facts();
  expect(before).toBeGreaterThan(0);
  await evictDurableObject(env.AGENTS.getByName(AGENTS_NAME));
  expect((await directory.facts()).boot_unix_ms).toBeGreaterThanOrEqual(before);
});

it("refuses a directory that a newer version wrote, and writes nothing to it", async () => {
  const directory = new DurableAgentDirectory(env.AGENTS);
  await directory.addLink(linkOf(1), { open_links_max: 1 });
  await changeStored("UPDATE schema SET version = 2");
  // The version is read when the object starts.
  await evictDurableObject(env.AGENTS.getByName(AGENTS_NAME));
  await expect(directory.exchange(exchangeOf(1, 1, 1))).rejects.toMatchObject({ code: "directory_newer" });
  await expect(directory.findAccess(hashOf(1))).rejects.toMatchObject({ code: "directory_newer" });
});

it("gives nobody a scope that this program does not know", async () => {
  const directory = new DurableAgentDirectory(env.AGENTS);
  await directory.addLink(linkOf(1), { open_links_max: 1 });
  await directory.exchange(exchangeOf(1, 1, 1));
  await changeStored("UPDATE agent SET scopes = 'admin'");
  await expect(directory.findAccess(hashOf(1))).rejects.toMatchObject({
    code: "directory_corrupt",
    at: expect.stringContaining("scopes"),
  });
});
