import { describe, expect, it } from "vitest";
import { FREEZE_REASON_BYTES_MAX, RESOLVE_AGE_MS_MAX } from "../limits.ts";
import { makeResolver } from "./resolve.ts";
import { diskWithStable, MINUTE_MS, Process, planFor } from "./rollouts.test-helper.ts";

const SHOP = { environment: "dev", blueprint: "shop", reason: "it deletes carts" } as const;

describe("a frozen blueprint", () => {
  it("is given to nobody, neither by key nor by name, until it is released", async () => {
    const { disk, stable } = await diskWithStable();
    const process = new Process(disk);
    const resolver = makeResolver(new Process(disk).ports);
    const asked = async (asking: object) => (await resolver.resolve("dev", "shop", asking)).resolved;
    expect(await asked({ version_key: "user-1" })).toMatchObject({ outcome: "release" });
    const since_unix_ms = disk.clock.nowUnixMs();
    const frozen = { reason: SHOP.reason, since_unix_ms };
    expect(await process.rollouts.freeze(SHOP)).toMatchObject({ outcome: "done", frozen });
    disk.clock.advance(RESOLVE_AGE_MS_MAX);
    for (const asking of [{}, { version_key: "user-1" }, { override: stable.release }])
      expect(await asked(asking)).toEqual({ outcome: "paused", frozen });
    expect(await process.rollouts.history("dev")).toMatchObject([{ blueprint: "shop", frozen }]);
    const released = await process.rollouts.unfreeze({ ...SHOP, reason: "carts are safe" });
    expect(released).toEqual({ outcome: "done", dry_run: false, environment: "dev", blueprint: "shop" });
    disk.clock.advance(RESOLVE_AGE_MS_MAX);
    expect(await asked({ version_key: "user-1" })).toMatchObject({ release: { release: stable.release } });
    expect((await process.rollouts.history("dev"))[0]).not.toHaveProperty("frozen");
  });

  it("leaves its rollout as it was, and the rollout replays to the same", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const id = await process.start(planFor(await process.release(2)));
    await process.tick();
    const before = await process.rollouts.get(id);
    await process.rollouts.freeze(SHOP);
    const after = await process.rollouts.get(id);
    expect(after?.phase).toBe(before?.phase);
    disk.clock.advance(MINUTE_MS);
    await process.rollouts.unfreeze(SHOP);
    await process.rollouts.command(id, { do: "abort", reason: "enough" });
    expect(await process.rollouts.replay(id)).toMatchObject({ result: "same" });
  });

  it("is frozen once, however often and by however many", async () => {
    const { disk } = await diskWithStable();
    const processes = Array.from({ length: 8 }, () => new Process(disk));
    const results = await Promise.all(processes.map(({ rollouts }) => rollouts.freeze(SHOP)));
    expect(results.filter(({ outcome }) => outcome === "done")).toHaveLength(1);
    expect(results.filter(({ outcome }) => outcome === "unchanged")).toHaveLength(7);
    const [process = new Process(disk)] = processes;
    expect(await process.rollouts.freeze({ ...SHOP, reason: "another" })).toMatchObject({
      outcome: "unchanged",
      frozen: { reason: SHOP.reason },
    });
  });

  it("is not frozen by a dry run, without a reason, or under a name that nobody knows", async () => {
    const { disk } = await diskWithStable();
    const { rollouts } = new Process(disk);
    const before = disk.rows.get("default/dev/shop")?.length;
    expect(await rollouts.freeze(SHOP, { dry_run: true })).toMatchObject({ outcome: "done", dry_run: true });
    expect(await rollouts.freeze({ ...SHOP, reason: "" })).toMatchObject({ code: "reason_length" });
    const long = "ä".repeat(FREEZE_REASON_BYTES_MAX / 2 + 1);
    expect(await rollouts.freeze({ ...SHOP, reason: long })).toMatchObject({ code: "reason_length" });
    expect(await rollouts.freeze({ ...SHOP, blueprint: "shopp" })).toMatchObject({ code: "blueprint_unknown" });
    expect(await rollouts.unfreeze(SHOP)).toMatchObject({ outcome: "unchanged" });
    expect(disk.rows.get("default/dev/shop")?.length).toBe(before);
  });

  it("is frozen by a clock that jumped, and released by none", async () => {
    const { disk } = await diskWithStable();
    const { rollouts } = new Process(disk);
    disk.clock.advance(-60 * MINUTE_MS);
    expect(await rollouts.freeze(SHOP)).toMatchObject({ outcome: "done" });
    await expect(rollouts.unfreeze(SHOP)).rejects.toMatchObject({ code: "clock_jump" });
    expect(await rollouts.unfreeze(SHOP, { accept_clock: true })).toMatchObject({ outcome: "done" });
  });

  it("is frozen for every process that opens the directory later", async () => {
    const { disk } = await diskWithStable();
    const { rollouts } = new Process(disk);
    await rollouts.freeze(SHOP);
    expect((await new Process(disk).ports.streams.all()).streams).toContainEqual(
      expect.objectContaining({ blueprint: "shop", frozen: expect.objectContaining({ reason: SHOP.reason }) }),
    );
  });
});
