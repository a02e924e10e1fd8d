import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PortError } from "@tau-edge/ports";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { documentOf, openShop, QUICK_POLICY, type Shop } from "./rollout.test-helper.ts";

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
  shop.plan({ policy: QUICK_POLICY });
});
afterEach(() => shop.leave());

const once = () => shop.run("rollout", "run", "--once");

async function commit(): Promise<string> {
  const id = await shop.start("--accept-noise");
  await once();
  for (let window = 0; window < 3; window += 1) {
    await shop.observe(id, 10, 0);
    await once();
  }
  return id;
}

describe("rollout run", () => {
  it("takes a rollout as far as it goes without waiting, and says what it waits for", async () => {
    const id = await shop.start("--accept-noise");
    const run = await once();
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toMatch(new RegExp(`Z {2}${id} {2}advance.*waits for evidence\n`));
    expect(await shop.status(id)).toMatchObject({ phase: "exposed", stage: 0, weight_bp: 5_000 });
    await shop.observe(id, 10, 1);
    await once();
    expect(await shop.status(id)).toMatchObject({ stage: 1, weight_bp: 10_000, judgements: [{ result: "pass" }] });
  });

  it("commits in the end: what was committed is resolved, replayed, and not gone back to", async () => {
    const id = await commit();
    expect(await shop.status(id)).toMatchObject({ status: "success", phase: "ended" });
    const resolved = await shop.run("resolve", "dev", "shop", "--key", "ann", "--json");
    expect(resolved.json()).toMatchObject({ assigned_by: "committed", release: shop.release.release });
    expect((await shop.run("replay", id, "--json")).json()).toMatchObject({ result: "same", verdicts: 3 });
    const history = await shop.run("history", "dev");
    expect(history.stdout).toMatch(new RegExp(`served +${shop.release.release}[\\s\\S]*committed, newest first`));
    const undo = ["undo", "shop", "--environment", "dev", "--release", shop.release.release, "--json"];
    expect((await shop.run("rollout", ...undo)).json()).toMatchObject({ code: "already_committed" });
    expect((await shop.run("rollout", "outcomes", "--json")).json()).toMatchObject({
      rollout_success_rate: { numerator: 1, denominator: 1 },
      incident_count: 0,
    });
  });

  it("rolls back what fails; status says why, and outcomes how long it took", async () => {
    const id = await shop.start("--accept-noise");
    await once();
    await shop.observe(id, 10, 10);
    await once();
    const view = await shop.status(id);
    expect(view).toMatchObject({ status: "rolled_back", failure_code: "error_rate_breached", weight_bp: 0 });
    const { stdout } = await shop.run("rollout", "status", id);
    expect(stdout).toMatch(/last verdict +fail error_rate_breached \(stage 0, window 0/);
    const outcomes = await documentOf(shop.run("rollout", "outcomes", "--json"));
    const mean_recovery_time = { numerator: expect.any(Number), denominator: 1 };
    expect(outcomes).toMatchObject({ incident_count: 1, mean_recovery_time });
  });

  it("lets two runs under one policy be compared, and not those under two", async () => {
    const good = await commit();
    const other = { policy: { ...QUICK_POLICY, on_deadline: "hold" } };
    const { release } = await documentOf<{ release: { release: string } }>(
      shop.run("release", "create", shop.release.manifest_digest, "--version", "2.0.0", "--json"),
    );
    const ids: string[] = [];
    for (const changes of [{}, other]) {
      shop.plan({ policy: QUICK_POLICY, ...changes, release: release.release, baseline: "committed" });
      const id = await shop.start("--accept-noise");
      await shop.run("rollout", "abort", id, "--reason", "x");
      const validate = ["--manifest", shop.release.manifest_digest, "--with", "profile:wasi_preview2_v1"];
      await shop.run("rollout", "revalidate", "shop", "--environment", "dev", ...validate);
      ids.push(id);
    }
    const [same = "", differs = ""] = ids;
    const compared = await shop.run("rollout", "compare", same, good);
    expect(compared).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("the second went better") });
    const refused = await shop.run("rollout", "compare", differs, good, "--json");
    expect(refused.exitCode).toBe(3);
    expect(refused.json()).toMatchObject({ outcome: "not_comparable", differs: ["policy_bundle_hash"] });
  });

  it("says in one document what it did, and that nothing is open where nothing is", async () => {
    expect((await once()).stdout).toBe("Nothing is open.\n");
    const id = await shop.start("--accept-noise");
    const run = await shop.run("rollout", "run", "--once", "--json");
    expect(run.json()).toMatchObject({ schema_version: 1, ticks: [{ rollout_id: id, done: ["advance"] }] });
  });

  it("says how a rollout ended, and under which name", async () => {
    const id = await shop.start("--accept-noise");
    await once();
    await shop.observe(id, 10, 10);
    const { stdout } = await once();
    expect(stdout).toMatch(new RegExp(`${id} .*verify_rollback; rolled_back \\(error_rate_breached\\)\n`));
  });

  it("says that it counts nothing, and ends with 1, where the counters are damaged; doctor says 4 and why", async () => {
    const id = await shop.start("--accept-noise");
    await once();
    await shop.observe(id, 1, 0);
    writeFileSync(join(shop.dir, ".tau/deployment/tau-edge/windows.db"), "no database at all, but long enough");
    const run = await once();
    expect(run).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("cannot be read; `tau-edge doctor`") });
    expect((await shop.run("rollout", "status", id)).stdout).toContain("`tau-edge doctor` says why");
    const doctor = await shop.run("doctor");
    expect(doctor).toMatchObject({ exitCode: 4, stdout: expect.stringMatching(/FAILED +windows .*windows_corrupt/) });
  });

  it("says on stderr where it looked when there is no ledger, and prints nothing else under --json", async () => {
    const nowhere = ["--state-dir", "typo"];
    const note = expect.stringMatching(/^note: there is no ledger in typo\n.*--state-dir/);
    const verbs = [
      ["rollout", "list"],
      ["rollout", "run", "--once"],
      ["history", "dev"],
      ["release", "list", "shop"],
    ];
    for (const verb of verbs) {
      expect(await shop.run(...verb, ...nowhere), verb.join(" ")).toMatchObject({ exitCode: 0, stderr: note });
      const asJson = await shop.run(...verb, ...nowhere, "--json");
      expect(asJson.json()).toBeDefined();
    }
    expect(existsSync(join(shop.dir, "typo"))).toBe(false);
    expect((await shop.run("rollout", "list")).stderr).toBe("");
  });

  it("outlives a ledger that cannot be asked for a moment, and ends where nothing can be written any more", async () => {
    let looks = 0;
    const failing = (code: "store_unavailable" | "store_poisoned", from: number) => ({
      untilStopped: () => new Promise<130>(() => {}),
      uninterrupted: async <T>(write: () => Promise<T>): Promise<T> => {
        looks += 1;
        if (looks === 2) throw new PortError("store_unavailable", "ledger.db", "It is busy");
        if (looks >= from) throw new PortError(code, "ledger.db", "It is over");
        return write();
      },
    });
    const run = await shop.runWith(failing("store_poisoned", 3), "rollout", "run");
    expect(looks).toBe(3);
    expect(run).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("store_poisoned") });
    expect(run.stdout).toContain("It is busy");
    looks = 1;
    const refused = await shop.runWith(failing("store_unavailable", 2), "rollout", "run");
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("It is busy") });
  });

  it("goes on until somebody ends it, with the code of the signal, and says each wait once", async () => {
    const id = await shop.start("--accept-noise");
    let stop: (exitCode: 130) => void = () => {};
    const untilStopped = () => new Promise<130>((resolve) => (stop = resolve));
    let ticks = 0;
    const uninterrupted = async <T>(write: () => Promise<T>): Promise<T> => {
      const written = await write();
      ticks += 1;
      if (ticks === 2) stop(130);
      return written;
    };
    const run = await shop.runWith({ untilStopped, uninterrupted }, "rollout", "run");
    expect(run.exitCode).toBe(130);
    expect(run.stdout.match(new RegExp(id, "g"))).toHaveLength(1);
  });
});
