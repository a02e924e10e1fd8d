/** One stream's turn: asks the agenda, does what it says, and asks again. What it remembers only saves work. */
import { type Actor, formatStream } from "@tau-edge/ledger";
import { PortError } from "@tau-edge/ports";
import {
  activeRun,
  agenda,
  type Evidence,
  effectiveTime,
  preflightFailures,
  type Run,
  type Step,
  type StreamState,
} from "@tau-edge/rollout";
import { PREFLIGHT_RETRY_MS, STEPS_PER_TICK_MAX } from "../limits.ts";
import { prepareAdvance } from "./advance-rollout.ts";
import { type Applied, applyCommand, type Prepared } from "./apply-command.ts";
import { assertClock } from "./clock-gaps.ts";
import type { StreamTick } from "./controller.ts";
import { evidenceNow } from "./evidence-now.ts";
import { type RefusedAct, refuseAct } from "./refusals.ts";
import { judgeAgain } from "./rejudge.ts";
import type { RolloutPorts } from "./rollout-ports.ts";
import type { RolloutPlace, RolloutStream } from "./rollout-streams.ts";
import { settlePointers } from "./settle-pointers.ts";
import { forgetWindow, takeSnapshots } from "./take-snapshots.ts";
import { healthChecks } from "./verify-rollback.ts";

type DueStep = Exclude<Step, { do: "wait" } | { do: "nothing" }>;
type Refusal = NonNullable<StreamTick["refused"]>;

export class StreamDriver {
  readonly #place: RolloutPlace;
  readonly #stream: string;
  readonly #actor: Actor;
  readonly #ports: RolloutPorts;
  /** How many commits had their pointers when it was looked last. */
  #settled: number | undefined;
  /** The ended run whose last windows were let go of. */
  #closed: string | undefined;
  #unreachable_since_unix_ms: number | undefined;
  /** A step that reads much, and did not get the run any further. */
  #tried: { readonly key: string; readonly at_unix_ms: number; refusal?: Refusal } | undefined;

  constructor(place: RolloutPlace, actor: Actor, ports: RolloutPorts) {
    this.#place = place;
    this.#stream = formatStream(place);
    this.#actor = actor;
    this.#ports = ports;
  }

  hasWork({ state }: RolloutStream): boolean {
    if (activeRun(state) !== undefined || this.#settled !== state.committed.length) return true;
    return state.run !== undefined && this.#closed !== attemptOf(state.run);
  }

  async drive(now_unix_ms: number): Promise<StreamTick> {
    const done: Step["do"][] = [];
    const read = () => this.#ports.streams.stream(this.#place);
    let driven: Run | undefined;
    for (let steps = 0; steps < STEPS_PER_TICK_MAX; steps += 1) {
      const { state } = await read();
      const fault = await this.#settle(state, read);
      const found = fault === undefined ? {} : { error: fault };
      const run = activeRun(state);
      if (run === undefined) {
        await this.#closeWindows(state, now_unix_ms);
        return { stream: this.#stream, done, ...endOf(driven, state), ...found };
      }
      driven = run;
      const evidence = await this.#evidence(run, now_unix_ms);
      const blind = evidence?.source === "unreachable" ? { unreachable: true as const } : {};
      const tick = { stream: this.#stream, rollout_id: run.rollout_id, done, ...blind, ...found };
      const step = agenda(state, evidence, now_unix_ms);
      // Whoever cannot tell what was committed exposes nothing further; a bad release is still taken back.
      if (step.do === "nothing" || (step.do === "advance" && fault !== undefined)) return tick;
      if (step.do === "wait") return { ...tick, waits: step };
      const waiting = this.#triedBefore(step, run, now_unix_ms);
      if (waiting !== undefined)
        return { ...tick, ...(waiting.refusal === undefined ? {} : { refused: waiting.refusal }) };
      const refused = await this.#do(step, run, now_unix_ms);
      if (refused === undefined) done.push(step.do);
      else if (refused.code !== "window_moved") return { ...tick, refused };
    }
    return { stream: this.#stream, done };
  }

  /** @returns what is wrong with the pointers of the stream; looked at again in the next turn */
  async #settle({ committed }: StreamState, read: () => Promise<RolloutStream>): Promise<PortError | undefined> {
    if (this.#settled === committed.length) return undefined;
    try {
      await settlePointers(this.#stream, this.#ports.pointers, read);
      this.#settled = committed.length;
      return undefined;
    } catch (error) {
      if (error instanceof PortError) return error;
      throw error;
    }
  }

  async #do(step: DueStep, run: Run, now_unix_ms: number): Promise<Refusal | undefined> {
    const prepare = (known: RolloutStream) => this.#prepare(step, run, known, now_unix_ms);
    const request = { place: this.#place, actor: this.#actor, prepare, settled: true, now_unix_ms };
    const applied = await applyCommand(request, this.#ports);
    const refusal = refusalOf(step, applied);
    if (refusal === undefined) {
      if (step.do === "freeze" && run.window !== undefined)
        await forgetWindow(run, { stage: run.stage, window: run.window.number }, now_unix_ms, this.#ports);
      return undefined;
    }
    if (this.#tried?.key === keyOf(step, run)) this.#tried.refusal = refusal;
    return refusal;
  }

  /** @param planned the run that the agenda looked at: somebody else may have got it further meanwhile */
  async #prepare(
    step: DueStep,
    planned: Run,
    known: RolloutStream,
    now_unix_ms: number,
  ): Promise<Prepared | RefusedAct> {
    const { state } = known;
    const run = activeRun(state);
    if (run === undefined || positionOf(run) !== positionOf(planned)) return refuseAct("window_moved");
    switch (step.do) {
      case "freeze":
        return this.#freeze(step, run, known, now_unix_ms);
      case "judge":
        return { command: (await judgeAgain(run, this.#ports)) ?? TRACE_MISSING };
      case "advance":
        return prepareAdvance(this.#place, known, run, this.#ports);
      case "verify_rollback":
        return { command: { do: "verify_rollback", checks: await healthChecks(state, run, this.#ports) } };
      case "abort":
        return { command: { do: "abort", reason: "It waited for longer than max_hold_ms.", code: step.code } };
    }
  }

  async #freeze(
    { why }: Extract<Step, { do: "freeze" }>,
    run: Run,
    known: RolloutStream,
    now_unix_ms: number,
  ): Promise<Prepared | RefusedAct> {
    const verdicts = known.rollouts.get(run.rollout_id)?.verdicts ?? [];
    await assertClock(known.state, now_unix_ms, this.#ports);
    const at = effectiveTime(known.state, now_unix_ms);
    try {
      const command = await takeSnapshots(run, verdicts, why, at, this.#ports);
      return command === undefined ? refuseAct("window_moved") : { command };
    } catch (error) {
      // Somebody else has recorded its evidence already.
      if (error instanceof PortError && error.code === "window_forgotten") return refuseAct("window_moved");
      throw error;
    }
  }

  async #evidence(run: Run, now_unix_ms: number): Promise<Evidence | undefined> {
    const evidence = await evidenceNow(run, this.#ports.windows, now_unix_ms, this.#unreachable_since_unix_ms);
    this.#unreachable_since_unix_ms = evidence?.source === "unreachable" ? evidence.since_unix_ms : undefined;
    return evidence;
  }

  /** What reads much is not tried again at once where the run still stands where it stood. */
  #triedBefore(step: DueStep, run: Run, now_unix_ms: number) {
    if (step.do !== "advance" && step.do !== "verify_rollback") return undefined;
    const key = keyOf(step, run);
    const before = this.#tried;
    const age_ms = now_unix_ms - (before?.at_unix_ms ?? 0);
    if (before?.key === key && age_ms >= 0 && age_ms < PREFLIGHT_RETRY_MS) return before;
    this.#tried = { key, at_unix_ms: now_unix_ms };
    return undefined;
  }

  /** All windows of a run that has ended: the open one is judged by nobody, and a crash may have kept others. */
  async #closeWindows({ run }: StreamState, now_unix_ms: number): Promise<void> {
    if (run === undefined || this.#closed === attemptOf(run)) return;
    const last = run.judgements.findLast(({ stage }) => stage === run.stage);
    const open = { stage: run.stage, window: last === undefined ? 0 : last.window + 1 };
    const windows = run.judgements.map(({ stage, window }) => ({ stage, window }));
    for (const position of run.stage < 0 ? [] : [...windows, open])
      await forgetWindow(run, position, now_unix_ms, this.#ports);
    this.#closed = attemptOf(run);
  }
}

/** The frozen evidence is gone: nobody can say any more whether the release may be served. */
const TRACE_MISSING = {
  do: "roll_back",
  trigger: "trace_missing",
  reason: "A frozen snapshot is missing or corrupt.",
} as const;

function refusalOf(step: DueStep, applied: Applied): Refusal | undefined {
  if (applied.outcome === "refused") return { step: step.do, code: applied.code, detail: applied.detail };
  const { drafts, preflight } = applied.decision;
  const failures = preflightFailures(preflight?.checks ?? []);
  // The first time it is recorded that it is held; a rollback is recorded for what cannot wait.
  const isHeld = failures.length > 0 && !drafts.some(({ type }) => type === "rollback");
  return isHeld ? { step: step.do, code: "preflight_failed", detail: failures.join(" ") } : undefined;
}

/** How the run ended that was driven until now. */
function endOf(driven: Run | undefined, { run }: StreamState): Pick<StreamTick, "rollout_id" | "ended"> {
  if (driven === undefined || run?.outcome === undefined || attemptOf(run) !== attemptOf(driven)) return {};
  const { final_status, failure_code } = run.outcome;
  const ended = failure_code === undefined ? { status: final_status } : { status: final_status, failure_code };
  return { rollout_id: run.rollout_id, ended };
}

function attemptOf({ rollout_id, attempt }: Run): string {
  return `${rollout_id} ${attempt}`;
}

function positionOf(run: Run): string {
  return `${attemptOf(run)} ${run.phase} ${run.stage} ${run.window?.number ?? ""}`;
}

function keyOf(step: DueStep, run: Run): string {
  return `${step.do} ${attemptOf(run)} ${run.phase} ${run.stage}`;
}
