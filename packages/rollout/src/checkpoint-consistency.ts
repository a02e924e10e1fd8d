/** What no state can be, whatever records led to it. A checkpoint that says so would decide as no ledger ever does. */
import { RolloutError } from "./errors.ts";
import { codeFits } from "./gates/gate-report.ts";
import { environmentOf, type Run, type StreamState, watchStage, weightAt } from "./state.ts";

/** @throws RolloutError `checkpoint_incomplete` */
export function checkState(state: StreamState): void {
  const { run, committed, lock, next_seq } = state;
  const isEmpty = run === undefined && lock === undefined && committed.length === 0;
  if (next_seq === 0 && !isEmpty) throw impossible("next_seq", "Nothing happens before the first record");
  if (new Set(committed.map(({ rollout_id }) => rollout_id)).size < committed.length)
    throw impossible("committed", "A rollout is committed once");
  if (run === undefined) return;
  if (run.environment !== environmentOf(state)) throw impossible("run identity environment", "Not that of the stream");
  checkPhase(run);
  checkExposure(run);
  checkJudgements(run);
}

function checkPhase({ phase, stage, plan, window, frozen, rollback, outcome }: Run): void {
  const at = "run cursor";
  if (
    stage > watchStage(plan) ||
    (phase === "ready") !== (stage === -1 && phase !== "ended" && phase !== "rolling_back")
  )
    throw impossible(`${at} stage`, `A run that is ${phase} is not at stage ${stage}`);
  if (window !== undefined && phase !== "exposed" && phase !== "frozen")
    throw impossible(`${at} window`, `The run is ${phase}`);
  // Without a window it was just aborted, and the record of its end stands next.
  if ((frozen !== undefined) !== (phase === "frozen" && window !== undefined))
    throw impossible(`${at} frozen`, `The run is ${phase}`);
  if (phase === "rolling_back" && rollback === undefined) throw impossible("run rollback_cursor", "It is rolling back");
  if ((phase === "ended") !== (outcome !== undefined)) throw impossible("run outcome", `The run is ${phase}`);
}

function checkExposure({ weight_bp, window, outcome, plan, stage }: Run): void {
  const exposes = window !== undefined || outcome?.final_status === "success";
  const expected = exposes ? weightAt(plan, stage) : 0;
  if (weight_bp !== expected) throw impossible("run canary_set weight_bp", `Expected ${expected}`);
}

function checkJudgements({ judgements, breached, passed_since_unix_ms, stage }: Run): void {
  const at = "run gate_states";
  if (!judgements.every(({ result, code }) => codeFits(result, code)))
    throw impossible(`${at} judgements`, "A verdict has the code of another result");
  if (!breached && judgements.some(({ result }) => result === "fail"))
    throw impossible(`${at} breached`, "A window failed");
  const last = judgements.at(-1);
  if (passed_since_unix_ms !== undefined && (last?.stage !== stage || last.result !== "pass"))
    throw impossible("run cursor passed_since_unix_ms", "The last window of this stage did not pass");
}

function impossible(at: string, detail: string): RolloutError {
  return new RolloutError("checkpoint_incomplete", `checkpoint_v1 ${at}`, detail);
}
