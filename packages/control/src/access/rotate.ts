/**
 * Ends what is known too widely: the owner's credential, open links, sessions, access tokens, and agents that came in
 * since something leaked. The record comes first, then one transaction of the directory. Agents keep their keys, prove
 * themselves again and go on.
 */
import {
  type DirectoryFacts,
  type OwnerCredential,
  PortError,
  type Rotation,
  type RotationProof,
} from "@tau-edge/ports";
import { ROTATION_ATTEMPTS_MAX } from "../limits.ts";
import type { RotateRequest, RotationResult } from "./access-acts.ts";
import type { AccessContext } from "./access-context.ts";
import { appendAct } from "./append-act.ts";
import { refuseAccess } from "./refusals.ts";
import { effectOf } from "./rotation-effect.ts";
import { type NewOwner, newOwner, planRotation, type RotationPlan, toRetire } from "./rotation-plan.ts";
import { draftRotated, type RotationFacts } from "./rotation-records.ts";

export async function rotate(request: RotateRequest, context: AccessContext): Promise<RotationResult> {
  const { directory, clock } = context.ports;
  const plan = planRotation(request, clock.nowUnixMs());
  if ("outcome" in plan) return plan;
  let facts = await directory.facts();
  if (request.expected_epoch !== undefined && request.expected_epoch !== facts.epoch)
    return refuseAccess("rotated_meanwhile");
  for (let attempt = 0; attempt < ROTATION_ATTEMPTS_MAX; attempt += 1) {
    const before = await context.owner.inForce(facts);
    const next = plan.credential ? await newOwner(request, before, facts, context) : undefined;
    if (next !== undefined && "outcome" in next) return next;
    const retired = next === undefined ? [] : toRetire(before, facts);
    const recorded = await recordRotation(request, plan, facts, context);
    if (recorded === undefined) return refuseAccess("rotated_meanwhile");
    const effect = {
      ...(await effectOf(recorded, context)),
      retired,
      ...(next !== undefined && { owner: next.owner }),
    };
    const proof = await directory.rotate(effect);
    if (proof.applied) return rotated({ proof, effect, next, retired }, context);
    const now = await directory.facts();
    // Somebody settled this one in between, who has no credential to give; or somebody else rotated.
    if (now.epoch !== recorded.epoch || now.owner?.verifier !== facts.owner?.verifier)
      return refuseAccess("rotated_meanwhile");
    facts = now;
  }
  throw new PortError("store_unavailable", "owner", "Somebody else was first every time");
}

/** @returns undefined when there is one on record that whoever asks does not know of */
async function recordRotation(
  request: RotateRequest,
  { credential, bootstrap, tokens, agents_since_unix_ms }: RotationPlan,
  facts: DirectoryFacts,
  context: AccessContext,
): Promise<RotationFacts | undefined> {
  const since = agents_since_unix_ms === undefined ? {} : { agents_since_unix_ms };
  const ends = { owner: credential, bootstrap, links: true, tokens, ...since };
  let epoch = 0;
  const recorded = await appendAct(
    request,
    (known) => {
      // What is on record is enforced, sooner or later: two that were let in under one epoch must not both get here.
      if (request.expected_epoch !== undefined && known.epoch > facts.epoch) return undefined;
      epoch = Math.max(known.epoch, facts.epoch) + 1;
      return draftRotated({ epoch, ...ends }, request.actor);
    },
    context,
  );
  return recorded ? { epoch, ...ends } : undefined;
}

interface Done {
  readonly proof: RotationProof;
  readonly effect: Rotation;
  readonly next: NewOwner | undefined;
  readonly retired: readonly OwnerCredential[];
}

async function rotated({ proof, effect, next, retired }: Done, context: AccessContext): Promise<RotationResult> {
  if (next !== undefined) await tryTheOldOnes(retired, context);
  return {
    outcome: "rotated",
    epoch: proof.epoch,
    ...(next?.new_token !== undefined && { new_token: next.new_token }),
    proof: {
      ...proof,
      credential_replaced: next !== undefined,
      bootstrap_key_replaced: effect.bootstrap_key !== undefined,
      sessions_voided: true,
    },
  };
}

/** The proof is not what was asked for, but what is so now. */
async function tryTheOldOnes(retired: readonly OwnerCredential[], { ports, owner }: AccessContext): Promise<void> {
  const facts = await ports.directory.facts();
  const inForce = await owner.inForce(facts);
  for (const old of retired)
    if (inForce?.verifier === old.verifier || !(await owner.isRetired(old, facts.retired)))
      throw new PortError("directory_corrupt", "owner", "The rotation was acknowledged, and the old credential counts");
}
