/**
 * Under which rules a run was computed, by name. S3 (0.Z) wants them in the trace, so that a replay by a program with
 * other rules is seen to be another computation.
 */
import { type Digest, digestBytes, digestOf, type Sha256 } from "@tau-edge/encoding";
import { commitHash } from "@tau-edge/ledger";

export interface PolicyIds {
  readonly prng_family: string;
  readonly numeric_policy: string;
  readonly ordering_policy: string;
  readonly parallel_policy: string;
  readonly environment_policy: string;
}

/** A rule that changes its meaning gets another name. */
export const POLICY_IDS: PolicyIds = {
  /** No step of a rollout draws a random number, so there is no seed either. */
  prng_family: "none",
  /** Counts are integers; only the compared quotient is binary64, against `limit + 1e-10`, divided by at least 1e-12. */
  numeric_policy: "binary64_nearest_even_eps_eq_1e-10_eps_denom_1e-12_v1",
  /** Stages and gates as the plan lists them, records by seq, names by their UTF-8 bytes. */
  ordering_policy: "plan_order_seq_order_utf8_bytes_v1",
  /** Lanes count by themselves; their integers are added in the order of their names before the verdict. */
  parallel_policy: "lanes_added_in_name_order_v1",
  /** dev, staging, prod; no verdict asks the machine that computes it. */
  environment_policy: "dev_staging_prod_bitwise_v1",
};

export interface ReplayInput {
  readonly release_manifest_hash: Digest;
  readonly environment_profile_hash: Digest;
  readonly deployment_policy_bundle_hash: Digest;
  /** 0 to 2^64-1, for a run whose operators draw random numbers. */
  readonly seed?: bigint;
  readonly policy_ids: PolicyIds;
}

/** What the verdicts of a run depend on, as one digest: S3's replay token. The formula stands in docs/hashes.md. */
export function replayToken(input: ReplayInput, sha256: Sha256): Digest {
  const ids = input.policy_ids;
  const data = [
    digestBytes(input.release_manifest_hash),
    digestBytes(input.environment_profile_hash),
    digestBytes(input.deployment_policy_bundle_hash),
    input.seed ?? null,
    ids.prng_family,
    ids.numeric_policy,
    ids.ordering_policy,
    ids.parallel_policy,
    ids.environment_policy,
  ];
  return digestOf(commitHash("replay_token", data, sha256));
}
