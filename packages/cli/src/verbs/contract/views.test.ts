import { appendFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { operatorSummarySchema, statusViewSchema, transportHealthSchema } from "@tau-edge/contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeWorkplace, type Workplace } from "../../cli.test-helper.ts";
import {
  cloudCase,
  contractFixture,
  fixtureText,
  malformedCase,
  retryableCase,
} from "../../contract/fixtures.test-helper.ts";

let at: Workplace;
beforeEach(() => {
  at = makeWorkplace();
});
afterEach(() => at.leave());

const VIEWS = [["health"], ["status"], ["operator-summary"]] as const;

async function cycle(...cases: readonly object[]): Promise<void> {
  writeFileSync(join(at.dir, "f.json"), fixtureText(cases));
  await at.run("run", "--fixture", "f.json");
}

function plantState(text: string): void {
  mkdirSync(join(at.dir, ".tau/deployment"), { recursive: true });
  writeFileSync(join(at.dir, ".tau/deployment/state.json"), text);
}

interface Told {
  readonly rollout_gate: string;
  readonly gate_reason: string;
  readonly health_state: string;
}

/** What each of the three says of the gate, and with which code it ends. */
async function allViews(...options: readonly string[]): Promise<readonly (Told & { readonly exitCode: number })[]> {
  const runs = await Promise.all(VIEWS.map((verb) => at.run(...verb, ...options, "--json")));
  return runs.map((run) => {
    const document = run.json() as Told & { readonly components?: readonly [Told] };
    const { health_state, rollout_gate, gate_reason } = document.components?.[0] ?? document;
    return { exitCode: run.exitCode, health_state, rollout_gate, gate_reason };
  });
}

const each = (told: object) => [told, told, told];

describe("health, status and operator-summary", () => {
  it("say pass and end with 0 after a clean cycle", async () => {
    await cycle(cloudCase("a"));
    expect(await allViews()).toEqual(
      each({ exitCode: 0, health_state: "healthy", rollout_gate: "pass", gate_reason: "healthy" }),
    );
  });

  it.each([
    ["malformed input", malformedCase("b"), "degraded", "health_degraded"],
    ["a retryable failure", retryableCase("b"), "degraded", "health_degraded"],
  ] as const)("hold and end with 3 after %s (W-25, W-26)", async (_, bad, health_state, gate_reason) => {
    await cycle(cloudCase("a"), bad);
    expect(await allViews()).toEqual(each({ exitCode: 3, health_state, rollout_gate: "hold", gate_reason }));
  });

  it("are failing after three failures in a row, and one cycle of duplicates does not heal them", async () => {
    for (let time = 0; time < 3; time++) await cycle(retryableCase("a"));
    const failing = { exitCode: 3, health_state: "failing", rollout_gate: "hold", gate_reason: "health_failing" };
    expect(await allViews()).toEqual(each(failing));
    await cycle(malformedCase("done"));
    await cycle(malformedCase("done"));
    expect(await allViews()).toEqual(each(failing));
  });

  it("hold for want of evidence where nothing ever ran, and create nothing", async () => {
    expect(await allViews()).toEqual(
      each({ exitCode: 3, health_state: "healthy", rollout_gate: "hold", gate_reason: "no_evidence" }),
    );
    expect(readdirSync(at.dir)).toEqual([]);
    plantState('{"schema_version":1,"health":{}}');
    expect(await allViews()).toMatchObject(each({ exitCode: 3, gate_reason: "no_evidence" }));
  });

  it("hold when the evidence is older than is asked for", async () => {
    await cycle(cloudCase("a"));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await allViews("--max-age-ms", "1")).toMatchObject(each({ exitCode: 3, gate_reason: "state_stale" }));
    expect(await allViews("--max-age-ms", "3600000")).toMatchObject(each({ exitCode: 0 }));
  });

  it("agree, whatever the state: no caller can choose what is expected (W-28)", async () => {
    for (const cases of [[cloudCase("a")], [malformedCase("b")], [retryableCase("c")], [cloudCase("d")]]) {
      await cycle(...cases);
      const told = await allViews();
      expect(new Set(told.map((one) => JSON.stringify(one))).size, JSON.stringify(told)).toBe(1);
      expect(told[0]?.exitCode).toBe(told[0]?.rollout_gate === "pass" ? 0 : 3);
    }
    for (const verb of VIEWS) expect((await at.run(...verb, "--expect-rollout-gate", "hold")).exitCode).toBe(2);
  });

  it.each([
    ["state_newer", '{"schema_version":2}'],
    ["state_corrupt", "{torn"],
    ["state_foreign", '{"tau_edge":{"seq":1}}'],
  ])("end with 4 for %s", async (code, text) => {
    plantState(text);
    for (const verb of ["health", "status"]) {
      const run = await at.run(verb, "--json");
      expect([run.exitCode, run.json()]).toMatchObject([4, { code, remedy: expect.any(String) }]);
    }
    const summary = await at.run("operator-summary", "--json");
    expect(summary.exitCode).toBe(4);
    expect(operatorSummarySchema.parse(summary.json())).toMatchObject({
      health_state: "failing",
      rollout_gate: "hold",
      reason_codes: ["deployment:state_unavailable", `deployment:${code}`],
    });
  });

  it("end with 1 where the state directory cannot be read at all", async () => {
    writeFileSync(join(at.dir, "file"), "no directory");
    for (const verb of VIEWS) expect((await at.run(...verb, "--state-dir", "file", "--json")).exitCode).toBe(1);
    expect((await at.run("operator-summary", "--state-dir", "file", "--json")).json()).toMatchObject({
      rollout_gate: "hold",
      reason_codes: ["deployment:state_unavailable", "deployment:store_unavailable"],
    });
  });

  it("print the documents that their schemas describe, every field of them", async () => {
    await cycle(cloudCase("a"), malformedCase("b"), retryableCase("c"));
    const documents = await Promise.all(VIEWS.map(async (verb) => (await at.run(...verb, "--json")).json()));
    expect(documents).toEqual([
      transportHealthSchema.parse(documents[0]),
      statusViewSchema.parse(documents[1]),
      operatorSummarySchema.parse(documents[2]),
    ]);
  });

  it("count lines of the log that cannot be read, and failures as well as rollouts (W-27)", async () => {
    await cycle(cloudCase("a"), malformedCase("b"));
    appendFileSync(join(at.dir, ".tau/deployment/runtime-events.jsonl"), "torn\n");
    expect((await at.run("status", "--json")).json()).toMatchObject({
      cycle_reports: 1,
      invalid_cycle_reports: 1,
      outcome_counts: { malformed_input: 1, success: 1 },
      error_code_counts: { deployment_unsupported_runtime: 1 },
      failed_case_count: 1,
      last_reason_codes: ["malformed_inputs_observed", "cloud_rollout_applied"],
    });
  });

  it("are told in words", async () => {
    await at.run("run", "--fixture", contractFixture("s1/mixed-outcomes.json"));
    const [health, status, summary] = await Promise.all(VIEWS.map((verb) => at.run(...verb)));
    expect(health?.stdout).toMatch(/health +degraded +failure_streak=1 last_cycle_failed=1/);
    expect(health?.stdout).toMatch(/streak +1 failed cycle\n/);
    expect(status?.stdout).toMatch(/^\.tau\/deployment\/state\.json\n/);
    expect(status?.stdout).toMatch(/rollouts +1 \(1 wasm, 0 cloud\), 1 replica, 2 cases not rolled out\n/);
    expect(summary?.stdout).toMatch(/^hold +deployment:health_degraded/);
    expect(summary?.stdout).toContain("  -> deployment: ");
  });

  it.each(VIEWS)("%s is asked for nothing else", async (verb) => {
    for (const argv of [["--max-age-ms", "soon"], ["--max-age-ms"], ["x"], ["--state-dir", ""], ["--no-such"]])
      expect((await at.run(verb, ...argv)).exitCode, argv.join(" ")).toBe(2);
  });
});
