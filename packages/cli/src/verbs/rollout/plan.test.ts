import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeWorkplace, type Workplace } from "../../cli.test-helper.ts";
import { momentArgument } from "./history.ts";

let at: Workplace;
beforeEach(() => {
  at = makeWorkplace();
});
afterEach(() => at.leave());

const DIGEST = `sha256:${"11".repeat(32)}`;
const init = (...argv: readonly string[]) =>
  at.run("rollout", "plan", "--init", "--blueprint", "shop", "--release", DIGEST, "--manifest", DIGEST, ...argv);
const write = (name: string, text: string) => writeFileSync(join(at.dir, name), text);

describe("rollout plan --init", () => {
  it("prints a whole plan that rollout plan accepts as it is", async () => {
    const made = await init("--baseline", "committed", "--expected-per-hour", "60000");
    expect(made).toMatchObject({ exitCode: 0, stderr: "" });
    expect(made.json()).toMatchObject({
      environments: ["dev", "staging", "prod"],
      baseline: "committed",
      policy: { stages: [{ weight_bp: 100, min_samples: 5000 }, {}, {}, {}, { weight_bp: 10_000 }] },
    });
    write("plan.json", made.stdout);
    expect((await at.run("rollout", "plan", "plan.json")).exitCode).toBe(0);
    expect(readdirSync(at.dir)).toEqual(["plan.json"]);
  });

  it("says beside the document what will stand against it, and what was guessed", async () => {
    const made = await init("--baseline", "none", "--environments", "dev,staging,production");
    expect(made.exitCode).toBe(0);
    expect(made.json()).toMatchObject({ environments: ["dev", "staging", "prod"], expected_per_hour: 60_000 });
    expect(made.stderr).toContain("x no_rollback_target");
    expect(made.stderr).toContain("expected_per_hour is a guess");
  });

  it.each([
    [["--baseline", "latest"]],
    [["--baseline", "none", "--environments", "dev,test"]],
    [["--baseline", "none", "--expected-per-hour", "1e6"]],
  ])("with %j is wrong use", async (argv) => {
    expect((await init(...argv)).exitCode).toBe(2);
  });
});

describe("rollout plan", () => {
  beforeEach(async () => write("plan.json", (await init("--baseline", "committed")).stdout));

  it("prints least time, time to roll back, and the chances of each stage", async () => {
    const { stdout } = await at.run("rollout", "plan", "plan.json");
    expect(stdout).toMatch(/least time to promote +11 h 35 min/);
    expect(stdout).toMatch(
      /time to roll back +at most 2 min 36 s when everything fails, 4 h 20 min at twice the limit/,
    );
    expect(stdout).toMatch(/\n +0 +1 % +8 h 20 min +5,000 +2 min 36 s +4 h 20 min +0\.14 % +0\.17 %\n/);
    expect(stdout).toContain("may be started");
  });

  it("is one document under --json", async () => {
    const run = await at.run("rollout", "plan", "plan.json", "--json");
    expect(run.json()).toMatchObject({
      schema_version: 1,
      file: "plan.json",
      plan_hash: expect.stringMatching(/^sha256:/),
      refused: false,
      findings: [],
      estimate: { stages: expect.any(Array), promote_ms: expect.any(Number) },
    });
  });

  it("ends with 3 when a rule refuses, and says which one and what to do", async () => {
    const plan = JSON.parse((await init("--baseline", "committed")).stdout);
    write("low.json", JSON.stringify({ ...plan, policy: { stages: [{ weight_bp: 5000 }] } }));
    const run = await at.run("rollout", "plan", "low.json");
    expect(run.exitCode).toBe(3);
    expect(run.stdout).toMatch(/x stages_end_below_100 at \$\.policy\.stages\[0\]\.weight_bp: .*\n +-> Add a stage/);
  });

  it("lets chance decide only with --accept-noise", async () => {
    const plan = JSON.parse((await init("--baseline", "committed")).stdout);
    const stages = [
      { weight_bp: 5000, min_samples: 500 },
      { weight_bp: 10_000, min_samples: 500 },
    ];
    const policy = { stages, watch: { min_samples: 500 }, reporter_observations_max: 1 };
    write("noisy.json", JSON.stringify({ ...plan, expected_per_hour: 600, policy }));
    expect((await at.run("rollout", "plan", "noisy.json")).exitCode).toBe(3);
    const accepted = await at.run("rollout", "plan", "noisy.json", "--accept-noise");
    expect(accepted.stdout).toContain("i equal_release_rolled_back");
    expect(accepted.exitCode).toBe(0);
  });

  it("of a file that is none says where it is wrong, and ends with 2", async () => {
    write("bad.json", '{"schema_version": 1, "stages": []}');
    const run = await at.run("rollout", "plan", "bad.json", "--json");
    expect(run.exitCode).toBe(2);
    expect(run.json()).toMatchObject({ code: "plan_field", at: expect.any(String), remedy: expect.any(String) });
  });
});

describe("--at", () => {
  it.each([
    ["0", { seq: 0 }],
    ["41", { seq: 41 }],
    ["1777604400000", { unix_ms: 1_777_604_400_000 }],
    ["2026-05-01T03:00:00Z", { unix_ms: 1_777_604_400_000 }],
    ["2026-05-01T05:00:00.000+02:00", { unix_ms: 1_777_604_400_000 }],
  ])("%s is %j", (text, moment) => {
    expect(momentArgument(text)).toEqual(moment);
  });

  it.each([
    "",
    "-1",
    "01",
    "1.5",
    "2026-05-01",
    "2026-05-01T03:00:00",
    "2026-13-01T03:00:00Z",
    "2026-02-31T03:00:00Z",
    "1969-05-01T03:00:00Z",
  ])("%j is no moment", (text) => {
    expect(() => momentArgument(text)).toThrow("--at");
  });
});
