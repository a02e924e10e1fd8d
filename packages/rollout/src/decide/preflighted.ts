/** A preflight on the way of a command: judged, and kept as an object. */
import type { Digest } from "@tau-edge/encoding";
import type { CommitObject } from "@tau-edge/ledger";
import type { PreflightFacts } from "../preflight/facts.ts";
import { type PreflightCode, preflight, preflightFailures } from "../preflight/preflight.ts";
import { type PreflightReport, preflightReportObject } from "../preflight/preflight-report.ts";
import { effectiveTime, type Run, type StreamState } from "../state.ts";
import type { Asked } from "./command.ts";

export interface Preflighted {
  readonly report: PreflightReport;
  readonly object: CommitObject;
  /** Empty when it lets through. */
  readonly failures: readonly PreflightCode[];
}

type Subject = Pick<
  Run,
  "rollout_id" | "attempt" | "kind" | "environment" | "plan" | "plan_hash" | "target" | "approvals"
>;

/** @param stage that it lets in; -1 is the start */
export function runPreflight(
  state: StreamState,
  run: Subject,
  stage: number,
  facts: PreflightFacts,
  asked: Asked,
): Preflighted {
  const { plan, environment, kind } = run;
  const approved = run.approvals.map(({ role }) => role);
  const checks = preflight(facts, { plan, environment, stage, approved, kind });
  const report: PreflightReport = {
    v: 1,
    rollout_id: run.rollout_id,
    attempt: run.attempt,
    environment,
    stage,
    release: run.target.release,
    plan_hash: run.plan_hash,
    at_unix_ms: effectiveTime(state, asked.now_unix_ms),
    facts,
    checks,
  };
  return { report, object: preflightReportObject(report, asked.sha256), failures: preflightFailures(checks) };
}

export function digestsOf(objects: readonly CommitObject[]): Digest[] {
  return objects.map(({ digest }) => digest);
}
