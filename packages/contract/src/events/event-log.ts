/** What do the lines of `runtime-events.jsonl` say together? One line at a time, from the oldest on; memory is one line. */
import { rustTrim } from "@tau-edge/manifest";
import { CountMap, type ReadonlyCounts } from "../count-map.ts";
import { readCounter, type TriedCycle } from "../health.ts";
import { CONTRACT_LIMITS } from "../limits.ts";
import { readLineObject } from "../line-object.ts";
import { type JsonObject, own } from "../state-document.ts";

export interface EventLogFacts {
  /** Lines that are a JSON object, whatever is in it, as the original counts them. */
  readonly cycle_reports: number;
  /** Every other line: half lines, lines that are too long, text that is no JSON. */
  readonly invalid_cycle_reports: number;
  /** Of the last valid line; undefined when it names no time. */
  readonly last_timestamp_unix_ms: number | undefined;
  readonly last_reason_codes: readonly string[];
  /** Over all valid lines, by code. */
  readonly reason_code_counts: ReadonlyCounts;
  /** Of the last line whose cycle tried a case. */
  readonly last_tried: TriedCycle | undefined;
}

export interface EventLogReducer {
  /** @param line without its line break */
  add(line: string): void;
  facts(): EventLogFacts;
}

export function makeEventLogFacts(): EventLogReducer {
  return new EventLogCounter();
}

/** Whether a line counts as a cycle, whoever wrote it. */
export function isEventLine(line: string): boolean {
  return readLineObject(line, CONTRACT_LIMITS.event_line_chars_max) !== undefined;
}

/** The record that a line of ours is about. */
export interface EventLineCycle {
  readonly seq: number;
  /** The record's hash: another ledger has other records under the same seq. */
  readonly cycle_id: string;
}

/** @returns undefined for a line of the original's */
export function cycleOfEventLine(line: string): EventLineCycle | undefined {
  const event = readLineObject(line, CONTRACT_LIMITS.event_line_chars_max);
  const seq = event === undefined ? undefined : readCounter(own(event, "seq"));
  if (event === undefined || seq === undefined) return undefined;
  const cycle_id = own(event, "cycle_id");
  return { seq, cycle_id: typeof cycle_id === "string" ? cycle_id : "" };
}

/**
 * Asked of line after line, from the end of a log on: does the line of this cycle stand in it?
 * @returns undefined as long as an earlier line may be it
 */
export function standsInLog(wanted: EventLineCycle, line: string): boolean | undefined {
  const found = cycleOfEventLine(line);
  if (found === undefined || found.seq > wanted.seq) return undefined;
  return found.seq === wanted.seq && found.cycle_id === wanted.cycle_id;
}

class EventLogCounter implements EventLogReducer {
  readonly #codes = new CountMap();
  #valid = 0;
  #invalid = 0;
  #timestamp: number | undefined;
  #reasonCodes: readonly string[] = [];
  #tried: TriedCycle | undefined;

  add(line: string): void {
    const event = readLineObject(line, CONTRACT_LIMITS.event_line_chars_max);
    if (event === undefined) {
      this.#invalid++;
      return;
    }
    this.#valid++;
    this.#timestamp = readCounter(own(event, "timestamp_unix_ms"));
    this.#reasonCodes = reasonCodesOf(event);
    for (const code of this.#reasonCodes) this.#codes.add(code);
    this.#tried = triedIn(event) ?? this.#tried;
  }

  facts(): EventLogFacts {
    return {
      cycle_reports: this.#valid,
      invalid_cycle_reports: this.#invalid,
      last_timestamp_unix_ms: this.#timestamp,
      last_reason_codes: this.#reasonCodes,
      reason_code_counts: this.#codes.counts(),
      last_tried: this.#tried,
    };
  }
}

function reasonCodesOf(event: JsonObject): readonly string[] {
  const codes = own(event, "reason_codes");
  if (!Array.isArray(codes)) return [];
  return codes
    .slice(0, CONTRACT_LIMITS.cycle_reason_codes_max)
    .flatMap((code) => (typeof code === "string" ? [rustTrim(code)] : []))
    .filter((code) => code !== "");
}

/** @returns undefined for a cycle of duplicates, or of nothing: it shows nothing about any case */
function triedIn(event: JsonObject): TriedCycle | undefined {
  const count = (key: string): number => readCounter(own(event, key)) ?? 0;
  const tried: TriedCycle = {
    unix_ms: count("timestamp_unix_ms"),
    applied: count("applied_cases"),
    malformed: count("malformed_cases"),
    failed: count("failed_cases"),
    retry_attempts: count("retry_attempts"),
    retryable_failures: count("retryable_failures"),
  };
  const { unix_ms: _, ...counts } = tried;
  return Object.values(counts).some((value) => value > 0) ? tried : undefined;
}
