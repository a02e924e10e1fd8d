import { execFileSync } from "node:child_process";
import { appendFile, mkdtemp, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CONTRACT_LIMITS, EMPTY_HEALTH } from "@tau-edge/contract";
import { NO_DEPLOYMENT_FACTS } from "@tau-edge/ports";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openState, openStateReader } from "./open-state.ts";

let stateDir: string;
let path: string;
let log: string;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "tau-edge-test-"));
  path = join(stateDir, "state.json");
  log = join(stateDir, "runtime-events.jsonl");
});
afterEach(() => rm(stateDir, { recursive: true, force: true }));

const event = (fields: object) => `${JSON.stringify({ timestamp_unix_ms: 5, reason_codes: [], ...fields })}\n`;

describe("the files of a deployment", () => {
  it("say nothing before there are any, then what the runner left, then what it left later", async () => {
    const { deployment } = openStateReader(stateDir);
    expect(await deployment.facts()).toEqual(NO_DEPLOYMENT_FACTS);
    await writeFile(path, '{"schema_version":1,"health":{"failure_streak":3}}');
    const first = await deployment.facts();
    expect(first).toMatchObject({ state_present: true, health: { ...EMPTY_HEALTH, failure_streak: 3 } });
    await writeFile(`${path}.new`, '{"schema_version":1,"health":{"failure_streak":4}}');
    await rename(`${path}.new`, path);
    expect((await deployment.facts()).health.failure_streak).toBe(4);
  });

  it("are counted: rollouts and failed cases of the state, lines of the log and of the rotated ones", async () => {
    const rollouts = [
      { deploy_target: "wasm", environment: "production", replicas: 2, outcome: "success", status_code: 201 },
      { deploy_target: "container", environment: "staging", replicas: 1, outcome: "success", status_code: 202 },
    ];
    const failed_cases = [
      { outcome: "malformed_input", status_code: 422, error_code: "deployment_unsupported_runtime" },
    ];
    await writeFile(path, JSON.stringify({ processed_case_keys: ["a", "b", "c"], rollouts, failed_cases }));
    await writeFile(`${log}.1`, event({ reason_codes: ["wasm_rollout_applied"] }));
    await writeFile(log, `${event({ reason_codes: ["healthy_cycle"], timestamp_unix_ms: 7 })}torn`);
    await writeFile(join(stateDir, "runtime-events.jsonl.bak"), "no log of this program\n");
    expect(await openStateReader(stateDir).deployment.facts()).toMatchObject({
      processed_case_count: 3,
      deliverable_count: 0,
      counts: {
        rollout_count: 2,
        failed_case_count: 1,
        total_replicas: 3,
        wasm_rollout_count: 1,
        target_counts: { container: 1, wasm: 1 },
        error_code_counts: { deployment_unsupported_runtime: 1 },
      },
      events_log: {
        present: true,
        rotated_files: 1,
        facts: {
          cycle_reports: 2,
          invalid_cycle_reports: 1,
          last_reason_codes: ["healthy_cycle"],
          last_timestamp_unix_ms: 7,
          reason_code_counts: { healthy_cycle: 1, wasm_rollout_applied: 1 },
        },
      },
    });
  });

  it("are read once as long as nobody changes them, however many ask at once", async () => {
    await writeFile(path, '{"health":{"queue_depth":7}}');
    await writeFile(log, event({}));
    const { deployment } = openStateReader(stateDir);
    const [first, second] = await Promise.all([deployment.facts(), deployment.facts()]);
    expect(second).toBe(first);
    expect(await deployment.facts()).toBe(first);
    await appendFile(log, event({}));
    expect((await deployment.facts()).events_log.facts.cycle_reports).toBe(2);
  });

  it("of a log without a state are told too", async () => {
    await writeFile(log, event({}));
    expect(await openStateReader(stateDir).deployment.facts()).toMatchObject({
      state_present: false,
      events_log: { present: true, rotated_files: 0, facts: { cycle_reports: 1 } },
    });
  });
});

describe("a state that proves nothing", () => {
  it.each([
    ["state_corrupt", "{"],
    ["state_corrupt", '{"health":{"failure_streak":"3"}}'],
    ["state_newer", '{"schema_version":2,"health":{}}'],
    ["state_foreign", '{"tau_edge":{"seq":1}}'],
  ] as const)("fails with %s for %s, also after it was read in a sound state", async (code, text) => {
    const { deployment } = openStateReader(stateDir);
    await writeFile(path, '{"health":{"last_cycle_completed":1,"updated_unix_ms":1}}');
    await deployment.facts();
    await writeFile(path, text);
    for (let time = 0; time < 2; time++) await expect(deployment.facts()).rejects.toMatchObject({ code });
  });

  it("is read once too: whoever asks must not make a gateway read a large broken file again and again", async () => {
    const { deployment } = openStateReader(stateDir);
    await writeFile(path, '{"health":{');
    const refusal = () => deployment.facts().catch((error: unknown) => error);
    const first = await refusal();
    expect(first).toMatchObject({ code: "state_corrupt" });
    expect(await refusal()).toBe(first);
    await writeFile(path, '{"health":{}}');
    expect(await deployment.facts()).toMatchObject({ state_present: true });
  });

  it("is a link, a FIFO that nobody waits for, or a file beyond the bound", async () => {
    const { deployment } = openStateReader(stateDir);
    const fails = () => expect(deployment.facts()).rejects.toMatchObject({ code: "state_corrupt" });
    await symlink("/etc/hostname", path);
    await fails();
    await rm(path);
    execFileSync("mkfifo", [path]);
    await fails();
    await expect((await openState(stateDir)).files.check()).rejects.toMatchObject({ code: "state_corrupt" });
    await rm(path);
    await writeFile(path, "");
    await truncate(path, CONTRACT_LIMITS.state_bytes_max + 1);
    await fails();
  });
});
