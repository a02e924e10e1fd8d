/** What is wrong with a plan whoever uses it: order, names, and where it leads back to. */
import { compareUtf8 } from "@tau-edge/encoding";
import { ENVIRONMENTS, type Environment } from "./environment.ts";
import { type Finding, finding } from "./lint-rules.ts";
import type { Plan } from "./plan.ts";

const FULL_BP = 10_000;
const WATCH_IN_PROD_MS_MIN = 30 * 60_000;

export function lintShape(plan: Plan): Finding[] {
  return [
    ...stages(plan),
    ...environments(plan),
    ...rollbackTarget(plan),
    ...watch(plan),
    ...gates(plan),
    ...sets(plan),
    ...roles(plan),
  ];
}

function stages({ policy }: Plan): Finding[] {
  const found = policy.stages.flatMap(({ weight_bp }, index) => {
    const before = policy.stages[index - 1]?.weight_bp ?? 0;
    if (weight_bp > before) return [];
    const at = `$.policy.stages[${index}].weight_bp`;
    return finding(
      "stages_not_increasing",
      at,
      `${weight_bp} after ${before}`,
      "Order the stages by weight, each once.",
    );
  });
  const last = policy.stages.at(-1)?.weight_bp ?? 0;
  if (last === FULL_BP) return found;
  const at = `$.policy.stages[${policy.stages.length - 1}].weight_bp`;
  const remedy = `Add a stage with \`"weight_bp": ${FULL_BP}\`; \`holdback_bp\` keeps keys with the baseline.`;
  return [...found, finding("stages_end_below_100", at, `It ends at ${last} of ${FULL_BP} basis points`, remedy)];
}

function environments({ environments }: Plan): Finding[] {
  const places = environments.map((name) => ENVIRONMENTS.indexOf(name));
  const found: Finding[] = [];
  if (places.some((place, index) => place <= (places[index - 1] ?? -1))) {
    const inOrder = JSON.stringify(ENVIRONMENTS.filter((name) => environments.includes(name)));
    const detail = `${environments.join(", ")} is no way through them`;
    found.push(finding("environments_out_of_order", "$.environments", detail, `Write ${inOrder}.`));
  }
  if (environments.includes("prod") && !environments.includes("staging")) {
    const remedy = 'Put "staging" before "prod".';
    found.push(finding("prod_without_staging", "$.environments", "Nothing is proven before prod", remedy));
  }
  return found;
}

/** S3: a stage without a rollback target. Where there is none, a person signs for it in prod; elsewhere it is said. */
function rollbackTarget({ baseline, environments, policy }: Plan): Finding[] {
  if (baseline !== "none") return [];
  const at = "$.baseline";
  const signed = policy.approvals.some((approval) => approval.environments.includes("prod"));
  const said = finding(
    "rollback_serves_nobody",
    at,
    "Resolving answers no_release after a rollback, unless something was committed before",
    'Say `"baseline": "committed"` once a release is committed.',
  );
  if (!environments.includes("prod") || signed) return [said];
  const remedy =
    'Say `"baseline": "committed"`, or have a person sign: `"approvals": [{"role": "release_owner", "environments": ["prod"]}]`.';
  return [said, finding("no_rollback_target", at, "In prod nothing stands behind this release", remedy)];
}

function watch({ environments, policy }: Plan): Finding[] {
  const { duration_ms } = policy.watch;
  if (!environments.includes("prod") || duration_ms >= WATCH_IN_PROD_MS_MIN) return [];
  const at = "$.policy.watch.duration_ms";
  const remedy = `Watch for at least ${WATCH_IN_PROD_MS_MIN} ms before anything is committed.`;
  return [finding("watch_too_short_in_prod", at, `${duration_ms} ms`, remedy)];
}

function gates({ policy }: Plan): Finding[] {
  const ids = policy.gates.map(({ id }) => id);
  const found = repeated(ids).map((index) =>
    finding("duplicate_gate_ids", `$.policy.gates[${index}].id`, `${ids[index]} stands twice`, "Rename one of them."),
  );
  if (!policy.gates.some(({ metric }) => metric === "error_rate")) {
    const remedy = 'Add `{"id": "error_rate", "metric": "error_rate", "max_ppm": 5000}`.';
    found.push(finding("no_error_rate_gate", "$.policy.gates", "A release that always fails would pass", remedy));
  }
  policy.gates.forEach((gate, index) => {
    if (gate.metric !== "replay_determinism_failures" || gate.max === 0) return;
    const at = `$.policy.gates[${index}].max`;
    found.push(finding("replay_failures_allowed", at, `${gate.max} may differ`, 'Write `"max": 0`.'));
  });
  return found;
}

function sets({ lanes, accept_capabilities, policy }: Plan): Finding[] {
  const numbers = (a: number, b: number) => a - b;
  const order = (a: Environment, b: Environment) => ENVIRONMENTS.indexOf(a) - ENVIRONMENTS.indexOf(b);
  return [
    ...set("$.lanes", lanes, compareUtf8),
    ...set("$.accept_capabilities", accept_capabilities, compareUtf8),
    ...policy.approvals.flatMap((approval, index) =>
      set(`$.policy.approvals[${index}].environments`, approval.environments, order),
    ),
    ...policy.maintenance_windows.flatMap(({ weekdays }, index) =>
      set(`$.policy.maintenance_windows[${index}].weekdays`, weekdays, numbers),
    ),
  ];
}

function set<T>(at: string, items: readonly T[], compare: (a: T, b: T) => number): Finding[] {
  return items.flatMap((item, index) => {
    const before = items[index - 1];
    if (before === undefined || compare(before, item) < 0) return [];
    return finding("not_a_set", `${at}[${index}]`, `${item} after ${before}`, "List each once, in order.");
  });
}

function roles({ policy }: Plan): Finding[] {
  const names = policy.approvals.map(({ role }) => role);
  return repeated(names).map((index) =>
    finding(
      "duplicate_roles",
      `$.policy.approvals[${index}].role`,
      `${names[index]} stands twice`,
      "List a role once, with all its environments.",
    ),
  );
}

/** Indices of what stood before. */
function repeated(names: readonly string[]): number[] {
  return names.flatMap((name, index) => (names.indexOf(name) < index ? [index] : []));
}
