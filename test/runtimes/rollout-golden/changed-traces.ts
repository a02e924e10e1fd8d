/** Every way in which a trace can differ from another one in a single place, and where that is. */
import type { TraceDocument, Transition } from "@tau-edge/rollout";

type Attempt = TraceDocument["attempts"][number];

export interface ChangedTrace {
  /** JSON path of what was changed. */
  readonly at: string;
  readonly trace: TraceDocument;
}

export function changedTraces(trace: TraceDocument): readonly ChangedTrace[] {
  const { attempts } = trace;
  return [
    ...attempts.flatMap((attempt, index) =>
      changedAttempts(attempt).map(({ at, changed }) => ({
        at: `$.attempts[${index}]${at}`,
        trace: { ...trace, attempts: attempts.with(index, changed) },
      })),
    ),
    { at: `$.attempts[${attempts.length - 1}]`, trace: { ...trace, attempts: attempts.slice(0, -1) } },
  ];
}

interface ChangedAttempt {
  readonly at: string;
  readonly changed: Attempt;
}

function changedAttempts(attempt: Attempt): readonly ChangedAttempt[] {
  const { kind, final_status, transitions, ...rest } = attempt;
  return [
    { at: ".kind", changed: { ...attempt, kind: kind === "undo" ? "rollout" : "undo" } },
    { at: ".final_status", changed: { ...rest, kind, transitions } },
    {
      at: ".final_status",
      changed: { ...attempt, final_status: final_status === "success" ? "rolled_back" : "success" },
    },
    {
      at: `.transitions[${transitions.length - 1}]`,
      changed: { ...attempt, transitions: transitions.slice(0, -1) },
    },
    ...transitions.flatMap((transition, index) =>
      changedTransitions(transition).map((other) => ({
        at: `.transitions[${index}]`,
        changed: { ...attempt, transitions: transitions.with(index, other) },
      })),
    ),
  ];
}

function changedTransitions(transition: Transition): readonly Transition[] {
  const { result, code, ...rest } = transition;
  return [
    { ...transition, step: `${transition.step}_again` },
    { ...transition, stage: transition.stage + 1 },
    { ...transition, weight_bp: transition.weight_bp === 0 ? 1 : transition.weight_bp - 1 },
    { ...transition, result: result === "pass" ? "fail" : "pass" },
    { ...transition, code: `${code ?? "none"}_again` },
    ...(result === undefined ? [] : [{ ...rest, ...(code === undefined ? {} : { code }) }]),
    ...(code === undefined ? [] : [{ ...rest, ...(result === undefined ? {} : { result }) }]),
  ];
}
