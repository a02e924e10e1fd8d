/**
 * S1's own keys: `target:runtime:environment:blueprint:case_id`, and older ones of three parts. They say neither region
 * nor version, so they count as this case unless the rollout that carries the key shows that something else was done.
 */
import { rustTrim } from "@tau-edge/manifest";
import { type BookedRecord, bookedField, type KeyedResults } from "./booked-record.ts";
import type { ContractCase } from "./case.ts";
import { caseIdentity, type IdentityFields } from "./case-key.ts";
import type { Evaluation } from "./evaluation.ts";
import { normalRuntime, trimmedLowercase } from "./normal-case.ts";

/** The keys under which S1 would have noted the case, the newest form first. */
export function legacyKeys(given: IdentityFields): readonly [string, ...string[]] {
  const target = trimmedLowercase(given.deploy_target);
  const runtime = normalRuntime(given.runtime_profile);
  const environment = trimmedLowercase(given.environment);
  const blueprint = trimmedLowercase(given.blueprint_id);
  const case_id = rustTrim(given.case_id);
  const short = [runtime, environment, blueprint].map((middle) => `${target}:${middle}:${case_id}`);
  return [`${target}:${runtime}:${environment}:${blueprint}:${case_id}`, ...short];
}

/**
 * Whether the original did the case already, and nothing else was applied in its place since.
 * @param evaluation what the case comes to now
 * @throws EncodingError when a booked record is not JSON
 */
export function understandsLegacy(results: KeyedResults, given: ContractCase, evaluation: Evaluation): boolean {
  const noted = legacyKeys(given).filter((key) => results.hasKey(key));
  if (noted.length === 0) return false;
  const standing = results.booked(caseIdentity(given));
  if (standing?.applied === true && !noted.includes(standing.case_key)) return false;
  return noted.every((key) => carriesThis(results.bookedByKey(key), given, evaluation));
}

function carriesThis(booked: BookedRecord | undefined, given: ContractCase, evaluation: Evaluation): boolean {
  return booked === undefined || !booked.applied || !contradicts(booked, given, evaluation);
}

function contradicts({ record }: BookedRecord, given: ContractCase, { artifact }: Evaluation): boolean {
  const field = bookedField(record);
  const differs = (key: string, value: string | number) => {
    const noted = field(key);
    return noted !== undefined && noted !== value;
  };
  const { artifact_sha256 } = artifact;
  // S1 opens no module and notes no digest then.
  const otherBytes = artifact_sha256 !== "" && field("artifact_sha256") !== "";
  return (
    differs("region", rustTrim(given.region)) ||
    differs("replicas", given.replicas) ||
    differs("artifact", artifact.artifact) ||
    (otherBytes && differs("artifact_sha256", artifact_sha256))
  );
}
