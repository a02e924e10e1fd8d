/**
 * Tries the cases of a cycle: what was not done yet, up to the queue's limit, each until it succeeds, is refused or has
 * failed too often. A case that waits for its next try holds up no other.
 */
import {
  type CaseResult,
  type ContractCase,
  type CycleLimits,
  caseKey,
  caseResult,
  checkExpected,
  type Evaluation,
  evaluate,
  isDone,
  type Mismatch,
  readCase,
  retryDelayMs,
  unavailable,
  wantedArtifact,
} from "@tau-edge/contract";
import type { Sha256 } from "@tau-edge/encoding";
import type { Clock, DeploymentBackend, OpenCaseBook, StagedCase } from "@tau-edge/ports";
import { WAITING_RETRIES_MAX } from "../limits.ts";
import type { CaseArtifacts } from "./case-artifacts.ts";
import type { CycleTally } from "./cycle-tally.ts";
import { WaitingRetries } from "./waiting-retries.ts";

export interface QueuePorts {
  readonly book: Pick<OpenCaseBook, "hasKey" | "booked" | "bookedByKey">;
  readonly artifacts: CaseArtifacts;
  /** Absent: whatever is accepted is applied. */
  readonly backend?: DeploymentBackend;
  readonly clock: Clock;
  pause(duration_ms: number): Promise<void>;
  readonly sha256: Sha256;
  readonly tally: CycleTally;
  /** Takes each result as its case ends. */
  take(result: CaseResult): Promise<void>;
}

/** A case with everything that is known about it before it is tried. */
interface ReadyCase {
  readonly case: ContractCase;
  readonly raw: Uint8Array;
  readonly case_key: string;
  readonly evaluation: Evaluation;
}

interface Attempt {
  readonly ready: ReadyCase;
  /** From 1. */
  readonly number: number;
}

export async function runQueue(staged: Iterable<StagedCase>, limits: CycleLimits, ports: QueuePorts): Promise<void> {
  const queue = new CaseQueue(limits, ports);
  for (const row of staged) await queue.offer(row);
  await queue.finish();
}

class CaseQueue {
  readonly #limits: CycleLimits;
  readonly #ports: QueuePorts;
  readonly #waiting = new WaitingRetries<Attempt>();
  #queued = 0;

  constructor(limits: CycleLimits, ports: QueuePorts) {
    this.#limits = limits;
    this.#ports = ports;
  }

  async offer(row: StagedCase): Promise<void> {
    const { book, tally } = this.#ports;
    const ready = await readyCase(row, this.#ports);
    tally.add("discovered_cases");
    // Before the limit counts: what is done must not keep a place in the queue.
    if (isDone(book, ready.case, ready.case_key, ready.evaluation)) return tally.add("duplicate_skips");
    if (this.#queued === this.#limits.queue_limit) return tally.add("backlog_cases");
    this.#queued += 1;
    tally.add("queued_cases");
    await this.#begin(ready);
    await this.#runDue();
  }

  /** Waits for those that wait. */
  async finish(): Promise<void> {
    while (this.#waiting.size > 0) await this.#runNext();
  }

  async #begin(ready: ReadyCase): Promise<void> {
    const mismatch = checkExpected(ready.evaluation, ready.case.expected);
    if (mismatch !== undefined || ready.evaluation.outcome === "malformed_input")
      return this.#end(ready, ready.evaluation, 1, mismatch);
    while (this.#waiting.size >= WAITING_RETRIES_MAX) await this.#runNext();
    await this.#try({ ready, number: 1 });
  }

  async #runDue(): Promise<void> {
    for (;;) {
      const due_unix_ms = this.#waiting.next_unix_ms;
      if (due_unix_ms === undefined || due_unix_ms > this.#ports.clock.nowUnixMs()) return;
      await this.#runNext();
    }
  }

  async #runNext(): Promise<void> {
    const due_unix_ms = this.#waiting.next_unix_ms;
    const attempt = this.#waiting.take();
    if (due_unix_ms === undefined || attempt === undefined) return;
    const wait_ms = due_unix_ms - this.#ports.clock.nowUnixMs();
    // No longer than it was told to wait, whatever the clock says since.
    if (wait_ms > 0) await this.#ports.pause(Math.min(wait_ms, this.#delayAfter(attempt.number - 1)));
    await this.#try(attempt);
  }

  async #try(attempt: Attempt): Promise<void> {
    for (let { ready, number } = attempt; ; number += 1) {
      const failure = await this.#failureOf(ready, number);
      if (failure === undefined) return this.#end(ready, ready.evaluation, number);
      this.#ports.tally.add("retryable_failures");
      if (number >= this.#limits.retry_max_attempts) return this.#end(ready, failure, number);
      this.#ports.tally.add("retry_attempts");
      const delay_ms = this.#delayAfter(number);
      if (delay_ms === 0) continue;
      this.#waiting.add({ ready, number: number + 1 }, this.#ports.clock.nowUnixMs() + delay_ms);
      return;
    }
  }

  /** @returns undefined when the case succeeds */
  async #failureOf({ case: given, raw, case_key, evaluation }: ReadyCase, attempt: number) {
    if (evaluation.outcome === "retryable_failure") return evaluation;
    const answer = await this.#ports.backend?.apply({ case_key, attempt, document: raw });
    return answer === undefined || answer.outcome === "accepted" ? undefined : unavailable(given, answer.detail);
  }

  #delayAfter(attempt: number): number {
    return retryDelayMs(attempt, this.#limits.retry_base_delay_ms);
  }

  async #end(ready: ReadyCase, evaluation: Evaluation, attempts: number, mismatch?: Mismatch): Promise<void> {
    const { case: given, case_key } = ready;
    const result = caseResult({ case: given, case_key, evaluation, attempts, mismatch });
    this.#ports.tally.ended(result);
    await this.#ports.take(result);
  }
}

async function readyCase({ index, raw }: StagedCase, { artifacts, sha256 }: QueuePorts): Promise<ReadyCase> {
  const read = readCase(raw, 0, index);
  if (read.outcome === "refused") throw new TypeError(`a case that was staged cannot be read: ${read.detail}`);
  const evaluation = await evaluateCase(read.case, artifacts);
  const case_key = caseKey(read.case, evaluation.artifact.artifact_sha256, sha256);
  return { case: read.case, raw, case_key, evaluation };
}

async function evaluateCase(given: ContractCase, artifacts: CaseArtifacts): Promise<Evaluation> {
  const wanted = wantedArtifact(given);
  if (wanted === undefined) return evaluate(given, {});
  const { findings, place } = await artifacts.find(wanted, given);
  const evaluation = evaluate(given, findings);
  if (place !== "fixture" || evaluation.detail !== "") return evaluation;
  // S1 looks where the program runs and nowhere else, so whoever compares the two must be told.
  return { ...evaluation, detail_code: "beside_fixture", detail: `${wanted.path} was found beside the fixture` };
}
