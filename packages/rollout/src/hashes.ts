/** Hashes that bind a run to everything it came from. Formulas and vectors: docs/hashes.md. */
import { type Digest, digestBytes, digestOf, encodeCbor, type Sha256 } from "@tau-edge/encoding";
import { commitHash } from "@tau-edge/ledger";
import { POLICY_IDS } from "./trace/policy-ids.ts";

export interface Lineage {
  readonly release: Digest;
  /** What was committed in this stream before; absent for the first. */
  readonly previous?: Digest;
  readonly plan_hash: Digest;
  /** In the order in which they were judged. */
  readonly gate_reports: readonly Digest[];
}

/** `SHA-256(CBOR(["lineage_v1", release, previous?, plan, [gate reports]]))` (decisions 6). */
export function lineageRoot(lineage: Lineage, sha256: Sha256): Digest {
  const { release, previous, plan_hash, gate_reports } = lineage;
  const line = [release, ...(previous === undefined ? [] : [previous]), plan_hash].map(digestBytes);
  return digestOf(sha256(encodeCbor(["lineage_v1", ...line, gate_reports.map(digestBytes)])));
}

/** @param recordHashes of all trace records of a run, 32 bytes each, in the order of their seq */
export function traceRoot(recordHashes: readonly Uint8Array[], sha256: Sha256): Digest {
  return digestOf(commitHash("trace_root_v1", recordHashes, sha256));
}

export interface LockedDependencies {
  readonly lockfile_hash: Digest;
  readonly toolchain_hash: Digest;
  readonly runtime_env_hash: Digest;
}

/** `SHA-256(CBOR(["deps_lock_v1", lockfile, toolchain, runtime env]))` (S3, II.F). */
export function dependenciesLock(locked: LockedDependencies, sha256: Sha256): Digest {
  const hashes = [locked.lockfile_hash, locked.toolchain_hash, locked.runtime_env_hash].map(digestBytes);
  return digestOf(sha256(encodeCbor(["deps_lock_v1", ...hashes])));
}

/** @param versions of every tool that made the artifact, by its name: `{rustc: "1.91.0"}` */
export function toolchainHash(versions: Readonly<Record<string, string>>, sha256: Sha256): Digest {
  return digestOf(commitHash("toolchain_v1", versions, sha256));
}

/** @param facts of what runs the artifact, by name: `{runtime: "node", version: "26.1.0", arch: "x64", os: "linux"}` */
export function runtimeEnvHash(facts: Readonly<Record<string, string>>, sha256: Sha256): Digest {
  return digestOf(commitHash("runtime_env_v1", facts, sha256));
}

/** The rules by which this program computes, as one digest. */
export function determinismProfileHash(sha256: Sha256): Digest {
  return digestOf(commitHash("determinism_profile_v1", { determinism: "bitwise", ...POLICY_IDS }, sha256));
}
