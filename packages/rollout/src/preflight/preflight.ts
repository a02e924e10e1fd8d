/**
 * May it start, may it go on? Facts that somebody gathered, judged one by one: each check refuses alone, and the report
 * keeps the facts, so that anybody can judge them again (S3, `PreflightChecks_v1`).
 */
import { keysOf } from "../keys-of.ts";
import { armsAt, fillBothMs } from "../plan/arms.ts";
import type { Environment } from "../plan/environment.ts";
import type { Plan, Role } from "../plan/plan.ts";
import type { PreflightFacts } from "./facts.ts";

/** Every check by the code of its failure, in the order of the report: what it looks at, what a failure means, what helps. */
export const PREFLIGHT_CHECKS = {
  artifact_unverified: {
    looks_at: "bytes of the artifact",
    meaning: "The artifact is missing, or its bytes do not have its digest.",
    remedy: "Package it again: `tau-edge package FILE --blueprint ID`.",
  },
  manifest_unverified: {
    looks_at: "bytes of the manifest, and that it names the artifact",
    meaning: "The manifest is missing, does not have its digest, or names another artifact.",
    remedy: "Package the artifact again: `tau-edge package FILE --blueprint ID`.",
  },
  release_unverified: {
    looks_at: "bytes of the release, and that it names the manifest",
    meaning: "The release object is missing, does not have its digest, or names another manifest.",
    remedy: "Make it again: `tau-edge release create --help`.",
  },
  signature_missing: {
    looks_at: "somebody vouches for the release",
    meaning: "Nobody vouches for the release.",
    remedy: 'Say `"allow_unsigned": true` in the plan; it is recorded.',
  },
  signature_invalid: {
    looks_at: "its signatures",
    meaning: "A signature of the release is not good.",
    remedy: "Do not release it.",
  },
  lockfile_unverified: {
    looks_at: "the lockfile that it was built from",
    meaning: "The release names a lockfile, and it was not given or has another hash.",
    remedy: "Give the lockfile that the release was built from: `--lockfile FILE`.",
  },
  plan_refused: {
    looks_at: "lint of the plan",
    meaning: "A lint rule refuses the plan.",
    remedy: "See `tau-edge rollout plan FILE`.",
  },
  configuration_invalid: {
    looks_at: "the environment profile",
    meaning: "The environment profile is missing, malformed or of another environment.",
    remedy: "Give a valid one: `--environment-profile FILE`.",
  },
  checkpoint_incompatible: {
    looks_at: "the checkpoint of the last commit",
    meaning: "The checkpoint of the last commit cannot be restored by this program.",
    remedy: "See `tau-edge doctor`.",
  },
  trace_incomplete: {
    looks_at: "objects that this rollout has named so far",
    meaning: "An object that this rollout's records name is missing or corrupt.",
    remedy: "See `tau-edge replay`.",
  },
  ledger_unwritable: {
    looks_at: "the ledger takes records",
    meaning: "The ledger cannot be written.",
    remedy: "See `tau-edge doctor`.",
  },
  objects_unreachable: {
    looks_at: "the object store answers",
    meaning: "The object store cannot be reached.",
    remedy: "See `tau-edge doctor`.",
  },
  space_short: {
    looks_at: "room for twice the artifact",
    meaning: "There is not twice the artifact's size of free space.",
    remedy: "Make room where the state directory lies.",
  },
  traffic_short: {
    looks_at: "traffic for min_samples before the deadlines",
    meaning: "The expected traffic does not give min_samples before max_window_ms.",
    remedy: "Lower min_samples, raise max_window_ms, or correct expected_per_hour.",
  },
  environment_order: {
    looks_at: "committed in the environment before",
    meaning: "The environment before this one has not COMMITTED this manifest.",
    remedy: "Roll it out there first.",
  },
  approvals_missing: {
    looks_at: "approvals",
    meaning: "A role has not approved yet.",
    remedy: "`tau-edge rollout approve ROLLOUT --role ROLE --release RELEASE`.",
  },
  capabilities_unaccepted: {
    looks_at: "capabilities beyond the baseline's",
    meaning: "The release can do what its baseline cannot, and the plan does not accept it.",
    remedy: "See `tau-edge diff OLD NEW`; list what is meant under `accept_capabilities`.",
  },
} as const satisfies {
  readonly [code: string]: { readonly looks_at: string; readonly meaning: string; readonly remedy: string };
};

export type PreflightCode = keyof typeof PREFLIGHT_CHECKS;
export type CheckResult = "pass" | "fail" | "waived" | "not_applicable";

export interface PreflightCheck {
  readonly check: PreflightCode;
  readonly result: CheckResult;
}

/** What the facts are judged against. */
export interface PreflightSubject {
  readonly plan: Plan;
  readonly environment: Environment;
  /** The stage that would be entered next; -1 for the start itself. */
  readonly stage: number;
  readonly approved: readonly Role[];
  /** An undo goes back to what was approved, in its order and for its traffic, before. */
  readonly kind: "rollout" | "undo";
}

export function preflight(facts: PreflightFacts, subject: PreflightSubject): readonly PreflightCheck[] {
  const { plan } = subject;
  const results: { readonly [Code in PreflightCode]: CheckResult } = {
    artifact_unverified: passIf(facts.artifact === "verified"),
    manifest_unverified: passIf(facts.manifest === "verified"),
    release_unverified: passIf(facts.release === "verified"),
    signature_missing: signed(facts, plan),
    signature_invalid: passIf(facts.signature !== "invalid"),
    lockfile_unverified: facts.lockfile === "not_named" ? "not_applicable" : passIf(facts.lockfile === "matches"),
    plan_refused: passIf(facts.plan_refused_by.length === 0),
    configuration_invalid: passIf(facts.configuration === "valid"),
    checkpoint_incompatible: facts.checkpoint === "none" ? "not_applicable" : passIf(facts.checkpoint === "restored"),
    trace_incomplete: passIf(facts.trace === "complete"),
    ledger_unwritable: passIf(facts.ledger === "writable"),
    objects_unreachable: passIf(facts.objects === "reachable"),
    space_short: passIf(facts.free_bytes !== undefined && facts.free_bytes >= 2 * facts.artifact_size_bytes),
    traffic_short: subject.kind === "undo" ? "not_applicable" : passIf(hasTraffic(plan)),
    environment_order: order(facts, subject),
    approvals_missing: approvals(subject),
    capabilities_unaccepted: passIf(
      facts.capabilities_added.every((capability) => plan.accept_capabilities.includes(capability)),
    ),
  };
  return keysOf(PREFLIGHT_CHECKS).map((check) => ({ check, result: results[check] }));
}

/** The codes of what fails; empty when it passes. */
export function preflightFailures(checks: readonly PreflightCheck[]): readonly PreflightCode[] {
  return checks.filter(({ result }) => result === "fail").map(({ check }) => check);
}

/** Roles that must have approved before the first key gets the release in this environment. */
export function neededRoles(plan: Plan, environment: Environment): readonly Role[] {
  return plan.policy.approvals.filter(({ environments }) => environments.includes(environment)).map(({ role }) => role);
}

/** The environment whose commit this one needs; undefined for the first of the plan's way. */
export function environmentBefore(plan: Plan, environment: Environment): Environment | undefined {
  return plan.environments[plan.environments.indexOf(environment) - 1];
}

function signed(facts: PreflightFacts, plan: Plan): CheckResult {
  if (facts.signature !== "not_signed") return "pass";
  return plan.allow_unsigned ? "waived" : "fail";
}

function order(facts: PreflightFacts, { plan, environment, kind }: PreflightSubject): CheckResult {
  if (kind === "undo") return "not_applicable";
  const before = environmentBefore(plan, environment);
  // Nothing reaches prod without having been somewhere else.
  if (before === undefined) return environment === "prod" ? "fail" : "not_applicable";
  const { promoted_from } = facts;
  return passIf(promoted_from?.environment === before && promoted_from.manifest === plan.manifest);
}

function approvals({ plan, environment, stage, approved, kind }: PreflightSubject): CheckResult {
  // They are given to a rollout that exists, so its start cannot ask for them.
  if (kind === "undo" || stage < 0) return "not_applicable";
  return passIf(neededRoles(plan, environment).every((role) => approved.includes(role)));
}

/** Whether each arm of each stage, and of the watch, can expect its samples within one window. */
function hasTraffic(plan: Plan): boolean {
  const { stages, watch, max_window_ms } = plan.policy;
  return [...stages, watch].every(
    ({ min_samples }, stage) => fillBothMs(plan, min_samples, armsAt(plan, stage)) <= max_window_ms,
  );
}

function passIf(holds: boolean): CheckResult {
  return holds ? "pass" : "fail";
}
