/** Every rule that a plan is judged by before it starts. The name is public API. */
export const LINT_RULES = {
  stages_not_increasing: { refuses: true, meaning: "A stage does not have more weight than the one before it." },
  stages_end_below_100: { refuses: true, meaning: "The last stage does not reach everybody." },
  environments_out_of_order: { refuses: true, meaning: "The environments are not in the order dev, staging, prod." },
  prod_without_staging: { refuses: true, meaning: "The plan goes to prod and not to staging before." },
  no_rollback_target: {
    refuses: true,
    meaning: "A rollback in prod would serve nobody, and no approval makes a person say so.",
  },
  rollback_serves_nobody: { refuses: false, meaning: "Without a baseline, a rollback serves nobody." },
  baseline_unobservable: {
    refuses: true,
    meaning: "No window ever observes the baseline that the plan compares with.",
  },
  unbounded_wait: { refuses: true, meaning: "A wait of the plan outlasts the limit that ends it." },
  too_many_windows: { refuses: true, meaning: "The watch is judged more often than its evidence is worth." },
  hangs_unseen: { refuses: true, meaning: "A window may end before most calls that hang in it count as failures." },
  samples_out_of_reach: { refuses: true, meaning: "A window cannot have its observations before its deadline." },
  watch_too_short_in_prod: { refuses: true, meaning: "The watch in prod is shorter than 30 minutes." },
  reporter_cap_too_high: { refuses: true, meaning: "One reporter alone could decide a verdict." },
  duplicate_gate_ids: { refuses: true, meaning: "Two gates have one id." },
  duplicate_roles: { refuses: true, meaning: "Two approvals are of one role." },
  not_a_set: { refuses: true, meaning: "A list that stands for a set names something twice, or out of order." },
  no_error_rate_gate: { refuses: false, meaning: "No gate looks at failures." },
  replay_failures_allowed: {
    refuses: false,
    meaning: "Verdicts that come out different when computed again are let pass.",
  },
  equal_release_rolled_back: {
    refuses: true,
    meaning: "Chance alone rolls back an equal release in more than 5 % of rollouts.",
  },
  bad_release_passes: {
    refuses: true,
    meaning: "Chance alone lets a release with twice the limit pass a stage in more than 5 % of cases.",
  },
} as const;

export type LintRule = keyof typeof LINT_RULES;

export interface Finding {
  readonly rule: LintRule;
  readonly refuses: boolean;
  /** JSON path in the plan. */
  readonly at: string;
  readonly detail: string;
  readonly remedy: string;
}

export function finding(rule: LintRule, at: string, detail: string, remedy: string): Finding {
  return { rule, refuses: LINT_RULES[rule].refuses, at, detail, remedy };
}
