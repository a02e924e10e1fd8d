/** To the next stage, into the watch, and out of it. */
import type { Digest } from "@tau-edge/encoding";
import { checkpointObject } from "../checkpoint.ts";
import { lineageRoot } from "../hashes.ts";
import type { PreflightCode } from "../preflight/preflight.ts";
import {
  activeRun,
  effectiveTime,
  hasFreshPass,
  isWatching,
  lastCommit,
  type Run,
  type StreamState,
  weightAt,
} from "../state.ts";
import type { RollbackTrigger } from "../trace/trace-body.ts";
import type { Advance, Asked, Decided, Decision, Refused } from "./command.ts";
import { finish, lastGateReport } from "./finish.ts";
import { outsideMaintenance } from "./outside-maintenance.ts";
import { digestsOf, type Preflighted, runPreflight } from "./preflighted.ts";
import { refuse } from "./refusals.ts";
import { TraceWriter } from "./trace-writer.ts";
import { writeRollback } from "./write-rollback.ts";

export function advance(state: StreamState, command: Advance, asked: Asked): Decision {
  const run = activeRun(state);
  if (run === undefined) return refuse("no_rollout");
  const refusal = refuseAdvance(state, run, command, asked);
  if (refusal !== undefined) return refusal;
  const preflighted = runPreflight(state, run, run.stage + 1, command.facts, asked);
  if (preflighted.failures.length > 0) return preflightFails(state, run, preflighted, asked);
  return isWatching(run) ? commit(state, run, preflighted, asked) : enter(run, preflighted, asked);
}

function refuseAdvance(state: StreamState, run: Run, command: Advance, asked: Asked): Refused | undefined {
  if (run.phase === "rolling_back") return refuse("rolling_back");
  if (run.phase === "frozen") return refuse("frozen");
  if (command.attempt !== run.attempt || command.stage !== run.stage) return refuse("window_moved");
  if (run.paused !== undefined) return refuse("paused");
  if (run.phase === "exposed" && run.passed_since_unix_ms === undefined) return refuse("stage_not_passed");
  if (!isWatching(run)) return outsideMaintenance(state, run.plan, asked);
  return refuseCommit(run, effectiveTime(state, asked.now_unix_ms));
}

function refuseCommit(run: Run, now_unix_ms: number): Refused | undefined {
  const until_unix_ms = run.stage_entered_unix_ms + run.plan.policy.watch.duration_ms;
  if (now_unix_ms < until_unix_ms) return refuse("watch_not_over", { until_unix_ms });
  return hasFreshPass(run, now_unix_ms) ? undefined : refuse("evidence_old");
}

function enter(run: Run, { object, report }: Preflighted, asked: Asked): Decided {
  const stage = run.stage + 1;
  const weight_bp = weightAt(run.plan, stage);
  const step = { action: "entered", weight_bp, preflight_report_hash: object.digest } as const;
  const { drafts } = new TraceWriter(run, run.t, asked.actor).iter(stage, step);
  return { outcome: "decided", objects: [object], drafts, names: [object.digest], preflight: report };
}

/** What makes a failed preflight more than a reason to wait: what is served is not what was judged. */
const ROLLBACK_CAUSES: { readonly [code in PreflightCode]?: Exclude<RollbackTrigger, "gate_failed"> } = {
  artifact_unverified: "artifact_mismatch",
  manifest_unverified: "artifact_mismatch",
  release_unverified: "artifact_mismatch",
  signature_invalid: "signature_mismatch",
  trace_incomplete: "trace_missing",
};

function preflightFails(
  state: StreamState,
  run: Run,
  { object, report, failures }: Preflighted,
  asked: Asked,
): Decision {
  const cause = failures.find((code) => ROLLBACK_CAUSES[code] !== undefined);
  const trigger = cause === undefined ? undefined : ROLLBACK_CAUSES[cause];
  const writer = new TraceWriter(run, run.t, asked.actor);
  if (run.phase === "exposed" && cause !== undefined && trigger !== undefined) {
    const gate = lastGateReport(run, asked.sha256);
    const objects = gate.object === undefined ? [object] : [object, gate.object];
    const { drafts } = writeRollback(writer, state, run, {
      trigger,
      code: cause,
      reason: failures.join(" "),
      preflight_report_hash: object.digest,
      gate_report_hash: gate.digest,
    });
    return { outcome: "decided", objects, drafts, names: digestsOf(objects), preflight: report };
  }
  // The first time is recorded, because from then on max_hold counts; after that nothing new is said.
  if (run.held?.code === "preflight_failed")
    return refuse("preflight_failed", { detail: failures.join(" "), preflight: report });
  const { drafts } = writer.iter(run.stage, {
    action: "held",
    code: "preflight_failed",
    preflight_report_hash: object.digest,
  });
  return { outcome: "decided", objects: [object], drafts, names: [object.digest], preflight: report };
}

/** PREPARE, the end of the run and FINALIZE in one piece; the COMMITTED pointer follows from them. */
function commit(state: StreamState, run: Run, { object, report }: Preflighted, asked: Asked): Decided {
  const { sha256, actor } = asked;
  const at_unix_ms = effectiveTime(state, asked.now_unix_ms);
  const checkpoint = checkpointObject(state, sha256);
  const hashes = {
    preflight_report_hash: object.digest,
    checkpoint_hash: checkpoint.digest,
    trace_tail_hash: run.trace_tail,
    lineage_root_hash: lineageOf(state, run, sha256),
  };
  const writer = new TraceWriter(run, run.t, actor).write({ type: "prepare", ...hashes });
  const reports = finish(run, { status: "success", at_unix_ms }, writer, sha256);
  writer.write({ type: "finalize", ...hashes, release: run.target.release });
  const objects = [object, checkpoint, ...reports];
  return { outcome: "decided", objects, drafts: writer.drafts, names: digestsOf(objects), preflight: report };
}

function lineageOf(state: StreamState, run: Run, sha256: Asked["sha256"]): Digest {
  const previous = lastCommit(state)?.target.release;
  return lineageRoot(
    {
      release: run.target.release,
      ...(previous === undefined ? {} : { previous }),
      plan_hash: run.plan_hash,
      gate_reports: run.judgements.map(({ gate_report }) => gate_report),
    },
    sha256,
  );
}
