/** S1's four fixtures, written anew: what the runner makes of each case is what the contract says, in numbers and words. */
import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { CONTRACT_FIXTURES, makeRepositoryRoot } from "./repository-root.ts";

const root = makeRepositoryRoot();
afterAll(() => root.leave());

const MODULE_SHA256 = "93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476";

/** Lines of the channel logs: what came of each case, in a form that the original's readers know. */
interface LogLine {
  readonly event_key: string;
  readonly payload: { readonly case_id: string; readonly blueprint_id: string };
}

function logLines(state: string): LogLine[] {
  return globSync(`${state}/channel-store/deployment/*/log.jsonl`, { cwd: root.dir })
    .flatMap((file) =>
      readFileSync(join(root.dir, file), "utf8")
        .trim()
        .split("\n")
        .map((line) => {
          const read: LogLine = JSON.parse(line);
          expect(basename(dirname(file))).toBe(read.payload.blueprint_id);
          return read;
        }),
    )
    .sort((a, b) => (a.payload.case_id < b.payload.case_id ? -1 : 1));
}

function run(fixture: string, state: string) {
  return root.call(`tau-edge run --fixture ${CONTRACT_FIXTURES}/${fixture}.json --state-dir ${state} --json`);
}

describe("deployment_contract fixtures", () => {
  it("rollout-pass: recreated, rolled and as a canary", async () => {
    const { status, json } = await run("rollout-pass", "pass");
    expect(status).toBe(0);
    expect(json()).toMatchObject({
      discovered_cases: 3,
      applied_cases: 3,
      wasm_rollouts: 1,
      cloud_rollouts: 2,
      reason_codes: ["wasm_rollout_applied", "cloud_rollout_applied"],
      rollout_gate: "pass",
      failures: [],
    });
    expect(logLines("pass").map(({ payload }) => payload)).toMatchObject([
      { case_id: "deployment-container-shop", outcome: "success", status_code: 202, rollout_strategy: "recreate" },
      { case_id: "deployment-kubernetes-search", outcome: "success", status_code: 202, rollout_strategy: "rolling" },
      {
        case_id: "deployment-wasm-edge",
        outcome: "success",
        status_code: 201,
        rollout_strategy: "canary",
        artifact_sha256: MODULE_SHA256,
        artifact_size_bytes: 8,
      },
    ]);
    expect(logLines("pass").at(-1)?.event_key).toMatch(
      /^wasm:wasm_wasi:production:edge-wasm:deployment-wasm-edge:ap-northeast-1:[0-9a-f]{16}$/,
    );
  });

  it("mixed-outcomes: applied, refused and given up", async () => {
    const { status, json } = await run("mixed-outcomes", "mixed");
    expect(status).toBe(3);
    expect(json()).toMatchObject({
      applied_cases: 1,
      malformed_cases: 1,
      failed_cases: 1,
      retry_attempts: 3,
      retryable_failures: 4,
      reason_codes: [
        "malformed_inputs_observed",
        "retry_attempted",
        "retryable_failures_observed",
        "case_processing_failed",
        "wasm_rollout_applied",
      ],
      health_state: "degraded",
      rollout_gate: "hold",
      gate_reason: "health_degraded",
    });
    expect(logLines("mixed").map(({ payload }) => payload)).toMatchObject([
      {
        case_id: "deployment-kubernetes-unavailable",
        outcome: "retryable_failure",
        status_code: 503,
        error_code: "deployment_backend_unavailable",
      },
      { case_id: "deployment-wasm-applied", outcome: "success", status_code: 201 },
      {
        case_id: "deployment-wasm-on-native",
        outcome: "malformed_input",
        status_code: 422,
        error_code: "deployment_unsupported_runtime",
      },
    ]);
  });

  it.each([
    ["invalid-duplicate-case-id", "case_id_duplicate", "cases[1].case_id"],
    ["invalid-error-code", "error_code_unknown", "cases[0].expected.error_code"],
  ])("%s: refused as a whole, and nothing is written", async (fixture, code, at) => {
    const { status, json } = await run(fixture, "none");
    expect(status).toBe(3);
    expect(json()).toMatchObject({ code, at: `${CONTRACT_FIXTURES}/${fixture}.json ${at}` });
    expect(globSync("none/**", { cwd: root.dir })).toEqual([]);
  });
});
