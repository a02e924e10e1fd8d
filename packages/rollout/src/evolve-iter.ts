/** Folds one step of a run. */
import { digestOf } from "@tau-edge/encoding";
import type { StoredRecord } from "@tau-edge/ledger";
import { codeFits, isHoldCode } from "./gates/gate-report.ts";
import { hasConcurrentBaseline, type Judgement, type Run, watchStage, weightAt } from "./state.ts";
import { disorder } from "./trace/disorder.ts";
import type { Iter, IterStep } from "./trace/trace-body.ts";

type Step<Action extends IterStep["action"]> = Extract<IterStep, { action: Action }>;

export function evolveIter(run: Run, iter: Iter, stored: StoredRecord): Run {
  // Entering is the one step that names the stage it leads to; all others name where they stand.
  if (iter.action !== "entered" && iter.action !== "overridden" && iter.stage !== run.stage)
    throw disorder(stored, `It is of stage ${iter.stage}, the run is at ${run.stage}`);
  return { ...step(run, iter, stored), t: iter.t, trace_tail: digestOf(stored.hash) };
}

function step(run: Run, iter: Iter, stored: StoredRecord): Run {
  const at = stored.record.at_unix_ms;
  const { actor } = stored.record;
  switch (iter.action) {
    case "entered":
      return advanced(run, iter, stored);
    case "overridden":
      return overridden(run, iter, stored);
    case "frozen":
      return frozen(run, iter, stored);
    case "judged":
      return judged(run, iter, stored);
    case "held":
      return { ...run, held: { code: iter.code, since_unix_ms: run.held?.since_unix_ms ?? at } };
    case "paused":
      return { ...run, paused: { since_unix_ms: at, reason: iter.reason } };
    case "resumed":
      return without(run, "paused", "held");
    case "approved":
      return { ...run, approvals: [...run.approvals, { role: iter.role, actor }] };
    case "promoted":
      return iter.ended === "pause" ? without(run, "paused") : { ...run, dwell_waived: true };
    case "override_requested":
      return { ...run, override_requested: { role: iter.role, actor } };
    case "aborted":
      return { ...without(run, "window", "frozen"), weight_bp: 0 };
    case "rollback_checked":
      return rollbackChecked(run, iter, stored);
  }
}

function entered(run: Run, stage: number, weight_bp: number, stored: StoredRecord): Run {
  if (stage <= run.stage || stage > watchStage(run.plan)) throw disorder(stored, `No way from stage ${run.stage}`);
  if (weight_bp !== weightAt(run.plan, stage))
    throw disorder(stored, `Stage ${stage} of the plan has ${weightAt(run.plan, stage)} basis points`);
  if (weight_bp < run.weight_bp) throw disorder(stored, "A weight that falls takes the release from keys that have it");
  if (run.phase !== "ready" && run.phase !== "exposed")
    throw disorder(stored, `A run that is ${run.phase} enters nothing`);
  const at = stored.record.at_unix_ms;
  return {
    ...without(run, "held", "paused", "passed_since_unix_ms"),
    phase: "exposed",
    stage,
    stage_entered_unix_ms: at,
    weight_bp,
    window: { number: 0, opened_unix_ms: at },
    dwell_waived: false,
  };
}

function advanced(run: Run, iter: Iter & Step<"entered">, stored: StoredRecord): Run {
  const next = run.kind === "undo" ? watchStage(run.plan) : run.stage + 1;
  if (iter.stage !== next) throw disorder(stored, `Stage ${next} follows ${run.stage}`);
  if (run.phase === "exposed" && run.passed_since_unix_ms === undefined)
    throw disorder(stored, `No window of stage ${run.stage} has passed`);
  return entered(run, iter.stage, iter.weight_bp, stored);
}

function overridden(run: Run, iter: Iter & Step<"overridden">, stored: StoredRecord): Run {
  const first = run.override_requested;
  if (iter.stage !== watchStage(run.plan)) throw disorder(stored, "Stages are skipped up to the watch");
  if (run.breached || first === undefined || first.role === iter.role)
    throw disorder(stored, "Nothing is skipped after a breach, nor by one role alone");
  const entering = entered(run, iter.stage, iter.weight_bp, stored);
  // A baseline that kept its own window from passing would keep the watch from passing too, for ever.
  const compared = run.passed_since_unix_ms === undefined ? without(entering, "baseline_snapshot") : entering;
  return { ...compared, overridden: true };
}

function frozen(run: Run, iter: Step<"frozen">, stored: StoredRecord): Run {
  if (run.phase !== "exposed" || run.window?.number !== iter.window) throw disorder(stored, "That window is not open");
  if ((iter.baseline_snapshot_hash !== undefined) !== hasConcurrentBaseline(run))
    throw disorder(stored, "The windows of both arms are frozen together");
  // Where the baseline has no keys any more, its last window is what the target is compared with.
  const baseline_snapshot = iter.baseline_snapshot_hash ?? run.baseline_snapshot;
  const baseline = baseline_snapshot === undefined ? {} : { baseline_snapshot };
  return { ...run, ...baseline, phase: "frozen", frozen: { snapshot: iter.metrics_snapshot_hash, ...baseline } };
}

function judged(run: Run, iter: Step<"judged">, stored: StoredRecord): Run {
  if (run.phase !== "frozen" || run.frozen === undefined || run.window?.number !== iter.window)
    throw disorder(stored, "That window is not frozen");
  if (!codeFits(iter.gate_result, iter.code))
    throw disorder(stored, `A verdict of ${iter.gate_result} has no code ${iter.code}`);
  const at = stored.record.at_unix_ms;
  const judgement: Judgement = {
    stage: run.stage,
    window: iter.window,
    result: iter.gate_result,
    ...(iter.code === undefined ? {} : { code: iter.code }),
    gate_report: iter.gate_report_hash,
    ...run.frozen,
  };
  const next: Run = {
    ...without(run, "frozen"),
    phase: "exposed",
    window: { number: iter.window + 1, opened_unix_ms: at },
    judgements: [...run.judgements, judgement],
    breached: run.breached || iter.gate_result === "fail",
  };
  if (iter.gate_result === "pass")
    return {
      ...(isPreflightHeld(run) ? next : without(next, "held")),
      passed_since_unix_ms: run.passed_since_unix_ms ?? at,
    };
  // A failed window is followed by its rollback in the same append; until then nothing counts as passed.
  const open = without(next, "passed_since_unix_ms");
  const { code } = judgement;
  if (code === undefined || !isHoldCode(code) || isPreflightHeld(run)) return open;
  return { ...open, held: { code, since_unix_ms: run.held?.since_unix_ms ?? at } };
}

/** No window says anything about a preflight: its hold lasts until the run goes on, so that max_hold ends it. */
function isPreflightHeld({ held }: Run): boolean {
  return held?.code === "preflight_failed";
}

function rollbackChecked(run: Run, iter: Step<"rollback_checked">, stored: StoredRecord): Run {
  const { rollback } = run;
  if (run.phase !== "rolling_back" || rollback === undefined) throw disorder(stored, "Nothing is rolled back");
  const { failed_check: _, ...checked } = rollback;
  if (iter.gate_result === "pass") return { ...run, rollback: checked };
  return { ...run, rollback: { ...checked, failed_check: iter.failed_check ?? "unknown" } };
}

/** Fields that a step can end. */
type Ending = "held" | "paused" | "window" | "frozen" | "passed_since_unix_ms" | "baseline_snapshot";

function without(run: Run, ...keys: readonly Ending[]): Run {
  const copy: { -readonly [Key in keyof Run]: Run[Key] } = { ...run };
  for (const key of keys) delete copy[key];
  return copy;
}
