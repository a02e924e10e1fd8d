import { describe, expect, it } from "vitest";
import { lintPlan } from "./lint.ts";
import { LINT_RULES, type LintRule } from "./lint-rules.ts";
import { planWith, planWithPolicy } from "./plan.test-helper.ts";
import type { Plan } from "./plan.ts";

const lint = (plan: Plan, accept_noise = false) => lintPlan(plan, { accept_noise });
const rulesOf = (plan: Plan) => lint(plan).map(({ rule, at }) => [rule, at]);
const stages = (...weights: number[]) => ({ stages: weights.map((weight_bp) => ({ weight_bp })) });
const opening = (changes: object) => ({ weekdays: [1], start_minute: 0, duration_minutes: 60, ...changes });
const errors = (max_ppm: number) => ({ id: "error_rate", metric: "error_rate", max_ppm });
const dev = { environments: ["dev"] };
/** Few observations at the first stage only: enough not to roll back an equal release. */
const halves = (min_samples: number) =>
  planWithPolicy({
    stages: [{ weight_bp: 5_000, min_samples, min_dwell_ms: 2 }, { weight_bp: 10_000 }],
    abandon_after_ms: 1,
    holdback_bp: 5_000,
    gates: [errors(5_000), { id: "p95", metric: "p95_latency_delta", max_ppm: 100_000 }],
    reporter_observations_max: 7,
  });
/** Out of order, as no reader yields it. */
const unsorted = (plan: Plan, lanes: string[]): Plan => ({ ...plan, lanes });

/** For each rule a plan that breaks it and nothing else, and a near one that does not break it. */
const CASES: readonly [LintRule, string, Plan, Plan][] = [
  [
    "stages_not_increasing",
    "$.policy.stages[1].weight_bp",
    planWithPolicy(stages(500, 500, 10_000)),
    planWithPolicy(stages(500, 501, 10_000)),
  ],
  [
    "stages_end_below_100",
    "$.policy.stages[1].weight_bp",
    planWithPolicy(stages(100, 9_999)),
    planWithPolicy(stages(100, 10_000)),
  ],
  [
    "environments_out_of_order",
    "$.environments",
    planWith({ environments: ["staging", "dev"] }),
    planWith({ environments: ["dev", "staging"] }),
  ],
  [
    "prod_without_staging",
    "$.environments",
    planWith({ environments: ["dev", "prod"] }),
    planWith({ environments: ["staging", "prod"] }),
  ],
  ["rollback_serves_nobody", "$.baseline", planWith({ ...dev, baseline: "none" }), planWith(dev)],
  [
    "baseline_unobservable",
    "$.policy.stages[0].weight_bp",
    planWithPolicy(stages(10_000)),
    planWithPolicy({ ...stages(10_000), holdback_bp: 1_000 }),
  ],
  [
    "unbounded_wait",
    "$.policy.stages[0].min_dwell_ms",
    planWithPolicy({
      max_window_ms: 400_000,
      stages: [{ weight_bp: 5_000, min_dwell_ms: 400_001 }, { weight_bp: 10_000 }],
    }),
    planWithPolicy({
      max_window_ms: 400_000,
      stages: [{ weight_bp: 5_000, min_dwell_ms: 400_000 }, { weight_bp: 10_000 }],
    }),
  ],
  [
    "unbounded_wait",
    "$.policy.watch.judge_every_ms",
    planWithPolicy({ max_window_ms: 400_000, watch: { judge_every_ms: 400_001 } }),
    planWithPolicy({ max_window_ms: 400_000, watch: { judge_every_ms: 400_000 } }),
  ],
  [
    "unbounded_wait",
    "$.policy.maintenance_windows",
    planWithPolicy({ maintenance_windows: [opening({})] }),
    planWith({ environments: ["dev", "staging"], policy: { maintenance_windows: [opening({})] } }),
  ],
  [
    "unbounded_wait",
    "$.policy.maintenance_windows",
    planWithPolicy({ maintenance_windows: [opening({ weekdays: [1, 2, 3, 4, 5, 6] })] }),
    planWithPolicy({ maintenance_windows: [opening({ weekdays: [1, 2, 3, 4, 5, 6, 7] })] }),
  ],
  [
    "too_many_windows",
    "$.policy.watch.judge_every_ms",
    planWithPolicy({ max_hold_ms: 400_000_000, watch: { duration_ms: 300_000_001 } }),
    planWithPolicy({ max_hold_ms: 400_000_000, watch: { duration_ms: 300_000_000 } }),
  ],
  [
    "hangs_unseen",
    "$.policy.stages[0].min_dwell_ms",
    planWithPolicy({ stages: [{ weight_bp: 5_000, min_dwell_ms: 119_999 }, { weight_bp: 10_000 }] }),
    planWithPolicy({ stages: [{ weight_bp: 5_000, min_dwell_ms: 120_000 }, { weight_bp: 10_000 }] }),
  ],
  [
    "hangs_unseen",
    "$.policy.watch.judge_every_ms",
    planWithPolicy({ abandon_after_ms: 90_000, watch: { judge_every_ms: 179_999 } }),
    planWithPolicy({ abandon_after_ms: 90_000, watch: { judge_every_ms: 180_000 } }),
  ],
  [
    "samples_out_of_reach",
    "$.policy.stages[0].min_samples",
    planWithPolicy({ max_window_ms: 300_000, ...stages(99, 10_000) }),
    planWithPolicy({ max_window_ms: 300_000, ...stages(100, 10_000) }),
  ],
  [
    "watch_too_short_in_prod",
    "$.policy.watch.duration_ms",
    planWithPolicy({ watch: { duration_ms: 1_799_999 } }),
    planWithPolicy({ watch: { duration_ms: 1_800_000 } }),
  ],
  [
    "reporter_cap_too_high",
    "$.policy.reporter_observations_max",
    planWithPolicy({ reporter_observations_max: 13 }),
    planWithPolicy({ reporter_observations_max: 12 }),
  ],
  [
    "duplicate_gate_ids",
    "$.policy.gates[1].id",
    planWithPolicy({ gates: [errors(5_000), { id: "error_rate", metric: "external_check", check: "x" }] }),
    planWithPolicy({ gates: [errors(5_000), { id: "x", metric: "external_check", check: "x" }] }),
  ],
  [
    "duplicate_roles",
    "$.policy.approvals[1].role",
    planWithPolicy({
      approvals: [
        { role: "on_call", environments: ["dev"] },
        { role: "on_call", environments: ["prod"] },
      ],
    }),
    planWithPolicy({
      approvals: [
        { role: "on_call", environments: ["dev"] },
        { role: "release_owner", environments: ["prod"] },
      ],
    }),
  ],
  ["not_a_set", "$.lanes[1]", planWith({ lanes: ["a", "a"] }), planWith({ lanes: ["b", "a"] })],
  ["not_a_set", "$.lanes[1]", unsorted(planWith(), ["b", "a"]), planWith()],
  [
    "not_a_set",
    "$.accept_capabilities[1]",
    planWith({ accept_capabilities: ["env", "env"] }),
    planWith({ accept_capabilities: ["env"] }),
  ],
  [
    "not_a_set",
    "$.policy.approvals[0].environments[1]",
    planWithPolicy({ approvals: [{ role: "on_call", environments: ["dev", "dev"] }] }),
    planWithPolicy({ approvals: [{ role: "on_call", environments: ["prod", "dev"] }] }),
  ],
  [
    "not_a_set",
    "$.policy.maintenance_windows[0].weekdays[1]",
    planWithPolicy({ max_hold_ms: 7 * 86_400_000, maintenance_windows: [opening({ weekdays: [2, 2] })] }),
    planWithPolicy({ max_hold_ms: 7 * 86_400_000, maintenance_windows: [opening({ weekdays: [3, 2] })] }),
  ],
  ["no_error_rate_gate", "$.policy.gates", planWithPolicy({ gates: [] }), planWithPolicy({ gates: [errors(5_000)] })],
  [
    "replay_failures_allowed",
    "$.policy.gates[1].max",
    planWithPolicy({ gates: [errors(5_000), { id: "r", metric: "replay_determinism_failures", max: 1 }] }),
    planWithPolicy({ gates: [errors(5_000), { id: "r", metric: "replay_determinism_failures", max: 0 }] }),
  ],
  [
    "equal_release_rolled_back",
    "$.policy",
    planWith({ expected_per_hour: 60_000, policy: { watch: { min_samples: 5_000 } } }),
    planWith({ expected_per_hour: 60_000 }),
  ],
  ["bad_release_passes", "$.policy.stages[0]", halves(3_050), halves(3_500)],
];

describe("a plan with nothing to say against it", () => {
  it("is the smallest one with much traffic", () => {
    expect(lint(planWith())).toEqual([]);
  });
});

describe("a rule", () => {
  it.each(CASES)("%s at %s finds its own fault, and not the plan beside it", (rule, at, broken, sound) => {
    expect(rulesOf(broken)).toEqual([[rule, at]]);
    expect(rulesOf(sound)).toEqual([]);
  });

  it("no_rollback_target wants a person's signature where prod has nothing to go back to", () => {
    const rules = (plan: Plan) => lint(plan).map(({ rule, refuses }) => [rule, refuses]);
    const bare = planWith({ baseline: "none" });
    const signed = (environment: string) =>
      planWith({ baseline: "none", policy: { approvals: [{ role: "release_owner", environments: [environment] }] } });
    const said = ["rollback_serves_nobody", false];
    expect(rules(bare)).toEqual([said, ["no_rollback_target", true]]);
    expect(rules(signed("dev"))).toEqual([said, ["no_rollback_target", true]]);
    expect(rules(signed("prod"))).toEqual([said]);
  });

  it("is proven by a case here", () => {
    const proven = new Set<string>([...CASES.map(([rule]) => rule), "no_rollback_target"]);
    expect(Object.keys(LINT_RULES).filter((rule) => !proven.has(rule))).toEqual([]);
  });
});

describe("noise", () => {
  const noisy = planWith({ expected_per_hour: 60_000, policy: { watch: { min_samples: 5_000 } } });

  it("refuses until somebody accepts it, and is said all the same", () => {
    expect(lint(noisy).map(({ refuses }) => refuses)).toEqual([true]);
    expect(lint(noisy, true)).toEqual([{ ...lint(noisy)[0], refuses: false }]);
  });

  it("accepted waives nothing else", () => {
    const plan = planWithPolicy(stages(100, 9_999));
    expect(lint(plan, true)).toEqual(lint(plan));
  });

  it("comes with the number of observations that would do", () => {
    expect(lint(noisy)[0]?.remedy).toMatch(/^Make every `min_samples` \d+ times as large/);
    const factor = Number(/(\d+) times/.exec(lint(noisy)[0]?.remedy ?? "")?.[1]);
    const enough = { min_samples: 5_000 * factor };
    const policy = { stages: noisy.policy.stages.map((stage) => ({ ...stage, ...enough })), watch: enough };
    const rules = lint(planWith({ expected_per_hour: 60_000, policy })).map(({ rule }) => rule);
    expect(rules).not.toContain("equal_release_rolled_back");
  });
});
