import { cpSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RolloutList, RolloutView } from "@tau-edge/control";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { documentOf, openShop, PLAN_FILE, ROLLOUT_ID, type Shop } from "./rollout.test-helper.ts";

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.leave());

const rollout = (...argv: readonly string[]) => shop.run("rollout", ...argv);
const start = (...argv: readonly string[]) => rollout("start", PLAN_FILE, "--environment", "dev", ...argv);

describe("release", () => {
  it("is created once, and listed", async () => {
    const again = await shop.run("release", "create", shop.release.manifest_digest, "--version", "1.0.0", "--json");
    expect(again.json()).toMatchObject({ outcome: "unchanged", release: { release: shop.release.release } });
    const { stdout } = await shop.run("release", "list", "shop");
    for (const words of [shop.release.release, shop.release.manifest_digest, "1.0.0"]) expect(stdout).toContain(words);
    expect((await shop.run("release", "list", "other", "--json")).json()).toEqual([]);
  });

  it("names the lockfile by its hash, and the preflight asks for the same one", async () => {
    writeFileSync(join(shop.dir, "lock"), "one");
    writeFileSync(join(shop.dir, "other"), "two");
    const { release } = await documentOf<{ release: Shop["release"] }>(
      shop.run("release", "create", shop.release.manifest_digest, "--lockfile", "lock", "--json"),
    );
    expect(release.lockfile_hash).toBe("sha256:7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed");
    shop.plan({ release: release.release });
    const preflight = (...argv: string[]) => rollout("preflight", PLAN_FILE, "--environment", "dev", ...argv);
    expect((await preflight("--lockfile", "lock")).exitCode).toBe(0);
    for (const argv of [[], ["--lockfile", "other"]]) {
      const run = await preflight(...argv);
      expect(run.exitCode).toBe(3);
      expect(run.stdout).toMatch(/FAIL +lockfile_unverified[\s\S]*--lockfile FILE/);
    }
  });

  it("of a manifest that nobody packaged is refused with what to do", async () => {
    const run = await shop.run("release", "create", `sha256:${"00".repeat(32)}`);
    expect(run).toMatchObject({ exitCode: 3, stdout: "" });
    expect(run.stderr).toMatch(/\(manifest_unknown\)\n +`tau-edge package/);
  });

  it("with a field that breaks its rule is wrong use", async () => {
    const run = await shop.run("release", "create", shop.release.manifest_digest, "--commit", "main", "--json");
    expect(run.exitCode).toBe(2);
    expect(run.json()).toMatchObject({ code: "release_field", at: "$.code_commit_hash", remedy: expect.any(String) });
  });
});

describe("preflight", () => {
  it("shows every check, and ends with 0 when none fails", async () => {
    const run = await rollout("preflight", PLAN_FILE, "--environment", "dev", "--json");
    expect(run.exitCode).toBe(0);
    expect(run.json()).toMatchObject({ outcome: "checked", passed: true, report: { environment: "dev" } });
    expect((await rollout("list", "--json")).json()).toMatchObject({ rollouts: [] });
  });

  it("ends with 3 when one fails, with its code and what helps", async () => {
    shop.plan({ allow_unsigned: false });
    const run = await rollout("preflight", PLAN_FILE, "--environment", "dev");
    expect(run.exitCode).toBe(3);
    expect(run.stdout).toMatch(/FAIL +signature_missing: Nobody vouches for the release\.\n.*-> .*allow_unsigned/);
  });
});

describe("start", () => {
  it("leaves a rollout that list and status show", async () => {
    const run = await start();
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toMatch(/^started \(1 record: run_header\)/);
    const { rollouts } = await documentOf<RolloutList>(rollout("list", "--environment", "dev", "--json"));
    const [listed] = rollouts;
    expect(listed?.rollout_id).toMatch(ROLLOUT_ID);
    expect((await rollout("list", "--environment", "staging", "--json")).json()).toMatchObject({ rollouts: [] });
    expect((await rollout("list")).stdout).toContain(`${listed?.rollout_id}  open`);
    expect((await rollout("status", listed?.rollout_id ?? "")).stdout).toContain("stop it:  tau-edge rollout abort");
  });

  it("with --dry-run says what would be, and writes nothing", async () => {
    const run = await start("--dry-run");
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain("would be started (1 record: run_header); nothing was written");
    expect(run.stdout).not.toContain("stop it");
    expect((await rollout("list", "--json")).json()).toMatchObject({ rollouts: [] });
  });

  it("whose preflight fails ends with 3, names the checks, and starts nothing", async () => {
    shop.plan({ allow_unsigned: false });
    const run = await start("--json");
    expect(run.exitCode).toBe(3);
    expect(JSON.stringify(run.json())).toContain("signature_missing");
    const { rollouts: open } = await documentOf<RolloutList>(rollout("list", "--json"));
    expect(open.filter(({ status }) => status === "open")).toEqual([]);
  });

  it("in an environment that the plan does not name is refused", async () => {
    const run = await rollout("start", PLAN_FILE, "--environment", "staging", "--json");
    expect(run.exitCode).toBe(3);
    expect(run.json()).toMatchObject({ outcome: "refused", code: "blueprint_differs", remedy: expect.any(String) });
  });
});

describe("an open rollout", () => {
  it("is paused, resumed and aborted, each with a record, and each dry run without", async () => {
    const id = await shop.start();
    const seq = async () => (await shop.status(id)).records.last_seq;
    const steps = [["pause", "--reason", "slow"], ["resume"], ["abort", "--reason", "wrong build"]] as const;
    for (const [verb, ...options] of steps) {
      const before = await seq();
      const dry = await rollout(verb, id, ...options, "--dry-run", "--json");
      expect(dry.json()).toMatchObject({ outcome: "done", dry_run: true });
      expect(await seq()).toBe(before);
      const done = await rollout(verb, id, ...options, "--json");
      expect(done).toMatchObject({ exitCode: 0 });
      expect(done.json()).toMatchObject({ outcome: "done", dry_run: false });
      expect(await seq()).toBeGreaterThan(before);
    }
    expect(await shop.status(id)).toMatchObject({ status: "failed", failure_code: "aborted", weight_bp: 0 });
  });

  it("cannot be joined by another one, and the refusal names the one to stop", async () => {
    const id = await shop.start();
    const run = await start();
    expect(run).toMatchObject({ exitCode: 3, stdout: "" });
    expect(run.stderr).toMatch(/^refused: .*\(rollout_open\)\n/);
    expect(run.stderr).toContain(`tau-edge rollout abort ${id}`);
  });

  it.each([
    [["promote"], "nothing_to_promote"],
    [["resume"], "not_paused"],
    [["retry"], "rollout_open"],
    [["approve", "--role", "on_call", "--release", `sha256:${"11".repeat(32)}`], "role_not_needed"],
    [["promote", "--full", "--role", "security_reviewer", "--reason", "now"], "override_role"],
  ])("refuses %j with %s and a remedy", async ([verb = "", ...options], code) => {
    const id = await shop.start();
    const run = await rollout(verb, id, ...options, "--json");
    expect(run.exitCode).toBe(3);
    expect(run.json()).toMatchObject({ outcome: "refused", code, remedy: expect.stringMatching(/./) });
    const words = await rollout(verb, id, ...options);
    expect(words.stderr).toMatch(new RegExp(`^refused: .*\\(${code}\\)\n {7}\\S`));
  });

  it("is replayed, and compared with the trace of another run", async () => {
    const id = await shop.start();
    await rollout("abort", id, "--reason", "x");
    expect((await shop.run("replay", id, "--json")).json()).toMatchObject({ result: "same", attempts: 1 });
    const golden = await shop.run("replay", id, "--golden");
    writeFileSync(join(shop.dir, "golden.json"), golden.stdout);
    const same = await shop.run("replay", id, "--against", "golden.json");
    expect(same).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("the same transitions") });
    writeFileSync(join(shop.dir, "golden.json"), golden.stdout.replace('"aborted"', '"paused"'));
    const differs = await shop.run("replay", id, "--against", "golden.json", "--json");
    expect(differs.exitCode).toBe(4);
    expect(differs.json()).toMatchObject({ result: "same", against: { result: "differs" } });
    writeFileSync(join(shop.dir, "golden.json"), "{}");
    const none = await shop.run("replay", id, "--against", "golden.json", "--json");
    expect(none.exitCode).toBe(2);
    expect(none.json()).toMatchObject({ code: "golden_malformed", remedy: expect.stringContaining("--golden") });
  });
});

describe("after an abort", () => {
  const MANIFEST_REMEDY = "tau-edge rollout revalidate shop --environment dev --manifest";
  let id: string;
  beforeEach(async () => {
    id = await shop.start();
    await rollout("abort", id, "--reason", "x");
  });

  it("nothing starts before a validation passed, and status says which command validates", async () => {
    const refused = await start();
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toContain("(revalidation_required)");
    expect((await rollout("status", id)).stdout).toContain(`${MANIFEST_REMEDY} ${shop.release.manifest_digest}`);
    const validate = ["revalidate", "shop", "--environment", "dev", "--manifest", shop.release.manifest_digest];
    expect((await rollout(...validate, "--with", "profile:wasi_preview2_v1")).exitCode).toBe(0);
    expect((await rollout("retry", id, "--json")).json()).toMatchObject({ outcome: "done", rollout: { attempt: 2 } });
  });

  it("a validation that fails ends with 3, and lifts nothing", async () => {
    const validate = ["revalidate", "shop", "--environment", "dev", "--manifest", shop.release.manifest_digest];
    const run = await rollout(...validate, "--with", "profile:wasi_http_proxy_v1");
    expect(run.exitCode).toBe(3);
    expect(run.stdout).toContain("it may not start");
    expect((await start("--json")).json()).toMatchObject({ code: "revalidation_required" });
  });

  it("outcomes count it as an incident, and compare puts it beside itself", async () => {
    expect((await rollout("outcomes", "--json")).json()).toEqual({
      rollout_success_rate: { numerator: 0, denominator: 1 },
      incident_count: 1,
    });
    const { outcome } = await documentOf<RolloutView>(rollout("status", id, "--json"));
    const report = outcome?.deployment_report ?? "";
    const compared = await rollout("compare", id, report, "--json");
    expect(compared.exitCode).toBe(0);
    const { a, b, ...verdict } = compared.json() as { a: object; b: object };
    expect(verdict).toEqual({ schema_version: 1, outcome: "compared", order: 0 });
    expect(a).toEqual(b);
    for (const other of [`sha256:${"00".repeat(32)}`, shop.release.release]) {
      const unknown = await rollout("compare", id, other, "--json");
      expect(unknown.exitCode).toBe(3);
      expect(unknown.json()).toMatchObject({ code: "report_unknown", remedy: expect.stringContaining("status") });
    }
  });
});

describe("what is served", () => {
  it("is nothing before a commit: resolve ends with 3 and the code, history says so", async () => {
    const run = await shop.run("resolve", "dev", "shop", "--key", "ann", "--json");
    expect(run.exitCode).toBe(3);
    expect(run.json()).toMatchObject({ code: "no_release", remedy: expect.stringContaining("rollout start") });
    expect((await shop.run("history", "dev")).stdout).toBe("No rollout was recorded here until then.\n");
    await shop.start();
    expect((await shop.run("history", "dev")).stdout).toContain("nothing: no release was committed");
  });

  it("by name is what a rollout is about to expose, and nothing else", async () => {
    await shop.start();
    const named = await shop.run("resolve", "dev", "shop", "--override", shop.release.release, "--json");
    expect(named.json()).toMatchObject({ assigned_by: "override", artifact: shop.release.artifact });
    const other = await shop.run("resolve", "dev", "shop", "--override", `sha256:${"00".repeat(32)}`, "--json");
    expect(other.exitCode).toBe(3);
    expect(other.json()).toMatchObject({ code: "override_unknown" });
  });
});

it("the command that stops it names the directory, quoted where a shell needs it", async () => {
  const id = await shop.start();
  cpSync(join(shop.dir, ".tau/deployment"), join(shop.dir, "ann's state"), { recursive: true });
  const { stdout } = await rollout("status", id, "--state-dir", "ann's state");
  expect(stdout).toContain(`--reason "…" --state-dir 'ann'\\''s state'\n`);
});

it("looking at a directory leaves no trace in it", async () => {
  await shop.run("rollout", "list", "--state-dir", "elsewhere");
  await shop.run("history", "prod", "--state-dir", "elsewhere");
  expect(readdirSync(shop.dir)).not.toContain("elsewhere");
});
