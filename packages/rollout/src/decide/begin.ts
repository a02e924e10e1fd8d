/** The first records of a run. A failed preflight leaves a trace too: a header and its end. */
import type { Digest, Sha256 } from "@tau-edge/encoding";
import type { CommitObject } from "@tau-edge/ledger";
import { operatorContractsRoot, operatorId } from "../operators/operators.ts";
import type { Environment } from "../plan/environment.ts";
import { type EnvironmentProfile, environmentProfileObject } from "../plan/environment-profile.ts";
import type { Plan } from "../plan/plan.ts";
import { planObject, policyObject } from "../plan/plan-objects.ts";
import type { PreflightFacts } from "../preflight/facts.ts";
import type { ReleaseRef } from "../release.ts";
import { effectiveTime, environmentOf, lastCommit, type Run, type StreamState } from "../state.ts";
import { POLICY_IDS, replayToken } from "../trace/policy-ids.ts";
import type { RunKind } from "../trace/trace-body.ts";
import type { Asked, Decision } from "./command.ts";
import { finish } from "./finish.ts";
import { digestsOf, type Preflighted, runPreflight } from "./preflighted.ts";
import { refuse } from "./refusals.ts";
import { TraceWriter } from "./trace-writer.ts";

export interface Beginning {
  readonly kind: RunKind;
  readonly rollout_id: string;
  readonly attempt: number;
  readonly plan: Plan;
  readonly profile: EnvironmentProfile;
  readonly target: ReleaseRef;
  readonly facts: PreflightFacts;
  /** Where its preflight lets it in: -1 waits for approvals, the watch of an undo is entered at once. */
  readonly stage: number;
}

/** A run before its first record. */
type NewRun = Omit<
  Run,
  | "phase"
  | "stage"
  | "stage_entered_unix_ms"
  | "weight_bp"
  | "t"
  | "trace_tail"
  | "preflight_report"
  | "dwell_waived"
  | "breached"
>;

export function begin(state: StreamState, beginning: Beginning, asked: Asked): Decision {
  const environment = environmentOf(state);
  if (environment === undefined) return refuse("blueprint_differs");
  const { sha256 } = asked;
  const documents = [
    planObject(beginning.plan, sha256),
    policyObject(beginning.plan.policy, sha256),
    environmentProfileObject(beginning.profile, sha256),
  ] as const;
  const run = newRun(state, beginning, environment, documents, asked);
  const preflighted = runPreflight(state, run, beginning.stage, beginning.facts, asked);
  const writer = new TraceWriter(run, -1, asked.actor);
  writeHeader(writer, run, beginning.facts, preflighted, sha256);
  const objects: CommitObject[] = [...documents, preflighted.object];
  const names: Digest[] = [];
  if (preflighted.failures.length > 0) objects.push(...refusedEnd(run, preflighted, writer, sha256));
  else {
    names.push(run.target.release, run.target.manifest, run.target.artifact);
    // An undo is entered in the same piece: half an undo would help nobody.
    if (run.kind === "undo") {
      const preflight_report_hash = preflighted.object.digest;
      writer.iter(beginning.stage, { action: "entered", weight_bp: 10_000, preflight_report_hash });
    }
    if (beginning.facts.promoted_from !== undefined) names.push(beginning.facts.promoted_from.pointer);
  }
  names.push(...digestsOf(objects));
  return { outcome: "decided", objects, drafts: writer.drafts, names, preflight: preflighted.report };
}

function newRun(
  state: StreamState,
  { kind, rollout_id, attempt, plan, target }: Beginning,
  environment: Environment,
  [planned, policy, profile]: readonly [CommitObject, CommitObject, CommitObject],
  { now_unix_ms, sha256 }: Asked,
): NewRun {
  const baseline = kind === "undo" || plan.baseline === "none" ? undefined : lastCommit(state)?.target;
  const hashes = {
    release_manifest_hash: target.manifest,
    environment_profile_hash: profile.digest,
    deployment_policy_bundle_hash: policy.digest,
    policy_ids: POLICY_IDS,
  };
  return {
    rollout_id,
    attempt,
    kind,
    environment,
    plan,
    plan_hash: planned.digest,
    target,
    ...(baseline === undefined ? {} : { baseline }),
    environment_profile_hash: profile.digest,
    policy_bundle_hash: policy.digest,
    replay_token: replayToken(hashes, sha256),
    started_unix_ms: effectiveTime(state, now_unix_ms),
    approvals: [],
    overridden: false,
    judgements: [],
  };
}

function writeHeader(
  writer: TraceWriter,
  run: NewRun,
  facts: PreflightFacts,
  { object, failures }: Preflighted,
  sha256: Sha256,
): void {
  const promoted_from = run.kind === "undo" ? undefined : facts.promoted_from?.pointer;
  writer.write({
    type: "run_header",
    kind: run.kind,
    environment: run.environment,
    plan: run.plan,
    plan_hash: run.plan_hash,
    target: run.target,
    ...(run.baseline === undefined ? {} : { baseline: run.baseline }),
    environment_profile_hash: run.environment_profile_hash,
    deployment_policy_bundle_hash: run.policy_bundle_hash,
    operator_contracts_root_hash: operatorContractsRoot(run.environment, sha256),
    preflight_report_hash: object.digest,
    preflight_passed: failures.length === 0,
    policy_ids: POLICY_IDS,
    ...(promoted_from === undefined ? {} : { promoted_from }),
  });
}

function refusedEnd(run: NewRun, { failures }: Preflighted, writer: TraceWriter, sha256: Sha256) {
  const failure = {
    failure_code: "preflight_failed",
    failure_operator: operatorId(run.environment, "PreflightChecks"),
    diagnostics: failures.join(" "),
  };
  return finish(run, { status: "failed", at_unix_ms: run.started_unix_ms, failure }, writer, sha256);
}
