/**
 * Who gets what: the few facts of a stream that resolving needs, and the rule (formats.md d.13). Sticky, because a
 * bucket depends on rollout and key alone; monotone, because a weight only rises within an attempt; without state.
 */
import type { Digest, Sha256 } from "@tau-edge/encoding";
import { cohortBucket, inCohort } from "./cohort.ts";
import type { WindowRef } from "./decide/command.ts";
import type { ReleaseRef } from "./release.ts";
import { activeRun, lastCommit, type StreamState } from "./state.ts";

export interface Candidate extends WindowRef {
  readonly rollout_id: string;
  readonly target: ReleaseRef;
  /** Share of keys, a holdback already taken off. 0 while it may be reached by name only. */
  readonly weight_bp: number;
}

export interface Assignment {
  /** What everybody gets who gets nothing else; absent: nothing was ever committed. */
  readonly stable?: ReleaseRef;
  /** Of an open rollout that exposes its target, or is about to. */
  readonly candidate?: Candidate;
}

export function assignmentOf(state: StreamState): Assignment {
  const stable = lastCommit(state)?.target;
  const candidate = candidateOf(state);
  return {
    ...(stable === undefined ? {} : { stable }),
    ...(candidate === undefined ? {} : { candidate }),
  };
}

function candidateOf(state: StreamState): Candidate | undefined {
  const run = activeRun(state);
  // What is being rolled back reaches nobody, not even by name.
  if (run === undefined || run.phase === "rolling_back") return undefined;
  const { rollout_id, target, attempt, stage, window } = run;
  // Nobody is held back with a release that an undo takes back.
  const holdback_bp = run.kind === "undo" ? 0 : run.plan.policy.holdback_bp;
  const weight_bp = Math.min(run.weight_bp, 10_000 - holdback_bp);
  return { rollout_id, target, attempt, stage, window: window?.number ?? 0, weight_bp };
}

/** Why a key gets what it gets. */
export type AssignedBy =
  /** Its bucket lies below the weight. */
  | "cohort"
  /** Its bucket does not. */
  | "outside_cohort"
  /** No rollout exposes anything. */
  | "committed"
  /** Without a key nobody can stay where they are. */
  | "no_key"
  /** Asked for by name. */
  | "override";

export type Resolved =
  | {
      readonly outcome: "release";
      readonly release: ReleaseRef;
      readonly by: AssignedBy;
      /** 0 to 9999; absent where no bucket decided. */
      readonly bucket?: number;
      /** Which arm of which window observations belong to; absent while none is open. */
      readonly arm?: { readonly name: "candidate" | "baseline"; readonly candidate: Candidate };
    }
  | { readonly outcome: "none"; readonly code: "no_release" | "override_unknown" };

export interface Asking {
  /** Identifies whoever asks, for as long as they are to get the same. */
  readonly version_key?: string;
  /** A release of this stream that is wanted by name: the candidate's or the stable one. */
  readonly override?: Digest;
}

export function resolve(assignment: Assignment, asking: Asking, sha256: Sha256): Resolved {
  const { stable, candidate } = assignment;
  if (asking.override !== undefined) return resolveByName(assignment, asking.override);
  const exposed = candidate !== undefined && candidate.weight_bp > 0;
  if (!exposed) return stable === undefined ? NONE : { outcome: "release", release: stable, by: "committed" };
  if (asking.version_key === undefined)
    return stable === undefined ? NONE : { outcome: "release", release: stable, by: "no_key" };
  const bucket = cohortBucket(candidate.rollout_id, asking.version_key, sha256);
  if (inCohort(bucket, candidate.weight_bp))
    return {
      outcome: "release",
      release: candidate.target,
      by: "cohort",
      bucket,
      arm: { name: "candidate", candidate },
    };
  if (stable === undefined) return NONE;
  return { outcome: "release", release: stable, by: "outside_cohort", bucket, arm: { name: "baseline", candidate } };
}

const NONE: Resolved = { outcome: "none", code: "no_release" };

/** Observations of what was asked for by name are nobody's sample: there is no arm. */
function resolveByName({ stable, candidate }: Assignment, wanted: Digest): Resolved {
  for (const release of [candidate?.target, stable])
    if (release?.release === wanted) return { outcome: "release", release, by: "override" };
  return { outcome: "none", code: "override_unknown" };
}
