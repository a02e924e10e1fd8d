/** Gathers what a preflight looks at (S3, `PreflightChecks_v1`). Everything is read anew: exposure depends on it. */
import type { Digest } from "@tau-edge/encoding";
import { type CommitObject, LedgerError, type RecordDraft } from "@tau-edge/ledger";
import { type ObjectReader, PortError } from "@tau-edge/ports";
import {
  lastCommit,
  lintPlan,
  type Plan,
  type PreflightFacts,
  type ReleaseRef,
  RolloutError,
  type Run,
  restoreCheckpoint,
  type StreamState,
} from "@tau-edge/rollout";
import { STRUCTURED_OBJECT_BYTES_MAX } from "../limits.ts";
import { findObject, readFound } from "./found-object.ts";
import { promotionOf } from "./promotion.ts";
import type { RolloutPorts } from "./rollout-ports.ts";
import type { RolloutPlace, RolloutStream } from "./rollout-streams.ts";
import { addedCapabilities, type TargetFacts, targetFacts } from "./target-facts.ts";

export interface PreflightSubject {
  readonly kind: Run["kind"];
  readonly plan: Plan;
  readonly target: ReleaseRef;
  /** Of the environment profile. */
  readonly configuration: PreflightFacts["configuration"];
  readonly lockfile_hash?: Digest;
  readonly accept_noise: boolean;
  /** Of an earlier preflight for the same plan and release: what was given then need not be given again. */
  readonly earlier?: PreflightFacts;
  /** Objects that the records of a run name that goes on. */
  readonly named?: Iterable<Digest>;
}

export interface GatheredFacts {
  readonly facts: PreflightFacts;
  /** Objects that the facts name. */
  readonly objects: readonly CommitObject[];
  readonly seen?: NonNullable<RecordDraft["seen"]>;
}

/** @throws PortError `store_unavailable` where a run goes on: what cannot be looked at is no reason to roll it back */
export async function gatherFacts(
  place: RolloutPlace,
  { state }: RolloutStream,
  subject: PreflightSubject,
  ports: RolloutPorts,
): Promise<GatheredFacts> {
  const { kind, plan, target, named } = subject;
  const found = await targetFacts(target, ports.objects);
  if (named !== undefined && found.objects === "unreachable")
    throw new PortError("store_unavailable", "objects", "The objects of the release cannot be reached");
  const promotion = await promotionOf(place, plan, named !== undefined, ports);
  const { artifact, manifest, release, objects, artifact_size_bytes } = found;
  const free_bytes = await ports.space.freeBytes();
  const facts: PreflightFacts = {
    artifact,
    manifest,
    release,
    signature: (await ports.vouch?.(target)) ?? "not_signed",
    lockfile: lockfileFact(found.lockfile_hash, subject),
    plan_refused_by: kind === "undo" ? [] : (subject.earlier?.plan_refused_by ?? refusingRules(subject)),
    configuration: subject.configuration,
    checkpoint: await checkpointFact(state, ports.objects),
    trace: named === undefined || (await areSound(named, ports.objects)) ? "complete" : "incomplete",
    ledger: await ledgerFact(state, ports),
    objects,
    ...(free_bytes === undefined ? {} : { free_bytes }),
    artifact_size_bytes,
    capabilities_added: await capabilitiesFact(state, subject, found, ports.objects),
    ...(promotion.fact === undefined ? {} : { promoted_from: promotion.fact }),
  };
  return {
    facts,
    objects: promotion.object === undefined ? [] : [promotion.object],
    ...(promotion.seen === undefined ? {} : { seen: promotion.seen }),
  };
}

function lockfileFact(
  wanted: Digest | undefined,
  { lockfile_hash, earlier }: PreflightSubject,
): PreflightFacts["lockfile"] {
  if (wanted === undefined) return "not_named";
  if (lockfile_hash === undefined) return earlier?.lockfile ?? "not_given";
  return lockfile_hash === wanted ? "matches" : "differs";
}

function refusingRules({ plan, accept_noise }: PreflightSubject): readonly string[] {
  const findings = lintPlan(plan, { accept_noise }).filter(({ refuses }) => refuses);
  return [...new Set(findings.map(({ rule }) => rule))];
}

async function checkpointFact(state: StreamState, objects: ObjectReader): Promise<PreflightFacts["checkpoint"]> {
  const commit = lastCommit(state);
  if (commit === undefined) return "none";
  const found = await findObject(commit.checkpoint_hash, STRUCTURED_OBJECT_BYTES_MAX, objects);
  const isRefusal = (error: unknown) => error instanceof LedgerError || error instanceof RolloutError;
  const restored = readFound(found, restoreCheckpoint, isRefusal);
  return restored?.stream === state.stream ? "restored" : "incompatible";
}

async function areSound(named: Iterable<Digest>, objects: ObjectReader): Promise<boolean> {
  for (const digest of named) {
    const { state } = await findObject(digest, STRUCTURED_OBJECT_BYTES_MAX, objects);
    if (state === "unreachable") throw new PortError("store_unavailable", digest, "The object cannot be reached");
    if (state !== "verified") return false;
  }
  return true;
}

/** An append of nothing takes the lock that every append takes, and writes no record. */
async function ledgerFact(state: StreamState, { ledger, clock }: RolloutPorts): Promise<PreflightFacts["ledger"]> {
  try {
    const { stream, next_seq } = state;
    await ledger.append({
      stream,
      expected_seq: next_seq - 1,
      drafts: [],
      objects: [],
      now_unix_ms: clock.nowUnixMs(),
      accept_clock_jump: true,
    });
    return "writable";
  } catch (error) {
    if (error instanceof PortError && error.code.startsWith("store_")) return "unwritable";
    throw error;
  }
}

async function capabilitiesFact(
  state: StreamState,
  { kind, plan }: PreflightSubject,
  { capabilities }: TargetFacts,
  objects: ObjectReader,
): Promise<readonly string[]> {
  const baseline = lastCommit(state)?.target.artifact;
  // Of an artifact that cannot be read, `artifact` says so already.
  if (kind === "undo" || plan.baseline === "none" || baseline === undefined || capabilities === undefined) return [];
  return addedCapabilities(capabilities, baseline, objects);
}
