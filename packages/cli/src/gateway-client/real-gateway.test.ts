/** The same command lines, on the state directory and through the gateway that serves it. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openShop, PLAN_FILE, type Shop } from "../verbs/rollout/rollout.test-helper.ts";

const OPERATOR = "operator-0123456789abcdef0123456789abcdef";
const STOPPER = "stopper-0123456789abcdef0123456789abcdef";
const TAU_EDGE_TOKENS = JSON.stringify([
  { name: "ann", scopes: ["operate"], token: OPERATOR },
  { name: "stop-button", scopes: ["operate-safe"], token: STOPPER },
]);

let shop: Shop;
let url: string;
let stop: (exitCode: 0) => void;
let serving: Promise<unknown>;
beforeEach(async () => {
  shop = await openShop();
  const untilStopped = () => new Promise<0>((resolve) => (stop = resolve));
  const printed = Promise.withResolvers<string>();
  const io = {
    env: { TAU_EDGE_TOKENS },
    untilStopped,
    stdout: (text: string) => printed.resolve(JSON.parse(text).url),
  };
  serving = shop.runWith(io, "serve", "--port", "0", "--resolve-seconds", "2", "--json");
  url = await printed.promise;
});
afterEach(async () => {
  stop(0);
  await serving;
  shop.leave();
});

const through = (...argv: readonly string[]) =>
  shop.runWith({ env: { TAU_EDGE_GATEWAY: url, TAU_EDGE_TOKEN: OPERATOR } }, ...argv, "--json");

describe("through a gateway", () => {
  it("a rollout is begun, looked at and stopped, and each answer is the one of the directory", async () => {
    const preflight = await through("rollout", "preflight", PLAN_FILE, "--environment", "dev");
    expect(preflight.json()).toMatchObject({ outcome: "checked", passed: true });
    const dry = await through("rollout", "start", PLAN_FILE, "--environment", "dev", "--dry-run");
    expect(dry.json()).toMatchObject({ outcome: "done", dry_run: true });
    const started = await through("rollout", "start", PLAN_FILE, "--environment", "dev");
    const { rollout } = started.json() as { rollout: { rollout_id: string } };
    const id = rollout.rollout_id;
    const aborted = await through("rollout", "abort", id, "--reason", "wrong build");
    expect(aborted.json()).toMatchObject({ outcome: "done", rollout: { status: "failed", failure_code: "aborted" } });

    const golden = ["replay", id, "--golden"];
    const asked = [
      ["release", "list", "shop"],
      ["rollout", "list"],
      ["rollout", "list", "--environment", "prod"],
      ["rollout", "status", id],
      ["rollout", "status", "default~dev~shop~0"],
      ["rollout", "outcomes"],
      ["rollout", "compare", id, id],
      ["history", "dev"],
      ["history", "dev", "--at", "1"],
      ["replay", id],
      golden,
      ["rollout", "abort", id, "--reason", "again"],
      ["rollout", "retry", id],
      ["rollout", "start", PLAN_FILE, "--environment", "staging"],
      ["release", "create", shop.release.manifest_digest, "--version", "1.0.0"],
      ["release", "create", `sha256:${"00".repeat(32)}`],
      ["unfreeze", "dev/shop", "--reason", "safe"],
      ["freeze", "dev/shopp", "--reason", "it deletes carts"],
    ];
    for (const argv of asked) {
      const here = await shop.run(...argv, "--json");
      const there = await through(...argv);
      expect({ argv, exitCode: there.exitCode, document: there.json() }).toEqual({
        argv,
        exitCode: here.exitCode,
        document: here.json(),
      });
    }
  });

  it("a token that may only stop is told what it lacks, and stops", async () => {
    const id = await shop.start();
    const env = { TAU_EDGE_GATEWAY: url, TAU_EDGE_TOKEN: STOPPER };
    const resume = await shop.runWith({ env }, "rollout", "resume", id);
    expect(resume).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("scope_insufficient") });
    expect(resume.stderr).not.toContain(STOPPER);
    expect((await shop.runWith({ env }, "rollout", "pause", id, "--reason", "slow")).exitCode).toBe(0);
    expect((await shop.runWith({ env }, "rollout", "abort", id, "--reason", "slow")).exitCode).toBe(0);
    expect(await shop.status(id)).toMatchObject({ status: "failed" });
  });

  it("a blueprint is frozen and released, and everywhere it is seen as on the directory", async () => {
    const id = await shop.start();
    const frozen = await through("freeze", "dev/shop", "--reason", "it deletes carts");
    expect(frozen.json()).toMatchObject({ outcome: "done", frozen: { reason: "it deletes carts" } });
    const asked = [
      ["resolve", "dev", "shop"],
      ["rollout", "list"],
      ["rollout", "status", id],
      ["history", "dev"],
    ];
    await expect.poll(async () => (await through("resolve", "dev", "shop")).exitCode, { timeout: 10_000 }).toBe(3);
    for (const argv of asked) {
      const [here, there] = [await shop.run(...argv, "--json"), await through(...argv)];
      expect([argv, there.exitCode]).toEqual([argv, here.exitCode]);
      expect(there.json()).toMatchObject(here.json() as object);
      expect(there.stdout).toContain("it deletes carts");
    }
    const env = { TAU_EDGE_GATEWAY: url, TAU_EDGE_TOKEN: STOPPER };
    const released = ["unfreeze", "dev/shop", "--reason", "safe"];
    expect((await shop.runWith({ env }, ...released)).stderr).toContain("scope_insufficient");
    expect((await shop.runWith({ env }, "freeze", "dev/shop", "--reason", "again")).exitCode).toBe(0);
    expect((await through(...released)).json()).toMatchObject({ outcome: "done", environment: "dev" });
  });

  it("what goes next is validated deeply, and is let in again", async () => {
    const id = await shop.start();
    await through("rollout", "abort", id, "--reason", "wrong build");
    const validate = ["--manifest", shop.release.manifest_digest, "--with", "deep"];
    const validated = await through("rollout", "revalidate", "shop", "--environment", "dev", ...validate);
    expect(validated.json()).toMatchObject({ outcome: "done", records: ["revalidated"] });
    expect((await through("rollout", "retry", id)).json()).toMatchObject({ outcome: "done" });
  });

  it("nothing is served before a commit, as on the directory", async () => {
    const run = await through("resolve", "dev", "shop", "--key", "ann");
    expect(run.exitCode).toBe(3);
    expect(run.json()).toMatchObject({ code: "no_release" });
    await shop.start();
    const named = ["resolve", "dev", "shop", "--override", shop.release.release];
    // The gateway looks at the ledger ten times a second.
    await expect.poll(async () => (await through(...named)).exitCode, { timeout: 10_000 }).toBe(0);
    expect((await through(...named)).json()).toMatchObject({ max_age_ms: 2_000 });
    expect((await through(...named)).json()).toMatchObject((await shop.run(...named, "--json")).json() as object);
  });
});
