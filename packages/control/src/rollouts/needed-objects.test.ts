import { MemoryCollectionStore, MemoryLedgerStore } from "@tau-edge/adapter-memory";
import { type Digest, encodeUtf8 } from "@tau-edge/encoding";
import { SYSTEM_STREAM } from "@tau-edge/ledger";
import { describe, expect, it } from "vitest";
import { storeDerived } from "./derived-code.ts";
import { ALICE, Disk, diskWithStable, done, Process, planFor } from "./rollouts.test-helper.ts";

/** Everything is condemned that is stored, whatever needs it. */
async function condemnAll(disk: Disk): Promise<void> {
  const ledger = new MemoryLedgerStore({ rows: disk.rows, objects: disk.objects });
  const collection = new MemoryCollectionStore({ ledger, objects: disk.objects });
  const { seq } = await ledger.head(SYSTEM_STREAM);
  const drafts = [{ type: "objects_condemned", actor: ALICE, body: {} }];
  const now_unix_ms = disk.clock.nowUnixMs();
  const append = { stream: SYSTEM_STREAM, expected_seq: seq, drafts, objects: [], now_unix_ms };
  await collection.condemn(append, [...disk.objects.keys()]);
}

async function condemned(disk: Disk, digests: Iterable<Digest>): Promise<readonly Digest[]> {
  const ledger = new MemoryLedgerStore({ rows: disk.rows, objects: disk.objects });
  const collection = new MemoryCollectionStore({ ledger, objects: disk.objects });
  const found = await Promise.all([...digests].map((digest) => collection.mark(digest)));
  return found.flatMap((mark) => (mark === undefined ? [] : [mark.digest]));
}

/** A release with code that was derived from it, and the objects of that code. */
async function derivedRelease(process: Process, byte: number) {
  const { manifest_digest } = await process.release(byte);
  const before = new Set(process.disk.objects.keys());
  const files = new Map([["code.js", encodeUtf8("export const answer = 42;")]]);
  const description = { transpiler: "jco", version: "1.0.0", options: [], entry: "code.js" };
  const stored = await storeDerived({ manifest_digest, description, files }, process.ports);
  if (stored.outcome === "refused") throw new Error(stored.detail);
  const code = [...process.disk.objects.keys()].filter((digest) => !before.has(digest));
  const { derived_hash } = stored;
  const created = await process.rollouts.createRelease({ manifest_digest, version: "2.0.0", derived_hash });
  if (created.outcome === "refused") throw new Error(created.detail);
  return { release: created.release, code };
}

describe("what begins again needs what it does not store itself", () => {
  it("a start takes the mark from the derived code of its release", async () => {
    const process = new Process(new Disk());
    const { release, code } = await derivedRelease(process, 1);
    await condemnAll(process.disk);
    await process.start(planFor(release, { baseline: "none" }));
    expect(code).not.toEqual([]);
    expect(await condemned(process.disk, code)).toEqual([]);
  });

  it("a start is refused when derived code of its release is gone", async () => {
    const process = new Process(new Disk());
    const { release, code } = await derivedRelease(process, 1);
    for (const digest of code) process.disk.objects.delete(digest);
    await expect(process.start(planFor(release, { baseline: "none" }))).rejects.toMatchObject({
      code: "object_condemned",
    });
  });

  it("an undo takes the mark from the derived code of the release that comes back", async () => {
    const process = new Process(new Disk());
    const { release, code } = await derivedRelease(process, 1);
    await process.finish(await process.start(planFor(release, { baseline: "none" })));
    await process.finish(await process.start(planFor(await process.release(2))));
    await condemnAll(process.disk);
    done(await process.rollouts.undo({ environment: "dev", blueprint: "shop", release: release.release }));
    expect(await condemned(process.disk, code)).toEqual([]);
  });

  it("a retry takes the mark from everything that the attempts before it named", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const release = await process.release(2);
    const rollout_id = await process.start(planFor(release));
    await process.tick();
    await process.observe(rollout_id);
    await process.tick();
    done(await process.rollouts.command(rollout_id, { do: "abort", reason: "told so" }));
    const validation = "profile:wasi_preview2_v1";
    const wanted = { environment: "dev", blueprint: "shop", manifest: release.manifest_digest } as const;
    done(await process.rollouts.revalidate({ ...wanted, validation }));
    const known = await process.ports.streams.stream({ tenant: "default", environment: "dev", blueprint: "shop" });
    const named = [...(known.rollouts.get(rollout_id)?.named ?? [])];
    await condemnAll(disk);
    done(await process.rollouts.command(rollout_id, { do: "retry" }));
    expect(named.length).toBeGreaterThan(6);
    expect(await condemned(disk, named)).toEqual([]);
  });

  it("a refused start needs nothing", async () => {
    const process = new Process(new Disk());
    const { release, code } = await derivedRelease(process, 1);
    await condemnAll(process.disk);
    process.disk.space.free_bytes = 0;
    const plan = planFor(release, { baseline: "none" });
    const started = await process.rollouts.start({ plan, environment: "dev", accept_noise: true });
    expect(started).toMatchObject({ outcome: "refused", code: "preflight_failed" });
    expect(await condemned(process.disk, code)).toEqual(code);
  });
});
