import type { Digest } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import {
  ALICE,
  BOB,
  Disk,
  diskWithStable,
  done,
  MINUTE_MS,
  Process,
  planFor,
  shown,
} from "../rollouts/rollouts.test-helper.ts";
import {
  collectAfter,
  collecting,
  collectionPorts,
  DAY_MS,
  derivedRelease,
  judgements,
  lookingProcess,
  orphan,
} from "./collection.test-helper.ts";

const CENTURY_DAYS = 36_525;

/** As many commits as asked for, each of a release of its own. */
async function committed(process: Process, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let byte = 1; byte <= count; byte += 1) {
    const id = await process.start(
      planFor(await process.release(byte), { baseline: byte === 1 ? "none" : "committed" }),
    );
    expect((await process.finish(id)).status).toBe("success");
    ids.push(id);
  }
  return ids;
}

const NEXT_MANIFEST = { environment: "dev", blueprint: "shop", validation: "profile:wasi_preview2_v1" } as const;

async function replayed(disk: Disk, ids: readonly string[]): Promise<readonly (string | undefined)[]> {
  const { rollouts } = lookingProcess(disk);
  const results: (string | undefined)[] = [];
  for (const id of ids) results.push((await rollouts.replay(id))?.result);
  return results;
}

describe("evidence of rollouts that have ended", () => {
  it("is kept for the last ten commits whatever their age, and goes for earlier ones", async () => {
    const disk = new Disk();
    const ids = await committed(new Process(disk), 12);
    const { collected } = await collectAfter(disk, 500);
    expect(collected.objects).toBeGreaterThan(0);
    const gone = await lookingProcess(disk).rollouts.replay(ids[0] ?? "");
    expect(gone).toMatchObject({ result: "not_replayable", collected_by: { stream: "default/dev/shop" } });
    expect(await replayed(disk, ids)).toEqual([...Array(2).fill("not_replayable"), ...Array(10).fill("same")]);
  });

  it("is kept for as long as its window, and not a moment longer", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const bad = await process.start(planFor(await process.release(2)));
    expect((await process.finish(bad, 9)).status).toBe("rolled_back");
    const end_unix_ms = disk.clock.nowUnixMs();
    for (const [days, result] of [
      [399, "same"],
      [401, "not_replayable"],
    ] as const) {
      disk.clock.set(end_unix_ms + days * DAY_MS - DAY_MS);
      await collecting(disk).plan({ accept_clock: true });
      disk.clock.advance(DAY_MS);
      await collecting(disk).run();
      disk.clock.advance(DAY_MS);
      await collecting(disk).run();
      expect(await replayed(disk, [bad]), `${days} days`).toEqual([result]);
    }
  });

  it("counts from the last record of a retry, and covers the attempts before it", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const release = await process.release(2);
    const id = await process.start(planFor(release));
    await process.tick();
    await process.observe(id);
    await process.tick();
    done(await process.rollouts.command(id, { do: "abort", reason: "x" }));
    await collectAfter(disk, 300);
    done(await process.rollouts.revalidate({ ...NEXT_MANIFEST, manifest: release.manifest_digest }));
    done(await process.rollouts.command(id, { do: "retry" }));
    done(await process.rollouts.command(id, { do: "abort", reason: "x" }));
    await collectAfter(disk, 300);
    expect(await replayed(disk, [id])).toEqual(["same"]);
    await collectAfter(disk, 101);
    expect(await replayed(disk, [id])).toEqual(["not_replayable"]);
  });

  it("covers overrides, and reports of validations", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const release = await process.release(2);
    const id = await process.start(planFor(release));
    await process.tick();
    done(await process.rollouts.command(id, { do: "override", role: "release_owner", reason: "it must" }));
    const override = { do: "override", role: "on_call", reason: "it must" } as const;
    done(await process.as(BOB).command(id, override));
    done(await process.rollouts.command(id, { do: "abort", reason: "x" }));
    const before = new Set(disk.objects.keys());
    done(await process.rollouts.revalidate({ ...NEXT_MANIFEST, manifest: release.manifest_digest }));
    const [report] = [...disk.objects.keys()].filter((digest) => !before.has(digest));
    disk.clock.advance(399 * DAY_MS);
    const within = await judgements(disk);
    expect(within.get(report ?? "sha256:")).toMatchObject({ verdict: "stays", reason: "within_window" });
    const named = (await collectionOf(process, id)).map((digest) => within.get(digest)?.verdict);
    expect(named).toEqual(named.map(() => "stays"));
    disk.clock.advance(2 * DAY_MS);
    expect((await judgements(disk)).get(report ?? "sha256:")).toMatchObject({ verdict: "goes", reason: "expired" });
  });

  it("of the environment before is kept for as long as what was promoted by it", async () => {
    const disk = new Disk();
    const process = new Process(disk);
    const release = await process.release(1);
    const ways = { environments: ["staging", "prod"] };
    const approvals = [{ role: "on_call", environments: ["prod"] }];
    const watch = { duration_ms: 30 * MINUTE_MS, judge_every_ms: MINUTE_MS, min_samples: 40 };
    const plan = planFor(release, { baseline: "none", ...ways }, { approvals, watch });
    const staged = await process.start(plan, "staging");
    expect((await process.finish(staged)).status).toBe("success");
    const promoted = await process.start(plan, "prod");
    const policy_bundle_hash = shown(await process.rollouts.get(promoted)).policy_bundle_hash;
    const approval = { do: "approve", role: "on_call", release: release.release, policy_bundle_hash } as const;
    done(await process.rollouts.command(promoted, approval));
    expect((await process.finish(promoted)).status).toBe("success");
    // Enough of others that the one in staging is no recent commit.
    for (let byte = 2; byte <= 12; byte += 1) {
      const next = planFor(await process.release(byte), { environments: ["staging"] });
      await process.finish(await process.start(next, "staging"));
    }
    const { collected } = await collectAfter(disk, 500);
    expect(collected.objects).toBeGreaterThan(0);
    expect(await replayed(disk, [staged, promoted])).toEqual(["same", "same"]);
    const [path] = new Set(
      [...(await judgements(disk)).values()].flatMap(({ path }) => (path?.[0] === "promoted_from" ? path[0] : [])),
    );
    expect(path).toBe("promoted_from");
  });
});

async function collectionOf(process: Process, id: string): Promise<readonly Digest[]> {
  const known = await process.ports.streams.stream({ tenant: "default", environment: "dev", blueprint: "shop" });
  return [...(known.rollouts.get(id)?.named ?? [])];
}

describe("what no flag and no clock lets go", () => {
  it("is anything of an open rollout, also after a century", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const id = await process.start(planFor(await process.release(2)));
    await process.tick();
    await process.observe(id);
    await process.tick();
    const before = [...disk.objects.keys()];
    const waste = await orphan(disk, "waste");
    const report = await collectAfter(disk, CENTURY_DAYS);
    expect(disk.objects.has(waste)).toBe(false);
    expect(before.filter((digest) => !disk.objects.has(digest))).toEqual([]);
    expect(report.left).toEqual([]);
    expect((await judgements(disk)).get(shown(await process.rollouts.get(id)).plan_hash)).toMatchObject({
      reason: "open_rollout",
      path: ["plan_hash"],
      root: `rollout ${id}`,
    });
  });

  it("is what a golden rollout left, a pinned release, and what cycles and lists are made of", async () => {
    const disk = new Disk();
    const process = new Process(disk);
    const golden = await process.start(
      planFor(await process.release(1), { baseline: "none", retention_class: "golden" }),
    );
    await process.finish(golden);
    const pinned = await process.release(2);
    await collecting(disk).pin({ release: pinned.release, reason: "an audit" });
    for (let byte = 3; byte <= 13; byte += 1)
      await process.finish(await process.start(planFor(await process.release(byte))));
    await collectAfter(disk, CENTURY_DAYS);
    await collectAfter(disk, CENTURY_DAYS);
    expect(await replayed(disk, [golden])).toEqual(["same"]);
    for (const digest of [pinned.release, pinned.manifest_digest, pinned.artifact])
      expect((await judgements(disk)).get(digest)).toMatchObject({ reason: "pinned", verdict: "stays" });
    for await (const { list, objects } of collecting(disk).log()) {
      expect(objects.length).toBeGreaterThan(0);
      expect((await judgements(disk)).get(list)).toMatchObject({ reason: "audit" });
    }
  });

  it("is what a record names whose type nobody knows", async () => {
    const { disk } = await diskWithStable();
    const { ledger } = collectionPorts(disk);
    const kept = await orphan(disk, "of a later version");
    const head = await ledger.head("default/dev/shop");
    const drafts = [{ type: "of_tomorrow", actor: ALICE, body: {} }];
    const now_unix_ms = disk.clock.nowUnixMs();
    await ledger.append({ stream: "default/dev/shop", expected_seq: head.seq, drafts, objects: [kept], now_unix_ms });
    await collectAfter(disk, CENTURY_DAYS);
    expect((await judgements(disk)).get(kept)).toMatchObject({ reason: "unknown_record", verdict: "stays" });
  });
});

describe("packages and releases", () => {
  it("go after their window unless they are the newest", async () => {
    const disk = new Disk();
    const process = new Process(disk);
    const [first, second, newest] = [await process.release(1), await process.release(2), await process.release(3)];
    await collecting(disk).plan();
    disk.clock.advance(20 * DAY_MS);
    expect((await judgements(disk)).get(first.artifact)).toMatchObject({
      reason: "within_window",
      class: "experimental",
    });
    await collectAfter(disk, 11);
    for (const { release, manifest_digest, artifact } of [first, second])
      expect([release, manifest_digest, artifact].filter((digest) => disk.objects.has(digest))).toEqual([]);
    for (const digest of [newest.release, newest.manifest_digest, newest.artifact])
      expect(disk.objects.has(digest), digest).toBe(true);
  });

  it("share derived code: it stays as long as one of them needs it", async () => {
    const disk = new Disk();
    const process = new Process(disk);
    const first = await derivedRelease(process, 1);
    const second = await derivedRelease(process, 1, "3.0.0");
    expect(second.code).toEqual([]);
    await collecting(disk).pin({ release: second.release.release, reason: "x" });
    await process.release(2);
    await collectAfter(disk, 100);
    expect(disk.objects.has(first.release.release)).toBe(false);
    expect(first.code.filter((digest) => !disk.objects.has(digest))).toEqual([]);
    await collecting(disk).unpin({ release: second.release.release, reason: "x" });
    await collectAfter(disk, 2);
    expect(first.code.filter((digest) => disk.objects.has(digest))).toEqual([]);
  });

  it("are kept by a rollout of another environment that names them", async () => {
    const disk = new Disk();
    const process = new Process(disk);
    const release = await process.release(1);
    await process.finish(
      await process.start(planFor(release, { baseline: "none", environments: ["staging"] }), "staging"),
    );
    await process.release(2);
    await collectAfter(disk, 500);
    expect((await judgements(disk)).get(release.artifact)).toMatchObject({
      reason: "recent_commit",
      path: ["release", "manifest", "artifact"],
      owner: "default/staging/shop",
    });
  });
});

it("keeps what an undo can go back to, also after much going to and fro", async () => {
  const disk = new Disk();
  const process = new Process(disk);
  const releases = [await process.release(1), await process.release(2), await process.release(3)];
  for (const [nth, release] of releases.entries())
    await process.finish(await process.start(planFor(release, { baseline: nth === 0 ? "none" : "committed" })));
  for (let times = 0; times < 12; times += 1) {
    const { release = "sha256:" } = releases[1 + (times % 2)] ?? {};
    const undone = done(await process.rollouts.undo({ environment: "dev", blueprint: "shop", release }));
    await process.finish(undone.rollout_id);
  }
  await collectAfter(disk, 500);
  const { release = "sha256:" } = releases[0] ?? {};
  const back = done(await lookingProcess(disk).rollouts.undo({ environment: "dev", blueprint: "shop", release }));
  expect(back.target.release).toBe(release);
});

it("says how much time passed for a stream only by its own records", async () => {
  const { disk } = await diskWithStable();
  const process = new Process(disk);
  const id = await process.start(planFor(await process.release(2)));
  await process.tick();
  disk.clock.advance(MINUTE_MS);
  const now = await judgements(disk);
  expect(now.get(shown(await process.rollouts.get(id)).target.artifact)).toMatchObject({ age_ms: 0 });
});
