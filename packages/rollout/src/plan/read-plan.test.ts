import { encodeUtf8, sha256 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { RolloutError } from "../errors.ts";
import { PLAN_BYTES_MAX } from "../limits.ts";
import { planWith, SMALLEST_PLAN } from "./plan.test-helper.ts";
import { planObject, policyObject } from "./plan-objects.ts";
import { readPlan } from "./read-plan.ts";

function refusal(bytes: Uint8Array): RolloutError {
  try {
    readPlan(bytes);
  } catch (error) {
    if (error instanceof RolloutError) return error;
    throw error;
  }
  throw new Error("expected a refusal");
}

const refusalOf = (changes: object) => refusal(encodeUtf8(JSON.stringify({ ...SMALLEST_PLAN, ...changes })));
const gate = (changes: object) => ({ policy: { gates: [{ id: "g", metric: "error_rate", max_ppm: 1, ...changes }] } });

describe("a plan that says little", () => {
  it("gets the cohorts and thresholds of the runbook, and waits of minutes and hours", () => {
    expect(planWith()).toEqual({
      ...SMALLEST_PLAN,
      allow_unsigned: false,
      accept_capabilities: [],
      retention_class: "certified_release",
      lanes: ["main"],
      policy: {
        policy_version: 1,
        stages: [100, 500, 2_500, 5_000, 10_000].map((weight_bp) => ({
          weight_bp,
          min_samples: 5_000,
          min_dwell_ms: 300_000,
        })),
        gates: [
          { id: "error_rate", metric: "error_rate", max_ppm: 5_000 },
          { id: "p95_latency_delta", metric: "p95_latency_delta", max_ppm: 100_000 },
          { id: "replay_determinism_failures", metric: "replay_determinism_failures", max: 0 },
        ],
        approvals: [],
        maintenance_windows: [],
        watch: { duration_ms: 3_600_000, judge_every_ms: 300_000, min_samples: 20_000 },
        holdback_bp: 0,
        max_window_ms: 86_400_000,
        max_silence_ms: 600_000,
        max_hold_ms: 86_400_000,
        abandon_after_ms: 60_000,
        on_deadline: "rollback",
        reporter_observations_max: 12,
      },
    });
  });

  it("fills in what one stage, the watch or a policy leaves out", () => {
    const { policy } = planWith({
      policy: { stages: [{ weight_bp: 10_000, min_samples: 7 }], watch: { min_samples: 3 } },
    });
    expect(policy.stages).toEqual([{ weight_bp: 10_000, min_samples: 7, min_dwell_ms: 300_000 }]);
    expect(policy.watch).toEqual({ duration_ms: 3_600_000, judge_every_ms: 300_000, min_samples: 3 });
  });
});

describe("the hash of a plan", () => {
  const hashOf = (text: string) => planObject(readPlan(encodeUtf8(text)), sha256).digest;
  const hash = hashOf(JSON.stringify(SMALLEST_PLAN));

  it("does not depend on the order of keys, on white space, or on defaults being written out", () => {
    const reversed = Object.fromEntries(Object.entries(SMALLEST_PLAN).reverse());
    expect(hashOf(JSON.stringify(reversed, null, 4))).toBe(hash);
    expect(hashOf(JSON.stringify(planWith()))).toBe(hash);
    expect(hashOf(JSON.stringify({ $schema: "plan.schema.json", ...SMALLEST_PLAN }))).toBe(hash);
  });

  it("does not depend on the order in which sets are written, nor on S1's word for prod", () => {
    const one = { ...SMALLEST_PLAN, lanes: ["a", "b"], accept_capabilities: ["env", "cwd"] };
    const other = { ...one, lanes: ["b", "a"], accept_capabilities: ["cwd", "env"] };
    expect(hashOf(JSON.stringify(other))).toBe(hashOf(JSON.stringify(one)));
    expect(hashOf(JSON.stringify({ ...SMALLEST_PLAN, environments: ["dev", "staging", "production"] }))).toBe(hash);
  });

  it("changes with every field, and the policy's hash only with the policy", () => {
    const changed = planWith({ release: `sha256:${"33".repeat(32)}` });
    expect(planObject(changed, sha256).digest).not.toBe(hash);
    expect(policyObject(changed.policy, sha256)).toEqual(policyObject(planWith().policy, sha256));
    const stricter = planWith({ policy: { max_hold_ms: 1 } });
    expect(policyObject(stricter.policy, sha256).digest).not.toBe(policyObject(planWith().policy, sha256).digest);
  });
});

describe("a plan is refused", () => {
  it.each<[string, object, string]>([
    ["without a baseline: nobody may forget to compare", { baseline: undefined }, "$.baseline"],
    ["with a baseline that is neither a word nor a digest", { baseline: "latest" }, "$.baseline"],
    ["without the number of observations to expect", { expected_per_hour: undefined }, "$.expected_per_hour"],
    ["with no environment", { environments: [] }, "$.environments"],
    ["with an environment that nobody knows", { environments: ["qa"] }, "$.environments[0]"],
    ["with a blueprint that is no id", { blueprint: "Shop" }, "$.blueprint"],
    ["with a digest in another form", { release: "11".repeat(32) }, "$.release"],
    ["of another schema", { schema_version: 2 }, "$.schema_version"],
    ["with a policy of another meaning", { policy: { policy_version: 2 } }, "$.policy.policy_version"],
    ["with no stage", { policy: { stages: [] } }, "$.policy.stages"],
    ["with a stage of no weight", { policy: { stages: [{ weight_bp: 0 }] } }, "$.policy.stages[0].weight_bp"],
    ["with a fraction", { policy: { stages: [{ weight_bp: 0.5 }] } }, "$.policy.stages[0].weight_bp"],
    ["with a metric that nobody counts", gate({ metric: "p99" }), "$.policy.gates[0].metric"],
    ["with a gate of two metrics", gate({ check: "smoke" }), "$.policy.gates[0]"],
    ["with a share above one", gate({ max_ppm: 1_000_001 }), "$.policy.gates[0].max_ppm"],
    [
      "with a minute after midnight",
      { policy: { maintenance_windows: [{ weekdays: [1], start_minute: 1440, duration_minutes: 1 }] } },
      "$.policy.maintenance_windows[0].start_minute",
    ],
    ["with a capability that does not exist", { accept_capabilities: ["root"] }, "$.accept_capabilities[0]"],
    ["with a word that no plan knows", { gate: 1 }, "$"],
    ["with commands, which a plan may never bring", { checks: [{ command: ["rm"] }] }, "$"],
  ])("%s", (_name, changes, at) => {
    const error = refusalOf(changes);
    expect({ code: error.code, at: error.at }).toEqual({ code: "plan_field", at });
    expect(error.remedy?.length ?? 0).toBeGreaterThan(20);
  });

  it("when it is not strict JSON, with the byte offset", () => {
    const error = refusal(encodeUtf8('{"schema_version":1,"schema_version":1}'));
    expect([error.code, error.at]).toEqual(["plan_syntax", "20"]);
  });

  it("when it is larger than a record could carry", () => {
    expect(refusal(new Uint8Array(PLAN_BYTES_MAX + 1).fill(0x20)).code).toBe("plan_too_large");
    expect(refusal(new Uint8Array(PLAN_BYTES_MAX).fill(0x20)).code).toBe("plan_syntax");
  });

  it("says to somebody who forgot the baseline what there is to choose from", () => {
    expect(refusalOf({ baseline: undefined }).remedy).toMatch(/"committed".*"none".*serves nobody/);
  });
});
