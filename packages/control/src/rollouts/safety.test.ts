import { describe, expect, it } from "vitest";
import { makeController } from "./controller.ts";
import { type Disk, diskWithStable, done, MINUTE_MS, Process, planFor, shown } from "./rollouts.test-helper.ts";

const DAY_MS = 24 * 60 * MINUTE_MS;

/** A release is exposed next to one that was committed, whose pointer is then cut off. */
async function exposedBesideDamage(): Promise<{ disk: Disk; process: Process; id: string; key: string }> {
  const { disk } = await diskWithStable();
  const process = new Process(disk);
  const id = await process.start(planFor(await process.release(2)));
  await process.tick();
  const [key = ""] = disk.pointers.keys();
  disk.pointers.set(key, new Uint8Array([0xa0]));
  return { disk, process: new Process(disk), id, key };
}

describe("a COMMITTED pointer that cannot be read", () => {
  it.each([
    { do: "abort", reason: "now" },
    { do: "roll_back", reason: "now" },
    { do: "pause", reason: "now" },
  ] as const)("does not keep anybody from this: $do", async (command) => {
    const { process, id } = await exposedBesideDamage();
    const view = done(await process.rollouts.command(id, command));
    expect(view.weight_bp).toBe(command.do === "pause" ? 5_000 : 0);
  });

  it("keeps everybody from exposing more, and a dry run says so too", async () => {
    const { process, id } = await exposedBesideDamage();
    done(await process.rollouts.command(id, { do: "pause", reason: "looking" }));
    const failure = { code: "pointer_corrupt" };
    await expect(process.rollouts.command(id, { do: "resume" })).rejects.toMatchObject(failure);
    await expect(process.rollouts.command(id, { do: "resume" }, { dry_run: true })).rejects.toMatchObject(failure);
  });

  it("lets a dry run publish nothing where a pointer is only missing", async () => {
    const { disk, process, id, key } = await exposedBesideDamage();
    disk.pointers.delete(key);
    done(await process.rollouts.command(id, { do: "pause", reason: "x" }, { dry_run: true }));
    expect(disk.pointers.has(key)).toBe(false);
  });

  it("does not keep a bad release from being rolled back, and is told with every look", async () => {
    const { disk, process, id } = await exposedBesideDamage();
    const controller = makeController(process.ports);
    await process.observe(id, 9);
    const [tick] = await controller.tick(disk.clock.nowUnixMs());
    expect(tick).toMatchObject({ done: ["freeze", "judge", "verify_rollback"], error: { code: "pointer_corrupt" } });
    expect(shown(await process.rollouts.get(id))).toMatchObject({ status: "rolled_back", weight_bp: 0 });
  });

  it("keeps a good release where it is: it is judged, and goes no further", async () => {
    const { disk, process, id } = await exposedBesideDamage();
    const controller = makeController(process.ports);
    await process.observe(id);
    const [tick] = await controller.tick(disk.clock.nowUnixMs());
    expect(tick).toMatchObject({ done: ["freeze", "judge"], error: { code: "pointer_corrupt" } });
    expect(shown(await process.rollouts.get(id))).toMatchObject({ stage: 0, judgements: [{ result: "pass" }] });
  });
});

describe("a clock that was wrong for a moment", () => {
  it("closes no window at a time that the ledger does not take", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const id = await process.start(planFor(await process.release(2)));
    await process.tick();
    const right_unix_ms = disk.clock.nowUnixMs();
    disk.clock.set(right_unix_ms + 100 * DAY_MS);
    await expect(process.tick()).rejects.toMatchObject({ code: "clock_jump" });
    disk.clock.set(right_unix_ms);
    await process.observe(id, 9);
    await process.tick();
    expect(shown(await process.rollouts.get(id))).toMatchObject({ failure_code: "error_rate_breached" });
  });

  it("has what was closed by a process that died with it judged as of now", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const id = await process.start(planFor(await process.release(2)));
    await process.tick();
    await process.observe(id, 9);
    const { attempt, stage, target, baseline } = shown(await process.rollouts.get(id));
    for (const arm of [target, baseline])
      if (arm !== undefined) {
        const window = { rollout_id: id, attempt, stage, window: 0, release: arm.release };
        await process.ports.windows.freeze(window, disk.clock.nowUnixMs() + DAY_MS / 2);
      }
    await process.tick();
    expect(shown(await process.rollouts.get(id))).toMatchObject({ failure_code: "error_rate_breached" });
  });
});

it("lists what can be read, and names the streams that cannot", async () => {
  const { disk } = await diskWithStable();
  const rows = disk.rows.get("default/dev/shop") ?? [];
  disk.rows.set("default/prod/abc", rows.slice(0, 2));
  const { rollouts } = new Process(disk);
  const damaged = [{ stream: "default/prod/abc", code: "ledger_corrupt" }];
  for (const [filter, count, unreadable] of [
    [{}, 1, damaged],
    [{ environment: "dev" }, 1, []],
    [{ blueprint: "shop" }, 1, []],
    [{ environment: "prod" }, 0, damaged],
    [{ blueprint: "abc" }, 0, damaged],
  ] as const) {
    const list = await rollouts.list(filter);
    expect([list.rollouts.length, list.unreadable], JSON.stringify(filter)).toEqual([count, unreadable]);
  }
});

it("refuses at once to retry a rollout whose evidence is gone, and does not wait for it to come back", async () => {
  const { disk } = await diskWithStable();
  const process = new Process(disk);
  const release = await process.release(2);
  const id = await process.start(planFor(release));
  await process.tick();
  await process.observe(id);
  await process.tick();
  const [judged] = shown(await process.rollouts.get(id)).judgements;
  done(await process.rollouts.command(id, { do: "abort", reason: "x" }));
  const next = { environment: "dev", blueprint: "shop", manifest: release.manifest_digest } as const;
  done(await process.rollouts.revalidate({ ...next, validation: "profile:wasi_preview2_v1" }));
  disk.objects.delete(judged?.snapshot ?? "sha256:");
  const retried = await process.rollouts.command(id, { do: "retry" });
  expect(retried).toMatchObject({ outcome: "refused", code: "preflight_failed", detail: "trace_incomplete" });
});
