import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { operatorSummarySchema, statusViewSchema, transportHealthSchema } from "@tau-edge/contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeWorkplace, type Workplace } from "../cli.test-helper.ts";
import { contractFixture } from "../contract/fixtures.test-helper.ts";
import { DEFAULT_FIXTURE } from "./parse.ts";

let at: Workplace;
beforeEach(() => {
  at = makeWorkplace();
});
afterEach(() => at.leave());

const RUNNER = "--deployment-contract-runner";
const PASS = ["--deployment-fixture", contractFixture("s1/rollout-pass.json")] as const;
const MIXED = ["--deployment-fixture", contractFixture("s1/mixed-outcomes.json")] as const;

/** `key=value` pairs of a line without quoted values. */
function fieldsOf(line: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...line.matchAll(/(?:^| )([a-z_]+)=([^" ]+|"[^"]*")/g)].map(([, key, value]) => [key, value]),
  );
}

describe("the original's runner", () => {
  it("runs one cycle and prints two lines", async () => {
    const run = await at.run(RUNNER, ...PASS);
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    const [cycle = "", health = "", ...rest] = run.stdout.split("\n");
    expect(rest).toEqual([""]);
    expect(fieldsOf(cycle)).toMatchObject({
      fixture_name: "rollout-pass",
      discovered_cases: "3",
      queued_cases: "3",
      applied_cases: "3",
      upserted_rollouts: "3",
      wasm_rollouts: "1",
      cloud_rollouts: "2",
      backlog_cases: "0",
    });
    expect(fieldsOf(health)).toMatchObject({
      state_path: ".tau/deployment/state.json",
      health_state: "healthy",
      rollout_gate: "pass",
      failure_streak: "0",
      reason_codes: "wasm_rollout_applied,cloud_rollout_applied",
    });
  });

  it("ends with 3 on a hold, where the original said 0 (W-26)", async () => {
    const run = await at.run(RUNNER, ...MIXED);
    expect(run.exitCode).toBe(3);
    expect(run.stdout).toContain("rollout_gate=hold gate_reason=health_degraded");
  });

  it("has its default fixture where the original's source tree has it", async () => {
    const missing = await at.run(RUNNER);
    expect(missing).toMatchObject({ exitCode: 1, stdout: "" });
    expect(missing.stderr).toContain(DEFAULT_FIXTURE);
    expect(missing.stderr).toContain("--deployment-fixture");
    mkdirSync(join(at.dir, dirname(DEFAULT_FIXTURE)), { recursive: true });
    cpSync(contractFixture("s1/mixed-outcomes.json"), join(at.dir, DEFAULT_FIXTURE));
    expect((await at.run(RUNNER)).stdout).toContain("fixture_name=mixed-outcomes");
  });

  it("takes limits and the state directory, as flags and as variables", async () => {
    const env = { TAU_DEPLOYMENT_QUEUE_LIMIT: "1", TAU_DEPLOYMENT_RETRY_MAX_ATTEMPTS: "1" };
    const run = await at.runWith({ env }, RUNNER, ...PASS, "--deployment-state-dir", "elsewhere");
    expect(run.stdout).toContain("queued_cases=1");
    expect(run.stdout).toContain("state_path=elsewhere/state.json");
    expect(readdirSync(at.dir)).toEqual(["elsewhere"]);
    const again = await at.runWith({ env }, RUNNER, ...PASS, "--deployment-state-dir=elsewhere");
    // What is done makes room for what is not (W-5).
    expect(again.stdout).toMatch(/applied_cases=1 duplicate_skips=1 .* backlog_cases=1/);
  });

  it("refuses a fixture that breaks a rule with 3, and a directory, and writes nothing", async () => {
    const run = await at.run(RUNNER, "--deployment-fixture", contractFixture("s1/invalid-duplicate-case-id.json"));
    expect(run).toMatchObject({ exitCode: 3, stdout: "" });
    expect(run.stderr).toContain("(case_id_duplicate)");
    const directory = await at.run(RUNNER, "--deployment-fixture", contractFixture("s1"));
    expect(directory.exitCode).toBe(1);
    expect(directory.stderr).toContain("tau-edge run --fixture");
    expect(readdirSync(at.dir)).toEqual([]);
  });

  it("runs by variables alone", async () => {
    const env = { TAU_DEPLOYMENT_CONTRACT_RUNNER: "true", TAU_DEPLOYMENT_FIXTURE: PASS[1] };
    expect(await at.runWith({ env })).toMatchObject({ exitCode: 0 });
  });
});

const HEALTH = ["--transport-health-inspect", "deployment"] as const;
const STATUS = ["--deployment-status-inspect"] as const;
const SUMMARY = ["--operator-control-summary"] as const;

describe("the original's inspect commands", () => {
  /** S1's fields, in S1's order. */
  const S1_STATUS_FIELDS =
    "state_path events_log_path events_log_present health_state health_reason rollout_gate processed_case_count " +
    "rollout_count target_counts runtime_profile_counts environment_counts outcome_counts status_code_counts " +
    "error_code_counts total_replicas wasm_rollout_count cloud_rollout_count cycle_reports invalid_cycle_reports " +
    "last_reason_codes reason_code_counts health";
  const S1_HEALTH_FIELDS =
    "updated_unix_ms cycle_duration_ms queue_depth active_runs failure_streak last_cycle_discovered " +
    "last_cycle_processed last_cycle_completed last_cycle_failed last_cycle_duplicates";
  const S1_ROW_FIELDS =
    "component health_state health_reason rollout_gate reason_code recommendation queue_depth failure_streak state_path";

  const firstKeys = (document: unknown, count: number) =>
    Object.keys(document as object)
      .slice(0, count)
      .join(" ");

  it("print S1's documents with S1's fields first, then what S1 left out", async () => {
    await at.run(RUNNER, ...MIXED);
    const [row, ...others] = (await at.run(...HEALTH, "--transport-health-json")).json() as [{ health: object }];
    expect(others).toEqual([]);
    expect(firstKeys(row, 4)).toBe("transport target state_path health");
    expect(firstKeys(row.health, 10)).toBe(S1_HEALTH_FIELDS);
    expect(transportHealthSchema.parse(row)).toEqual(row);

    const status = (await at.run(...STATUS, "--deployment-status-json")).json();
    expect(firstKeys(status, 22)).toBe(S1_STATUS_FIELDS);
    expect(statusViewSchema.parse(status)).toEqual(status);
    expect(status).toMatchObject({ rollout_gate: "hold", gate_reason: "health_degraded", stale: false });

    const summary = (await at.run(...SUMMARY, "--operator-control-summary-json")).json() as { components: [object] };
    expect(firstKeys(summary.components[0], 9)).toBe(S1_ROW_FIELDS);
    expect(operatorSummarySchema.parse(summary)).toEqual(summary);
  });

  it("print one line without a json switch, maps as k:v,k:v and nothing as none", async () => {
    await at.run(RUNNER, ...PASS);
    const status = (await at.run(...STATUS)).stdout;
    expect(status).toMatch(/^state_path=\.tau\/deployment\/state\.json .*\n$/);
    expect(fieldsOf(status)).toMatchObject({
      rollout_gate: "pass",
      target_counts: "container:1,kubernetes:1,wasm:1",
      error_code_counts: "none",
      wasm_rollout_count: "1",
    });
    const health = (await at.run(...HEALTH)).stdout;
    expect(health).toMatch(/^transport=deployment .*\n$/);
    expect(fieldsOf(health)).toMatchObject({ failure_streak: "0", rollout_gate: "pass" });
    expect((await at.run(...SUMMARY)).stdout).toMatch(/^generated_unix_ms=\d+ .*\ncomponent=deployment .*\n$/);
  });

  it.each([
    [HEALTH, "--transport-health-json"],
    [STATUS, "--deployment-status-json"],
    [SUMMARY, "--operator-control-summary-json"],
  ] as const)(
    "%j end with 3 on a hold, 0 on a pass, and 4 for a state that proves nothing (W-26)",
    async (mode, json) => {
      expect((await at.run(...mode)).exitCode).toBe(3);
      await at.run(RUNNER, ...PASS);
      expect((await at.run(...mode)).exitCode).toBe(0);
      await at.run(RUNNER, ...MIXED);
      expect((await at.run(...mode, json)).exitCode).toBe(3);
      writeFileSync(join(at.dir, ".tau/deployment/state.json"), "{torn");
      const torn = await at.run(...mode, json);
      expect(torn.exitCode).toBe(4);
      expect(JSON.stringify(torn.json())).toContain("state_corrupt");
    },
  );

  it("read the state directory that they are given, and create none", async () => {
    await at.run(RUNNER, ...PASS, "--deployment-state-dir", "s");
    for (const mode of [HEALTH, STATUS, SUMMARY]) {
      expect((await at.run(...mode, "--deployment-state-dir", "s")).exitCode).toBe(0);
      expect((await at.runWith({ env: { TAU_DEPLOYMENT_STATE_DIR: "s" } }, ...mode)).exitCode).toBe(0);
      expect((await at.run(...mode, "--deployment-state-dir", "other")).exitCode).toBe(3);
    }
    expect(readdirSync(at.dir)).toEqual(["s"]);
  });
});

describe("the original's channel store commands", () => {
  const ROOT = ["--channel-store-root", ".tau/deployment/channel-store"] as const;

  it("count lines in one line, and create nothing", async () => {
    const none = await at.run(...ROOT, "--channel-store-inspect", "deployment/edge-wasm");
    expect([none.exitCode, none.stdout]).toEqual([0, expect.stringContaining("found=none log_records=0")]);
    expect(readdirSync(at.dir)).toEqual([]);
    await at.run(RUNNER, ...PASS);
    const line = (await at.run(...ROOT, "--channel-store-inspect", "deployment/edge-wasm")).stdout;
    expect(line).toMatch(/^transport=deployment .*\n$/);
    expect(fieldsOf(line)).toMatchObject({
      log_records: "1",
      context_records: "1",
      artifact_records: "0",
      invalid_log_lines: "0",
      memory_exists: "true",
    });
  });

  it("repair what cannot be read", async () => {
    await at.run(RUNNER, ...PASS);
    const log = join(at.dir, ".tau/deployment/channel-store/deployment/edge-wasm/log.jsonl");
    const before = readFileSync(log, "utf8");
    writeFileSync(log, `${before}torn\n`);
    const line = (await at.run(...ROOT, "--channel-store-repair", "deployment/edge-wasm")).stdout;
    expect(fieldsOf(line)).toMatchObject({ repaired_files: "1", removed_lines: "1" });
    expect(readFileSync(log, "utf8")).toBe(before);
    rmSync(log);
  });

  it("are about the deployment only", async () => {
    expect((await at.run(...ROOT, "--channel-store-inspect", "slack/general")).exitCode).toBe(2);
  });
});
