/** What docs/troubleshooting.md lists, produced: each symptom with the fixture that is right for the answer. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RepositoryRoot } from "./repository-root.ts";

export interface Symptom {
  /** Makes it appear in the root's default state directory. */
  produce(root: RepositoryRoot): Promise<void> | void;
  /** Text of the file that the answer calls FIXTURE. */
  readonly fixture: string;
}

const STATE = ".tau/deployment/state.json";
const DAY_MS = 86_400_000;

const GOOD_CASE = {
  case_id: "shop",
  deploy_target: "container",
  runtime_profile: "native",
  blueprint_id: "shop-gateway",
  environment: "staging",
  region: "iad",
  container_image: "registry.example/shop-gateway:1",
  expected: {
    outcome: "success",
    status_code: 202,
    response_body: {
      status: "accepted",
      blueprint_id: "shop-gateway",
      deploy_target: "container",
      runtime_profile: "native",
      environment: "staging",
      region: "iad",
      replicas: 1,
      rollout_strategy: "recreate",
      artifact: "registry.example/shop-gateway:1",
    },
  },
};
const GOOD = fixtureOf([GOOD_CASE]);

const MISMATCH = fixtureOf([{ ...GOOD_CASE, expected: { ...GOOD_CASE.expected, status_code: 201 } }]);
const MALFORMED = fixtureOf([
  {
    ...GOOD_CASE,
    runtime_profile: "wasm_wasi",
    expected: {
      outcome: "malformed_input",
      status_code: 422,
      error_code: "deployment_unsupported_runtime",
      response_body: { status: "rejected", reason: "runtime_target_mismatch" },
    },
  },
]);
const UNAVAILABLE = fixtureOf([
  {
    ...GOOD_CASE,
    simulate_retryable_failure: true,
    expected: {
      outcome: "retryable_failure",
      status_code: 503,
      error_code: "deployment_backend_unavailable",
      response_body: { status: "retryable", reason: "control_plane_unavailable" },
    },
  },
]);
const MANY = fixtureOf(Array.from({ length: 100 }, (_, index) => ({ ...GOOD_CASE, case_id: `shop-${index}` })));

/** By the first cell of their row. */
export const SYMPTOMS: Readonly<Record<string, Symptom>> = {
  "Cases fail": { produce: (root) => cycles(root, MISMATCH, 1, 3), fixture: GOOD },
  "Cases are malformed": { produce: (root) => cycles(root, MALFORMED, 1, 3), fixture: GOOD },
  "Cases were tried again, or given up for now": { produce: (root) => cycles(root, UNAVAILABLE, 1, 3), fixture: GOOD },
  "Three cycles in a row failed": { produce: (root) => cycles(root, MISMATCH, 3, 3), fixture: GOOD },
  "Nothing has run for long": { produce: (root) => root.write(STATE, originalState(-2 * DAY_MS)), fixture: GOOD },
  "Cases wait (`queue_depth` is not 0)": { produce: (root) => cycles(root, MANY, 1, 0), fixture: MANY },
  "Nothing has run yet": { produce: () => {}, fixture: GOOD },
  "The evidence is dated later than now": {
    produce: (root) => root.write(STATE, originalState(DAY_MS / 24)),
    fixture: GOOD,
  },
  "`state.json` cannot be read": {
    produce: async (root) => {
      await cycles(root, GOOD, 1, 0);
      root.write(STATE, readState(root).slice(0, -100));
    },
    fixture: GOOD,
  },
  "`state.json` was changed by somebody else": {
    produce: async (root) => {
      await cycles(root, GOOD, 1, 0);
      root.write(STATE, readState(root).replace('"shop-gateway"', '"shop-gatewax"'));
    },
    fixture: GOOD,
  },
};

async function cycles(root: RepositoryRoot, fixture: string, count: number, exit: number): Promise<void> {
  root.write("symptom.json", fixture);
  for (let cycle = 1; cycle <= count; cycle++) {
    const { status, stderr } = await root.call("tau-edge run --fixture symptom.json");
    if (status !== exit) throw new Error(`cycle ${cycle} ended with ${status}: ${stderr}`);
  }
}

function fixtureOf(cases: readonly object[]): string {
  return JSON.stringify({ schema_version: 1, name: "symptom", cases });
}

/** As the original leaves it after a good cycle that ended `shift_ms` from now. */
function originalState(shift_ms: number): string {
  const health = {
    updated_unix_ms: Date.now() + shift_ms,
    cycle_duration_ms: 4,
    queue_depth: 0,
    active_runs: 0,
    failure_streak: 0,
    last_cycle_discovered: 3,
    last_cycle_processed: 3,
    last_cycle_completed: 3,
    last_cycle_failed: 0,
    last_cycle_duplicates: 0,
  };
  return JSON.stringify({ schema_version: 1, processed_case_keys: [], rollouts: [], health }, undefined, 2);
}

function readState(root: RepositoryRoot): string {
  return readFileSync(join(root.dir, STATE), "utf8");
}
