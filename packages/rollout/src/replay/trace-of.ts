/** The transitions of a rollout from its records, and the first in which two runs differ. */
import type { StoredRecord } from "@tau-edge/ledger";
import { evolve } from "../evolve.ts";
import { emptyState } from "../state.ts";
import { readTrace } from "../trace/read-trace.ts";
import type { TraceBody } from "../trace/trace-body.ts";
import type { TraceDifference, TraceDocument, Transition } from "./trace-document.ts";

type Attempt = TraceDocument["attempts"][number];

/**
 * @param records of the stream, from its first on
 * @throws RolloutError `trace_out_of_order`, LedgerError `field_malformed` for records that do not fold
 */
export function traceOf(records: readonly StoredRecord[], rollout_id: string): TraceDocument {
  const attempts: Attempt[] = [];
  const [first] = records;
  let state = emptyState(first?.record.stream ?? "");
  for (const stored of records) {
    state = evolve(state, stored);
    const body = readTrace(stored);
    if (body === undefined || body.type === "revalidated" || body.rollout_id !== rollout_id) continue;
    if (body.type === "run_header") attempts.push({ kind: body.kind, transitions: [] });
    const attempt = attempts.at(-1);
    if (attempt === undefined || state.run === undefined) throw new TypeError("what folds begins with a header");
    const { stage, weight_bp } = state.run;
    attempt.transitions.push({ step: stepOf(body), stage, weight_bp, ...foundBy(body) });
    if (body.type === "run_end") attempt.final_status = body.final_status;
  }
  return { schema_version: 1, attempts };
}

function stepOf(body: TraceBody): string {
  return body.type === "iter" ? body.action : body.type;
}

function foundBy(body: TraceBody): Pick<Transition, "result" | "code"> {
  if (body.type === "rollback") return { code: body.code };
  if (body.type === "run_end") return body.failure === undefined ? {} : { code: body.failure.failure_code };
  if (body.type !== "iter") return {};
  const result = "gate_result" in body ? { result: body.gate_result } : {};
  return "code" in body ? { ...result, code: body.code } : result;
}

/** Exactly: as many attempts, the same steps at the same stages with the same results, and the same ends. */
export function compareTraces(golden: TraceDocument, actual: TraceDocument): TraceDifference | undefined {
  const attempts = Math.max(golden.attempts.length, actual.attempts.length);
  for (let index = 0; index < attempts; index++) {
    const difference = compareAttempts(golden.attempts[index], actual.attempts[index], `$.attempts[${index}]`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function compareAttempts(golden: Attempt | undefined, actual: Attempt | undefined, at: string) {
  if (golden === undefined || actual === undefined)
    return {
      at,
      golden: golden === undefined ? "absent" : "present",
      actual: actual === undefined ? "absent" : "present",
    };
  const steps = Math.max(golden.transitions.length, actual.transitions.length);
  for (let index = 0; index < steps; index++) {
    const [a, b] = [golden.transitions[index], actual.transitions[index]];
    if (!sameTransition(a, b)) return { at: `${at}.transitions[${index}]`, golden: describe(a), actual: describe(b) };
  }
  if (golden.kind !== actual.kind) return { at: `${at}.kind`, golden: golden.kind, actual: actual.kind };
  const [a, b] = [golden.final_status ?? "open", actual.final_status ?? "open"];
  return a === b ? undefined : { at: `${at}.final_status`, golden: a, actual: b };
}

function sameTransition(a: Transition | undefined, b: Transition | undefined): boolean {
  const fields = ["step", "stage", "weight_bp", "result", "code"] as const;
  return fields.every((field) => a?.[field] === b?.[field]);
}

function describe(transition: Transition | undefined): string {
  if (transition === undefined) return "absent";
  const { step, stage, weight_bp, result, code } = transition;
  const found = [result, code === undefined ? undefined : `code ${code}`].filter((part) => part !== undefined);
  return [`${step} at stage ${stage} with ${weight_bp} bp`, ...found].join(", ");
}
