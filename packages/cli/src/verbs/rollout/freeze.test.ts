import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openShop, type Shop } from "./rollout.test-helper.ts";

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.leave());

const REASON = "it deletes carts";
const freeze = (...argv: readonly string[]) => shop.run("freeze", "dev/shop", "--reason", REASON, ...argv);
const unfreeze = (...argv: readonly string[]) => shop.run("unfreeze", "dev/shop", "--reason", "safe", ...argv);
const resolve = (...argv: readonly string[]) =>
  shop.run("resolve", "dev", "shop", "--override", shop.release.release, ...argv);

describe("freeze", () => {
  it("tells who resolves to stop, with 3, and unfreeze lets them go on", async () => {
    await shop.start();
    expect((await resolve()).exitCode).toBe(0);
    const frozen = await freeze();
    expect(frozen).toMatchObject({ exitCode: 0, stderr: "" });
    expect(frozen.stdout).toMatch(/^dev\/shop is frozen\n {2}because {2}it deletes carts, since .*Z\n/);
    expect(frozen.stdout).toContain('go on:  tau-edge unfreeze dev/shop --reason "…"');
    const told = await resolve("--json");
    expect(told.exitCode).toBe(3);
    expect(told.json()).toEqual({
      schema_version: 1,
      environment: "dev",
      blueprint: "shop",
      outcome: "paused",
      reason: REASON,
      since_unix_ms: expect.any(Number),
    });
    expect((await resolve()).stdout).toContain(`because  ${REASON}`);
    expect((await unfreeze()).stdout).toBe("dev/shop is released\n");
    expect((await resolve("--json")).json()).toMatchObject({ release: shop.release.release });
  });

  it("is seen in the list, in the status, and in the history", async () => {
    const id = await shop.start();
    await freeze();
    const list = await shop.run("rollout", "list");
    expect(list.stdout).toMatch(/^dev\/shop is frozen: it deletes carts, since .*Z\n/);
    expect(list.stdout).toMatch(/frozen +\d{4}-/);
    const status = await shop.run("rollout", "status", id);
    expect(status.stdout).toMatch(/frozen +nobody runs it: it deletes carts, since/);
    expect(status.stdout).toContain('let it run:  tau-edge unfreeze dev/shop --reason "…"');
    expect((await shop.run("history", "dev")).stdout).toMatch(/frozen +it deletes carts, since/);
    await unfreeze();
    for (const argv of [
      ["rollout", "list"],
      ["rollout", "status", id],
      ["history", "dev"],
    ])
      expect((await shop.run(...argv)).stdout).not.toContain("frozen");
  });

  it("stops a blueprint that has no rollout, and is in the list and the history all the same", async () => {
    await freeze();
    const { rollouts, frozen } = (await shop.run("rollout", "list", "--json")).json() as Record<string, object[]>;
    expect([rollouts, frozen]).toMatchObject([[], [{ environment: "dev", blueprint: "shop", reason: REASON }]]);
    expect((await shop.run("history", "dev", "--json")).json()).toMatchObject([{ frozen: { reason: REASON } }]);
    expect((await shop.run("rollout", "list", "--environment", "prod", "--json")).json()).toMatchObject({ frozen: [] });
  });

  it("writes nothing in a dry run, or when it was so before", async () => {
    const dry = await freeze("--dry-run");
    expect(dry.stdout).toMatch(/^dev\/shop would be frozen; nothing was written\n/);
    expect(dry.stdout).not.toContain("unfreeze");
    expect((await unfreeze()).stdout).toBe("dev/shop is released (nothing to change)\n");
    await freeze();
    expect((await freeze("--json")).json()).toMatchObject({ outcome: "unchanged", frozen: { reason: REASON } });
  });

  it.each([
    [["freeze", "shop", "--reason", "x"], 2, "usage"],
    [["freeze", "dev/shop/x", "--reason", "x"], 2, "usage"],
    [["freeze", "mars/shop", "--reason", "x"], 2, "usage"],
    [["freeze", "dev/shop", "--reason", " "], 2, "usage"],
    [["unfreeze", "dev/shopp", "--reason", "x"], 3, "blueprint_unknown"],
    [["freeze", "prod/shop", "--reason", "x"], 3, "blueprint_unknown"],
  ])("of %j ends with %d and %s", async (argv, exitCode, code) => {
    const run = await shop.run(...argv, "--json");
    expect(run.exitCode).toBe(exitCode);
    expect(run.json()).toMatchObject({ code });
  });
});
