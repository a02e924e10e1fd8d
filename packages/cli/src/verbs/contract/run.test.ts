import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeWorkplace, type Workplace } from "../../cli.test-helper.ts";
import {
  cloudCase,
  contractFixture,
  fixtureText,
  malformedCase,
  retryableCase,
} from "../../contract/fixtures.test-helper.ts";
import { cycleReportSchema, ladderReportSchema } from "../../contract/run-schema.ts";

let at: Workplace;
beforeEach(() => {
  at = makeWorkplace();
});
afterEach(() => at.leave());

const write = (name: string, text: string) => writeFileSync(join(at.dir, name), text);
const traces = () => readdirSync(at.dir).sort();
const stateFile = () => JSON.parse(readFileSync(join(at.dir, ".tau/deployment/state.json"), "utf8"));

describe("run", () => {
  it("runs a fixture once, says what came of it, and ends with 0 when the gate passes", async () => {
    const run = await at.run("run", "--fixture", contractFixture("s1/rollout-pass.json"), "--json");
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(run.json()).toMatchObject({
      outcome: "recorded",
      health_state: "healthy",
      rollout_gate: "pass",
      gate_reason: "healthy",
      reason_codes: ["wasm_rollout_applied", "cloud_rollout_applied"],
      discovered_cases: 3,
      applied_cases: 3,
      failure_streak: 0,
      fixture: { name: "rollout-pass" },
      record: { stream: "default/contract/cycles", seq: 0 },
      failures: [],
    });
    expect(stateFile().rollouts).toHaveLength(3);
  });

  it("ends with 3 when the gate holds, and names every case that was not applied (W-26)", async () => {
    const run = await at.run("run", "--fixture", contractFixture("s1/mixed-outcomes.json"));
    expect(run.exitCode).toBe(3);
    expect(run.stdout).toMatch(/gate +hold +health_degraded/);
    expect(run.stdout).toContain("deployment-wasm-on-native  malformed_input  422 deployment_unsupported_runtime");
    expect(run.stdout).toContain("deployment-kubernetes-unavailable  retryable_failure after 4 tries  503");
  });

  it("says what was expected and what came instead", async () => {
    const mismatch = cloudCase("other", { expected: { ...cloudCase("other").expected, status_code: 201 } });
    write("f.json", fixtureText([mismatch, cloudCase("fine")]));
    const run = await at.run("run", "--fixture", "f.json");
    expect(run.exitCode).toBe(3);
    expect(run.stdout).toContain("x other  contract_mismatch");
    expect(run.stdout).toContain("expected status_code 201, got 202");
    // The cycle goes on, and is kept.
    expect(stateFile().rollouts).toMatchObject([{ case_id: "fine" }]);
  });

  it("of a fixture that breaks a rule ends with 3, names the place, and writes nothing", async () => {
    write("f.json", fixtureText([cloudCase("a"), cloudCase("b", { replicas: 0 })]));
    const run = await at.run("run", "--fixture", "f.json", "--json");
    expect(run.exitCode).toBe(3);
    expect(run.json()).toMatchObject({
      code: "replicas_zero",
      at: "f.json cases[1].replicas",
      remedy: expect.stringContaining("replicas"),
    });
    expect(traces()).toEqual(["f.json"]);
    const words = await at.run("run", "--fixture", "f.json");
    expect(words).toMatchObject({ exitCode: 3, stdout: "" });
    expect(words.stderr).toMatch(/^error: f\.json cases\[1\]\.replicas: .*\(replicas_zero\)\n {7}/);
  });

  it("with --dry-run tries everything and leaves no trace", async () => {
    const run = await at.run("run", "--fixture", contractFixture("s1/rollout-pass.json"), "--dry-run", "--json");
    expect(run.exitCode).toBe(0);
    expect(run.json()).toMatchObject({ outcome: "would_record", applied_cases: 3 });
    expect(run.json()).not.toHaveProperty("record");
    expect(traces()).toEqual([]);
  });

  it("takes the limits of a cycle", async () => {
    write("f.json", fixtureText([retryableCase("a"), retryableCase("b"), retryableCase("c")]));
    const run = await at.run(
      ...["run", "--fixture", "f.json", "--queue-limit", "2", "--retry-max-attempts", "3", "--json"],
      ...["--processed-case-cap", "1", "--retry-base-delay-ms", "1"],
    );
    expect(run.json()).toMatchObject({
      queued_cases: 2,
      backlog_cases: 1,
      queue_depth: 1,
      retry_attempts: 4,
      failed_cases: 2,
    });
  });

  it("lets evidence be too old for the gate", async () => {
    write("f.json", fixtureText([cloudCase("a")]));
    await at.run("run", "--fixture", "f.json");
    await new Promise((resolve) => setTimeout(resolve, 5));
    // Nothing is tried a second time, so the evidence stays that of the first cycle.
    const run = await at.run("run", "--fixture", "f.json", "--max-age-ms", "0", "--json");
    expect(run.exitCode).toBe(3);
    expect(run.json()).toMatchObject({ duplicate_skips: 1, rollout_gate: "hold", gate_reason: "state_stale" });
  });

  it("asks the backend, which may take a case at a later try", async () => {
    write("deploy.sh", '#!/bin/sh\ncat > case.json\n[ -e seen ] && exit 0\ntouch seen\necho "not yet" >&2\nexit 1\n');
    write("backend.json", JSON.stringify({ command: ["sh", join(at.dir, "deploy.sh")], timeout_ms: 20_000 }));
    write("f.json", fixtureText([cloudCase("a")]));
    const cwd = process.cwd();
    process.chdir(at.dir);
    try {
      const run = await at.run("run", "--fixture", "f.json", "--backend", "backend.json", "--json");
      expect(run.json()).toMatchObject({ applied_cases: 1, retry_attempts: 1, retryable_failures: 1 });
      expect(JSON.parse(readFileSync(join(at.dir, "case.json"), "utf8"))).toMatchObject({ case_id: "a" });
    } finally {
      process.chdir(cwd);
    }
  });

  it("keeps a state of somebody else, of a newer version or damaged, and ends with 4", async () => {
    mkdirSync(join(at.dir, ".tau/deployment"), { recursive: true });
    write("f.json", fixtureText([cloudCase("a")]));
    const path = join(at.dir, ".tau/deployment/state.json");
    for (const [text, code] of [
      ['{"schema_version":2}', "state_newer"],
      ["{torn", "state_corrupt"],
      ['{"tau_edge":{"seq":1}}', "state_foreign"],
    ] as const) {
      writeFileSync(path, text);
      const run = await at.run("run", "--fixture", "f.json", "--json");
      expect([run.exitCode, run.json()]).toMatchObject([4, { code }]);
      expect(readFileSync(path, "utf8")).toBe(text);
    }
  });

  it("waits for the end of a cycle that has begun, and only from then on", async () => {
    write("f.json", fixtureText([cloudCase("a")]));
    const seen: boolean[] = [];
    const uninterrupted = async <T>(work: () => Promise<T>): Promise<T> => {
      const written = work();
      seen.push(existsSync(join(at.dir, ".tau/deployment/state.json")));
      const done = await written;
      seen.push(existsSync(join(at.dir, ".tau/deployment/state.json")));
      return done;
    };
    expect((await at.runWith({ uninterrupted }, "run", "--fixture", "f.json")).exitCode).toBe(0);
    expect(seen).toEqual([false, true]);
  });
});

describe("run of a directory", () => {
  it("runs its fixtures in order of their names, each with the six figures", async () => {
    write("b.json", fixtureText([cloudCase("b")], "second"));
    write("a.json", fixtureText([cloudCase("a")], "first"));
    write("note.txt", "no fixture");
    const run = await at.run("run", "--fixture", ".", "--json");
    expect(run.exitCode).toBe(0);
    const figures = { failure_streak: 0, last_cycle_failed: 0, queue_depth: 0, rollout_gate: "pass" };
    expect(run.json()).toMatchObject({
      outcome: "climbed",
      rungs: [
        { file: "./a.json", figures: { ...figures, wasm_rollout_count: 0, cloud_rollout_count: 1 } },
        { file: "./b.json", figures: { ...figures, wasm_rollout_count: 0, cloud_rollout_count: 2 } },
      ],
      not_run: [],
    });
  });

  it("stops at the first hold, prints the figures of each rung, and names what was not run", async () => {
    write("1.json", fixtureText([cloudCase("a")]));
    write("2.json", fixtureText([malformedCase("b")]));
    write("3.json", fixtureText([cloudCase("c")]));
    const run = await at.run("run", "--fixture", ".");
    expect(run.exitCode).toBe(3);
    const lines = run.stdout
      .split("\n")
      .filter((line) => line.includes("failure_streak=") && line.includes("rollout_gate="));
    expect(lines.map((line) => line.trim())).toEqual([
      "failure_streak=0 last_cycle_failed=0 queue_depth=0 rollout_gate=pass wasm_rollout_count=0 cloud_rollout_count=1",
      "failure_streak=0 last_cycle_failed=0 queue_depth=0 rollout_gate=hold wasm_rollout_count=0 cloud_rollout_count=1",
    ]);
    expect(run.stdout).toContain("1 rung climbed, held at ./2.json; not run: ./3.json\n");
  });

  it("stops at a fixture that breaks a rule, and says which", async () => {
    write("1.json", fixtureText([cloudCase("a")]));
    write("2.json", "{}");
    const run = await at.run("run", "--fixture", ".");
    expect(run.exitCode).toBe(3);
    expect(run.stderr).toContain("./2.json");
    expect(run.stdout).toContain("1 rung climbed, refused at ./2.json\n");
  });
});

describe("what run prints", () => {
  it("is what its schemas describe, every field of it", async () => {
    const mismatch = cloudCase("other", { expected: { ...cloudCase("other").expected, status_code: 201 } });
    write("1.json", fixtureText([cloudCase("a")]));
    write("2.json", fixtureText([cloudCase("b"), malformedCase("c"), retryableCase("d"), mismatch]));
    write("3.json", "{}");
    const report = (await at.run("run", "--fixture", "2.json", "--dry-run", "--json")).json();
    expect(cycleReportSchema.parse(report)).toEqual(report);
    const held = (await at.run("run", "--fixture", ".", "--json")).json();
    expect(ladderReportSchema.parse(held)).toEqual(held);
    write("2.json", "{}");
    const refused = (await at.run("run", "--fixture", ".", "--state-dir", "other", "--json")).json();
    expect(ladderReportSchema.parse(refused)).toEqual(refused);
    expect(refused).toMatchObject({ outcome: "refused", rungs: [{}, { cycle: { outcome: "refused" } }] });
  });
});

describe("what run is asked", () => {
  it.each([
    [["run"], 2],
    [["run", "--fixture"], 2],
    [["run", "--fixture", "nope.json"], 1],
    [["run", "--fixture", ""], 1],
    [["run", "--fixture", "empty"], 1],
    [["run", "--fixture", "f.json", "--queue-limit", "0"], 2],
    [["run", "--fixture", "f.json", "--queue-limit", "many"], 2],
    [["run", "--fixture", "f.json", "--processed-case-cap", "0"], 2],
    [["run", "--fixture", "f.json", "--retry-max-attempts", "0"], 2],
    [["run", "--fixture", "f.json", "--retry-max-attempts", "10001"], 2],
    [["run", "--fixture", "f.json", "--retry-base-delay-ms", "-1"], 2],
    [["run", "--fixture", "f.json", "--max-age-ms", "1.5"], 2],
    [["run", "--fixture", "f.json", "--backend", "nope.json"], 1],
    [["run", "--fixture", "f.json", "--backend", "f.json"], 2],
    [["run", "--fixture", "f.json", "--state-dir", ""], 2],
    [["run", "--fixture", "f.json", "--gateway", "http://x"], 2],
    [["run", "f.json"], 2],
  ] as const)("%j ends with %i and writes nothing", async (argv, exitCode) => {
    mkdirSync(join(at.dir, "empty"));
    write("f.json", fixtureText([cloudCase("a")]));
    expect((await at.run(...argv)).exitCode).toBe(exitCode);
    expect(traces()).toEqual(["empty", "f.json"]);
  });
});
