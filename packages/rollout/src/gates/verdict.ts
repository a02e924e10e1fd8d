/** The verdict on a frozen window: from snapshots alone, so that anybody can compute it again. */
import type { Digest } from "@tau-edge/encoding";
import type { Snapshot } from "../metrics/snapshot.ts";
import { demandOf } from "./demand.ts";
import { type GateFinding, type GateReport, isFailCode, type VerdictResult } from "./gate-report.ts";
import { type Evidence, judgeGate } from "./judge-gate.ts";
import { type WindowRules, windowFindings } from "./window-findings.ts";

export interface JudgeRequest extends WindowRules {
  /** No window of this rollout was judged before, so there is no verdict to compute again. */
  readonly first_judgement: boolean;
  readonly snapshot: Snapshot;
  /** Of the snapshot's object. */
  readonly digest: Digest;
  /** `none`: the plan has no baseline, and gates that compare with one do not apply. */
  readonly baseline_mode: "none" | "required";
  readonly baseline?: {
    readonly snapshot: Snapshot;
    readonly digest: Digest;
    /** Of the same time as the judged window. */
    readonly concurrent: boolean;
  };
}

/** Fail beats hold, hold beats pass. */
export function judgeWindow(request: JudgeRequest): GateReport {
  const { policy, snapshot, digest, baseline, baseline_mode } = request;
  const { rollout_id, attempt, stage, window } = snapshot.id;
  if (stage !== request.stage) throw new RangeError(`the snapshot is of stage ${stage}, not of ${request.stage}`);
  const evidence: Evidence = {
    snapshot,
    baseline: baseline_mode === "none" ? "none" : (baseline?.snapshot ?? "missing"),
    min_samples: demandOf(policy, stage).min_samples,
    baseline_min_samples: demandOf(policy, baseline?.snapshot.id.stage ?? stage).min_samples,
    first_judgement: request.first_judgement,
  };
  const window_findings = windowFindings(snapshot, request);
  const findings = policy.gates.map((gate) => judgeGate(gate, evidence));
  const compared =
    baseline_mode === "none" || baseline === undefined
      ? {}
      : { baseline: { snapshot: baseline.digest, concurrent: baseline.concurrent } };
  return {
    v: 1,
    policy_version: policy.policy_version,
    rollout_id,
    attempt,
    stage,
    window,
    metrics_snapshot: digest,
    ...compared,
    ...verdictOf(window_findings, findings),
    window_findings,
    findings,
  };
}

export type Verdict = { readonly result: VerdictResult; readonly code?: NonNullable<GateReport["code"]> };

/** What findings come to. */
export function verdictOf(window: GateReport["window_findings"], findings: readonly GateFinding[]): Verdict {
  const codes = [...window, ...findings.flatMap(({ code }) => (code === undefined ? [] : [code]))];
  const failure = codes.find(isFailCode);
  if (failure !== undefined) return { result: "fail", code: failure };
  const [code] = codes;
  return code === undefined ? { result: "pass" } : { result: "hold", code };
}
