/** The record that takes a release from everybody, whoever found the reason: a gate, a preflight or an operator. */
import { lastCommit, type Run, type StreamState } from "../state.ts";
import type { Rollback } from "../trace/trace-body.ts";
import type { TraceWriter } from "./trace-writer.ts";

type Cause = Pick<Rollback, "trigger" | "code" | "reason" | "preflight_report_hash" | "gate_report_hash">;

export function writeRollback(writer: TraceWriter, state: StreamState, run: Run, cause: Cause): TraceWriter {
  const to = lastCommit(state)?.target;
  return writer.write({ type: "rollback", stage: run.stage, ...cause, ...(to === undefined ? {} : { to }) });
}
