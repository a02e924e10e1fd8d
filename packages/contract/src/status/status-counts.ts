/** What the rollouts and failed cases of a `state.json` are, counted one by one; memory does not grow with their number. */
import { rustTrim } from "@tau-edge/manifest";
import { CountMap, type ReadonlyCounts } from "../count-map.ts";
import { readCounter } from "../health.ts";
import { type JsonObject, own } from "../state-document.ts";

/** Words are trimmed and in lower case, as S1 counts them. */
export interface StatusCounts {
  readonly rollout_count: number;
  readonly target_counts: ReadonlyCounts;
  readonly runtime_profile_counts: ReadonlyCounts;
  readonly environment_counts: ReadonlyCounts;
  /** Of rollouts and of failed cases, as the two below: the original keeps no failures, so it can only show successes. */
  readonly outcome_counts: ReadonlyCounts;
  readonly status_code_counts: ReadonlyCounts;
  readonly error_code_counts: ReadonlyCounts;
  readonly total_replicas: number;
  readonly wasm_rollout_count: number;
  /** Every rollout that is not for wasm. */
  readonly cloud_rollout_count: number;
  readonly failed_case_count: number;
}

export interface StatusCounter {
  /** One element of `rollouts`; the original's may lack any field, and it counts whatever it is. */
  rollout(record: JsonObject): void;
  /** One element of `failed_cases`. */
  failedCase(record: JsonObject): void;
  counts(): StatusCounts;
}

export function makeStatusCounts(): StatusCounter {
  return new RecordCounter();
}

class RecordCounter implements StatusCounter {
  readonly #targets = new CountMap();
  readonly #runtimes = new CountMap();
  readonly #environments = new CountMap();
  readonly #outcomes = new CountMap();
  readonly #statusCodes = new CountMap();
  readonly #errorCodes = new CountMap();
  #rollouts = 0;
  #failed = 0;
  #wasm = 0;
  #replicas = 0;

  rollout(record: JsonObject): void {
    this.#rollouts++;
    const target = wordOf(record, "deploy_target");
    if (target === "wasm") this.#wasm++;
    this.#targets.add(target);
    this.#runtimes.add(wordOf(record, "runtime_profile"));
    this.#environments.add(wordOf(record, "environment"));
    this.#replicas = Math.min(this.#replicas + (readCounter(own(record, "replicas")) ?? 0), Number.MAX_SAFE_INTEGER);
    this.#result(record);
  }

  failedCase(record: JsonObject): void {
    this.#failed++;
    this.#result(record);
  }

  #result(record: JsonObject): void {
    this.#outcomes.add(wordOf(record, "outcome"));
    this.#statusCodes.add(statusCodeOf(record));
    const code = own(record, "error_code");
    if (typeof code === "string" && rustTrim(code) !== "") this.#errorCodes.add(wordOf(record, "error_code"));
  }

  counts(): StatusCounts {
    return {
      rollout_count: this.#rollouts,
      target_counts: this.#targets.counts(),
      runtime_profile_counts: this.#runtimes.counts(),
      environment_counts: this.#environments.counts(),
      outcome_counts: this.#outcomes.counts(),
      status_code_counts: this.#statusCodes.counts(),
      error_code_counts: this.#errorCodes.counts(),
      total_replicas: this.#replicas,
      wasm_rollout_count: this.#wasm,
      cloud_rollout_count: this.#rollouts - this.#wasm,
      failed_case_count: this.#failed,
    };
  }
}

const UNKNOWN = "unknown";

function wordOf(record: JsonObject, key: string): string {
  const value = own(record, key);
  const word = typeof value === "string" ? rustTrim(value).replace(/[A-Z]+/g, (upper) => upper.toLowerCase()) : "";
  return word === "" ? UNKNOWN : word;
}

function statusCodeOf(record: JsonObject): string {
  const code = own(record, "status_code");
  return typeof code === "number" && Number.isInteger(code) ? String(code) : UNKNOWN;
}
