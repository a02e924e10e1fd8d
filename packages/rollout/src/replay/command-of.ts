/** The command that led to a record, from the record and the objects that it names. */
import type { Digest } from "@tau-edge/encoding";
import type { Command } from "../decide/command.ts";
import { readSnapshot } from "../metrics/snapshot-object.ts";
import { readEnvironmentProfileObject } from "../plan/environment-profile.ts";
import type { PreflightFacts } from "../preflight/facts.ts";
import { readPreflightReport } from "../preflight/preflight-report.ts";
import { readRollbackReport } from "../reports/rollback-report.ts";
import type { Run, StreamState } from "../state.ts";
import type { Iter, Rollback, RunEnd, RunHeader, TraceBody } from "../trace/trace-body.ts";

/** Gives the bytes of an object, or throws `MissingEvidence`. */
export type Evidence = (digest: Digest, field: string) => Uint8Array;

/** An object that a record names and nobody has any more. Never leaves this folder. */
export class MissingEvidence extends Error {
  override readonly name = "MissingEvidence";
  readonly missing: Digest;
  readonly field: string;

  constructor(missing: Digest, field: string) {
    super(`${missing} (${field})`);
    this.missing = missing;
    this.field = field;
  }
}

/**
 * @param state before the record
 * @param end the `run_end` of the same append, where there is one
 * @returns undefined for a record that no command begins with
 * @throws MissingEvidence
 * @throws LedgerError for an object that is not what it should be
 */
export function commandOf(
  state: StreamState,
  body: TraceBody,
  end: RunEnd | undefined,
  evidence: Evidence,
): Command | undefined {
  if (body.type === "run_header") return beginning(body, evidence);
  const { run } = state;
  if (run === undefined) return undefined;
  if (body.type === "iter") return stepCommand(run, body, end, evidence);
  if (body.type === "rollback") return rollbackCommand(run, body, evidence);
  return body.type === "prepare" ? advancing(run, body.preflight_report_hash, evidence) : undefined;
}

function beginning(header: RunHeader, evidence: Evidence): Command {
  const facts = factsOf(header.preflight_report_hash, evidence);
  const profile = readEnvironmentProfileObject(evidence(header.environment_profile_hash, "environment_profile_hash"));
  const { plan, target } = header;
  if (header.kind === "undo") return { do: "undo", release: target.release, plan, profile, facts };
  return header.attempt === 1 ? { do: "start", plan, profile, target, facts } : { do: "retry", profile, facts };
}

function stepCommand(run: Run, iter: Iter, end: RunEnd | undefined, evidence: Evidence): Command | undefined {
  const { attempt } = run;
  switch (iter.action) {
    case "entered":
    case "held":
      return advancing(run, iter.preflight_report_hash, evidence);
    case "frozen": {
      const { window, stage, baseline_snapshot_hash } = iter;
      const candidate = readSnapshot(evidence(iter.metrics_snapshot_hash, "metrics_snapshot_hash"));
      if (baseline_snapshot_hash === undefined) return { do: "freeze", attempt, stage, window, candidate };
      const baseline = readSnapshot(evidence(baseline_snapshot_hash, "baseline_snapshot_hash"));
      return { do: "freeze", attempt, stage, window, candidate, baseline };
    }
    case "judged":
      return judging(run, iter.stage, iter.window, evidence);
    case "paused":
      return { do: "pause", reason: iter.reason };
    case "resumed":
      return { do: "resume" };
    case "approved":
      // What was signed off is not recorded: it was compared with this, or the record would not stand here.
      return {
        do: "approve",
        role: iter.role,
        signs_off: { release: run.target.release, policy_bundle_hash: run.policy_bundle_hash },
      };
    case "promoted":
      return { do: "promote" };
    case "override_requested":
    case "overridden": {
      const facts = factsOf(iter.preflight_report_hash, evidence);
      // The look at the open window only refuses; it leaves no trace when it does not.
      return { do: "override", role: iter.role, reason: iter.reason, facts, progress: { total: 0, failed: 0 } };
    }
    case "aborted": {
      const outlasted = end?.failure?.failure_code === "hold_outlasted";
      return { do: "abort", reason: iter.reason, code: outlasted ? "hold_outlasted" : "aborted" };
    }
    case "rollback_checked":
      return verifying(iter.failed_check, end, evidence);
  }
}

function advancing({ attempt, stage }: Run, report: Digest, evidence: Evidence): Command {
  return { do: "advance", attempt, stage, facts: factsOf(report, evidence) };
}

function judging({ attempt, frozen }: Run, stage: number, window: number, evidence: Evidence): Command | undefined {
  if (frozen === undefined) return undefined;
  const candidate = evidence(frozen.snapshot, "metrics_snapshot_hash");
  const { baseline_snapshot } = frozen;
  const baseline =
    baseline_snapshot === undefined ? {} : { baseline: evidence(baseline_snapshot, "baseline_snapshot_hash") };
  return { do: "judge", attempt, stage, window, candidate, ...baseline };
}

function rollbackCommand(run: Run, rollback: Rollback, evidence: Evidence): Command | undefined {
  if (rollback.preflight_report_hash !== undefined) return advancing(run, rollback.preflight_report_hash, evidence);
  const { trigger, reason } = rollback;
  if (trigger === "gate_failed" || trigger === "deadline_exceeded") return undefined;
  return { do: "roll_back", trigger, reason };
}

function verifying(failed: string | undefined, end: RunEnd | undefined, evidence: Evidence): Command {
  if (failed === "no_check") return { do: "verify_rollback", checks: [] };
  if (failed !== undefined) return { do: "verify_rollback", checks: [{ check: failed, passed: false }] };
  if (end?.rollback_report_hash === undefined) return { do: "verify_rollback", checks: [] };
  const { checks } = readRollbackReport(evidence(end.rollback_report_hash, "rollback_report_hash"));
  return { do: "verify_rollback", checks };
}

function factsOf(report: Digest, evidence: Evidence): PreflightFacts {
  return readPreflightReport(evidence(report, "preflight_report_hash")).facts;
}
