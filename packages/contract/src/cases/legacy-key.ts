/**
 * S1's own keys: `target:runtime:environment:blueprint:case_id`, and older ones of three parts. They say neither region
 * nor version, so they count as this case unless the rollout that carries the key shows that something else was done.
 */
import { type ExactJsonValue, encodeUtf8, readJson } from "@tau-edge/encoding";
import { rustTrim } from "@tau-edge/manifest";
import type { ContractCase } from "./case.ts";
import type { Evaluation } from "./evaluation.ts";
import { asciiLowercase, normalCase } from "./normal-case.ts";

/** What a case book knows of keys. */
export interface KeyedResults {
  hasKey(key: string): boolean;
  bookedByKey(key: string): BookedRecord | undefined;
}

interface BookedRecord {
  readonly applied: boolean;
  /** JSON text of the rollout record as `state.json` has it. */
  readonly record: string;
}

/** The keys under which S1 would have noted the case, the newest form first. */
export function legacyKeys(given: ContractCase): readonly string[] {
  const { target, runtime, environment, blueprint, case_id } = normalCase(given);
  const lower = asciiLowercase(blueprint);
  const short = [runtime, environment, lower].map((middle) => `${target}:${middle}:${case_id}`);
  return [`${target}:${runtime}:${environment}:${lower}:${case_id}`, ...short];
}

/**
 * Whether the original did the case already.
 * @param evaluation what the case comes to now
 * @throws EncodingError when a booked record is not JSON
 */
export function understandsLegacy(results: KeyedResults, given: ContractCase, evaluation: Evaluation): boolean {
  const noted = legacyKeys(given).filter((key) => results.hasKey(key));
  return noted.length > 0 && noted.every((key) => carriesThis(results.bookedByKey(key), given, evaluation));
}

function carriesThis(booked: BookedRecord | undefined, given: ContractCase, evaluation: Evaluation): boolean {
  return booked === undefined || !booked.applied || !contradicts(booked.record, given, evaluation);
}

function contradicts(record: string, given: ContractCase, { artifact }: Evaluation): boolean {
  const bytes = encodeUtf8(record);
  const rollout = readJson(bytes, { integers: "exact", size_bytes_max: bytes.length });
  const differs = (field: string, value: string | number) => {
    const noted = fieldOf(rollout, field);
    return noted !== undefined && noted !== value;
  };
  const { artifact_sha256 } = artifact;
  // S1 opens no module and notes no digest then.
  const otherBytes = artifact_sha256 !== "" && fieldOf(rollout, "artifact_sha256") !== "";
  return (
    differs("region", rustTrim(given.region)) ||
    differs("replicas", given.replicas) ||
    differs("artifact", artifact.artifact) ||
    (otherBytes && differs("artifact_sha256", artifact_sha256))
  );
}

function fieldOf(record: ExactJsonValue, field: string): ExactJsonValue | undefined {
  if (typeof record !== "object" || record === null || Array.isArray(record)) return undefined;
  return Object.hasOwn(record, field) ? record[field] : undefined;
}
