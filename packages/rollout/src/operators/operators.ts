/** The operators of a rollout as contracts that are hashed into every run (S3, 0.G, 0.H and section 5). */
import { type Digest, digestBytes, digestOf, type Sha256 } from "@tau-edge/encoding";
import { commitHash } from "@tau-edge/ledger";
import type { Environment } from "../plan/environment.ts";

export interface OperatorContract {
  /** `tau_edge.<environment>.<group>.<name>_v<version>`. */
  readonly id: string;
  readonly version: number;
  /** Who may touch the world: `io` reads or changes it, `pure` computes from its arguments. */
  readonly category: "io" | "pure";
  readonly signature: string;
  readonly purity: "io" | "pure";
  readonly determinism: "deterministic";
  readonly definition: string;
  /** Tags of the objects that it takes, and of those that it makes. */
  readonly takes: readonly string[];
  readonly makes: readonly string[];
  /** What fixes its behaviour, from the root of the package. */
  readonly vectors: string;
}

type Definition = Omit<OperatorContract, "id" | "version" | "purity" | "determinism">;

const DEPLOY = {
  PreflightChecks: {
    category: "io",
    signature: "(release, environment) -> preflight_report",
    definition:
      "Looks at the artifact, the manifest, the release, its signature and lockfile, the configuration, the last checkpoint, the trace, the room on disk and the order of environments, and says of each whether it holds. A fact that cannot be learned does not hold.",
    takes: ["release", "deployment_plan_v1", "environment_profile_v1"],
    makes: ["preflight_report_v1"],
    vectors: "src/decide/decide.test.ts",
  },
  ExecuteRollout: {
    category: "io",
    signature: "(release, environment, strategy) -> rollout_state",
    definition:
      "Takes a release through the stages of its plan, one frozen window after the other. Each step is decided from the records so far, recorded, and only then carried out; the same records lead to the same step.",
    takes: ["release", "deployment_plan_v1", "preflight_report_v1", "gate_report_v1"],
    makes: ["checkpoint_v1", "deployment_report_v1"],
    vectors: "src/decide/decide.test.ts",
  },
  /**
   * S3 lists it under category IO and gives it purity PURE. A verdict that reads the world cannot be replayed, so it is
   * pure in both: whoever freezes the window does the reading.
   */
  EvaluateHealthGates: {
    category: "pure",
    signature: "(metrics_snapshot, baseline_snapshot?, policy) -> gate_report",
    definition:
      "Compares the frozen counts of a release, and of its baseline, with the limits of the policy, gate by gate. Passes only when every gate passes, fails when one fails, and holds while evidence is missing.",
    takes: ["metrics_snapshot_v1", "policy_bundle_v1"],
    makes: ["gate_report_v1"],
    vectors: "src/gates/testing/golden-verdicts.json",
  },
  ExecuteRollback: {
    category: "io",
    signature: "(environment, previous_release?) -> rollback_report",
    definition:
      "Withdraws the release from everybody at once, gives them the release that was committed before or nothing where there was none, and then proves that what is served is healthy.",
    takes: ["release", "gate_report_v1"],
    makes: ["rollback_report_v1", "deployment_report_v1"],
    vectors: "src/decide/decide.test.ts",
  },
} as const satisfies Record<string, Definition>;

const EMIT: Definition = {
  category: "io",
  signature: "(t, failure_code, failure_operator, replay_token, diagnostics) -> record",
  definition:
    "Writes the one failure record with which a run that did not succeed ends: what failed, in which operator, at which step, under which replay token.",
  takes: [],
  makes: [],
  vectors: "src/decide/decide.test.ts",
};

export type DeployOperator = keyof typeof DEPLOY;

const VERSION = 1;

export function operatorId(environment: Environment, name: DeployOperator | "Emit"): string {
  const group = name === "Emit" ? "Error" : "Deploy";
  return `tau_edge.${environment}.${group}.${name}_v${VERSION}`;
}

/** The five contracts of an environment, in the order of the procedure (S3, section 6). */
export function operatorContracts(environment: Environment): readonly OperatorContract[] {
  return [
    contract(operatorId(environment, "PreflightChecks"), DEPLOY.PreflightChecks),
    contract(operatorId(environment, "ExecuteRollout"), DEPLOY.ExecuteRollout),
    contract(operatorId(environment, "EvaluateHealthGates"), DEPLOY.EvaluateHealthGates),
    contract(operatorId(environment, "ExecuteRollback"), DEPLOY.ExecuteRollback),
    contract(operatorId(environment, "Emit"), EMIT),
  ];
}

function contract(id: string, definition: Definition): OperatorContract {
  return { id, version: VERSION, purity: definition.category, determinism: "deterministic", ...definition };
}

/** `CommitHash("operator_contract_v1", contract)`. */
export function operatorContractHash(operator: OperatorContract, sha256: Sha256): Digest {
  return digestOf(commitHash("operator_contract_v1", { ...operator }, sha256));
}

/** `operator_contracts_root_hash`: one digest over the contracts of an environment, in the order of the procedure. */
export function operatorContractsRoot(environment: Environment, sha256: Sha256): Digest {
  const hashes = operatorContracts(environment).map((operator) => digestBytes(operatorContractHash(operator, sha256)));
  return digestOf(commitHash("operator_contracts_v1", hashes, sha256));
}
