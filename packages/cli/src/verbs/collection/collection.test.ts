import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { CollectReport, PlanReport, ReplayReport } from "@tau-edge/control";
import type { ObjectJudgement } from "@tau-edge/ledger";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fixture } from "../../cli.test-helper.ts";
import { documentOf, openShop, type Shop } from "../rollout/rollout.test-helper.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const START_UNIX_MS = Date.UTC(2025, 0, 1);

let shop: Shop;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: START_UNIX_MS });
  shop = await openShop();
});
afterEach(() => {
  shop.leave();
  vi.useRealTimers();
});

function pass(days: number): void {
  vi.setSystemTime(Date.now() + days * DAY_MS);
}

const json = <T>(...argv: readonly string[]) => documentOf<T>(shop.run(...argv, "--json"));

/** An aborted rollout of long ago, and a newer package beside it. */
async function oldRollout(): Promise<string> {
  const id = await shop.start();
  await json("rollout", "abort", id, "--reason", "enough");
  pass(450);
  const packaged = shop.run(
    "package",
    fixture("module-empty"),
    "--blueprint",
    "shop",
    "--no-deep",
    "--accept-clock",
    "--json",
  );
  const { manifest } = await documentOf<{ manifest: string }>(packaged);
  await json("release", "create", manifest, "--version", "2.0.0");
  return id;
}

function copies(): readonly string[] {
  return readdirSync(join(shop.dir, ".tau/deployment/wasm-artifacts/shop"));
}

function listed(): readonly { artifact_sha256: string }[] {
  return JSON.parse(readFileSync(join(shop.dir, ".tau/deployment/state.json"), "utf8")).wasm_deliverables;
}

describe("gc on a state directory", () => {
  it("condemns, waits a day, collects, and everything that looks afterwards says so", async () => {
    const id = await oldRollout();
    const { artifact } = shop.release;
    const hex = artifact.slice("sha256:".length);
    const plan = await json<PlanReport & { objects: readonly ObjectJudgement[] }>("gc", "plan");
    expect(plan.objects.find(({ digest }) => digest === artifact)).toMatchObject({
      verdict: "goes",
      reason: "expired",
      root: `rollout ${id}`,
      path: ["release", "manifest", "artifact"],
    });
    expect(plan.condemned.objects).toBe(plan.goes.objects);
    expect((await shop.run("gc", "run")).stdout).toContain("waiting for 1 d");
    expect(copies()).toContain(`${hex}.wasm`);
    pass(1);
    const report = await json<CollectReport>("gc", "run");
    expect(report.collected).toEqual(plan.condemned);
    expect(copies().some((name) => name.startsWith(hex))).toBe(false);
    expect(copies()).toHaveLength(2);
    expect(listed().map(({ artifact_sha256 }) => artifact_sha256)).not.toContain(hex);
    expect(existsSync(join(shop.dir, `.tau/deployment/tau-edge/objects/sha256/${hex.slice(0, 2)}/${hex}`))).toBe(false);

    const replayed = await shop.run("replay", id, "--json");
    expect(replayed.exitCode).toBe(3);
    const { collected_by } = replayed.json() as Extract<ReplayReport, { result: "not_replayable" }>;
    expect(collected_by).toEqual({ stream: "default/dev/shop", seq: report.collected_by[0]?.seq });
    expect((await shop.run("replay", id)).stdout).toContain(`default/dev/shop #${collected_by?.seq}`);
    const log = await json<readonly { seq: number; objects: readonly { digest: string }[] }[]>("gc", "log");
    expect(log.flatMap(({ objects }) => objects.map(({ digest }) => digest))).toContain(artifact);
    for (const verb of [
      ["doctor"],
      ["rollout", "status", id],
      ["history", "dev"],
      ["rollout", "outcomes"],
      ["gc", "log"],
    ])
      expect(await shop.run(...verb), verb.join(" ")).toMatchObject({ exitCode: 0 });
    expect((await shop.run("release", "list", "shop")).stdout).toContain("collected by");
    const { outcome } = await shop.status(id);
    const compared = await shop.run("rollout", "compare", outcome?.deployment_report ?? "", id);
    expect(compared).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining("was collected by default/dev/shop"),
    });
    expect((await shop.run("gc", "run")).stdout).toContain("collected: 0 objects");
  });

  it("refuses a clock that is far from the last record, and takes somebody's word", async () => {
    pass(40);
    const refused = await shop.run("gc", "plan");
    expect(refused).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("--accept-clock") });
    expect((await shop.run("gc", "plan", "--accept-clock")).exitCode).toBe(0);
  });

  it("keeps a pinned release, and says which", async () => {
    const { release } = shop.release;
    const pinned = await shop.run("ledger", "pin", release, "--reason", "an audit");
    expect(pinned).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("pinned") });
    expect((await shop.run("ledger", "pins")).stdout).toContain("an audit");
    await oldRollout();
    await json("gc", "plan", "--accept-clock");
    pass(1);
    await json("gc", "run");
    const { objects } = await json<{ objects: readonly ObjectJudgement[] }>("gc", "plan", "--dry-run");
    expect(objects.find(({ digest }) => digest === release)).toMatchObject({ verdict: "stays", reason: "pinned" });
    expect((await shop.run("gc", "plan", "--all", "--dry-run")).stdout).toContain(`pin ${release} > release`);
    expect((await shop.run("ledger", "unpin", release, "--reason", "done")).exitCode).toBe(0);
    expect((await shop.run("ledger", "unpin", release, "--reason", "done")).exitCode).toBe(3);
  });

  it("tells evidence that nothing explains from evidence that was collected", async () => {
    const id = await shop.start();
    await json("rollout", "abort", id, "--reason", "enough");
    const { plan_hash } = await shop.status(id);
    const hex = plan_hash.slice("sha256:".length);
    rmSync(join(shop.dir, `.tau/deployment/tau-edge/objects/sha256/${hex.slice(0, 2)}/${hex}`));
    expect(await shop.run("replay", id)).toMatchObject({ exitCode: 4, stdout: expect.stringContaining("lost") });
  });

  it.each([
    ["gc", "run", "--grace-hours", "23"],
    ["gc", "run", "--grace-hours", "a"],
    ["ledger", "retention", "--lengthen", "evidence"],
    ["ledger", "retention", "--lengthen", "evidence=500"],
    ["ledger", "retention", "--reason", "x"],
    ["ledger", "pin", "sha256:12", "--reason", "x"],
  ])("says what is wrong with %s %s %s %s", async (...argv) => {
    expect((await shop.run(...argv)).exitCode).toBe(2);
  });

  it("writes nothing into a directory without a ledger", async () => {
    expect(await shop.run("gc", "run", "--state-dir", "elsewhere")).toMatchObject({ exitCode: 0 });
    const lengthen = ["ledger", "retention", "--lengthen", "evidence=500", "--reason", "x"];
    expect(await shop.run(...lengthen, "--state-dir", "elsewhere")).toMatchObject({ exitCode: 2 });
    expect(existsSync(join(shop.dir, "elsewhere"))).toBe(false);
  });
});
