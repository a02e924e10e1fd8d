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
import type { RotateRequest, RotationResult } from "./access.ts";
import type { AccessContext } from "./access-context.ts";
import { appendAct } from "./append-act.ts";
import { BOOTSTRAP_KEY_BYTES } from "./bootstrap-key.ts";
import { refuseAccess } from "./refusals.ts";
import { type NewOwner, newOwner, planRotation, type RotationPlan, toRetire } from "./rotation-plan.ts";
import { draftRotated } from "./rotation-records.ts";

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
    const epoch = await recordRotation(request, plan, facts, context);
    if (epoch === undefined) return refuseAccess("rotated_meanwhile");
    const proof = await directory.rotate(rotationOf({ epoch, plan, next, retired }, context));
    if (proof.applied) return rotated(proof, plan, next, retired, context);
    const now = await directory.facts();
    // Somebody settled this one in between, who has no credential to give; or somebody else rotated.
    if (now.epoch !== epoch || now.owner?.verifier !== facts.owner?.verifier) return refuseAccess("rotated_meanwhile");
    facts = now;
  }
  throw new PortError("store_unavailable", "owner", "Somebody else was first every time");
}

/** @returns the epoch that this rotation begins; undefined when there is one on record that whoever asks does not know of */
async function recordRotation(
  request: RotateRequest,
  { credential, bootstrap, tokens, agents_since_unix_ms }: RotationPlan,
  facts: DirectoryFacts,
  context: AccessContext,
): Promise<number | undefined> {
  let epoch = 0;
  const recorded = await appendAct(
    request,
    (known) => {
      // What is on record is enforced, sooner or later: two that were let in under one epoch must not both get here.
      if (request.expected_epoch !== undefined && known.epoch > facts.epoch) return undefined;
      epoch = Math.max(known.epoch, facts.epoch) + 1;
      const since = agents_since_unix_ms === undefined ? {} : { agents_since_unix_ms };
      return draftRotated({ epoch, owner: credential, bootstrap, links: true, tokens, ...since }, request.actor);
    },
    context,
  );
  return recorded ? epoch : undefined;
}

interface Parts {
  readonly epoch: number;
  readonly plan: RotationPlan;
  readonly next: NewOwner | undefined;
  readonly retired: readonly OwnerCredential[];
}

function rotationOf({ epoch, plan, next, retired }: Parts, { ports }: AccessContext): Rotation {
  const { bootstrap, tokens, agents_since_unix_ms } = plan;
  return {
    ...{ epoch, now_unix_ms: ports.clock.nowUnixMs(), links: true, tokens, retired },
    ...(next !== undefined && { owner: next.owner }),
    ...(bootstrap && { bootstrap_key: ports.randomBytes(BOOTSTRAP_KEY_BYTES) }),
    ...(agents_since_unix_ms !== undefined && { agents_since_unix_ms }),
  };
}

async function rotated(
  proof: RotationProof,
  plan: RotationPlan,
  next: NewOwner | undefined,
  retired: readonly OwnerCredential[],
  context: AccessContext,
): Promise<RotationResult> {
  if (next !== undefined) await tryTheOldOnes(retired, context);
  return {
    outcome: "rotated",
    epoch: proof.epoch,
    ...(next?.new_token !== undefined && { new_token: next.new_token }),
    proof: {
      ...proof,
      credential_replaced: next !== undefined,
      bootstrap_key_replaced: plan.bootstrap,
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
