/**
 * Does the sender of this request hold a key? DPoP proofs (RFC 9449 section 4.3), in an order in which strangers cost
 * little: what needs no key first, then whether anybody here knows the key, then its signature. Only a good proof of a
 * known key is remembered, so that nobody else can fill the memory.
 */
import { type DpopProof, dpopFault, IdentityError, readDpopProof } from "@tau-edge/identity";
import type { ProblemCode } from "../problems.ts";
import type { Call } from "../route.ts";
import { proofUrlOf } from "./proof-url.ts";

/** RFC 9449 section 5.1; RFC 9864 gives the second name. */
const ALGORITHMS = 'algs="EdDSA Ed25519"';

export interface ProofDemands {
  /** Of the access token beside the proof: base64url of its SHA-256. */
  readonly ath?: string;
  readonly linkSecret?: string;
  /** Whether a proof without a nonce is refused. One that is there is looked at in any case. */
  readonly nonce: boolean;
  /** Whether the key may go on; a response refuses it. */
  known?(proof: DpopProof): Response | undefined | Promise<Response | undefined>;
}

/** @returns the proof, which is good this one time, or the refusal with its challenge */
export async function checkProof(call: Call, demands: ProofDemands): Promise<DpopProof | Response> {
  const { agents, epoch, clock, sha256 } = call.services;
  if (agents === undefined || epoch === undefined) return call.problem("not_supported_here");
  const url = proofUrlOf(call);
  if (url === undefined) return call.problem("public_base_url_missing");
  const proof = readProof(call);
  if (typeof proof === "string") return refuseProof(call, proof);
  const { nonce: isNonceDemanded, known, ...shown } = demands;
  const request = { method: call.c.req.method, url, now_unix_ms: clock.nowUnixMs() };
  const fault = dpopFault(proof, { ...request, ...shown }, sha256);
  if (fault !== undefined) return refuseProof(call, fault);
  if (isNonceDemanded && proof.nonce === undefined) return refuse(call, "use_dpop_nonce", "use_dpop_nonce");
  const stranger = await known?.(proof);
  if (stranger !== undefined) return stranger;
  if (!(await agents.verify(proof.signature, proof.signingInput, proof.publicKey)))
    return refuseProof(call, "dpop_signature");
  const { jkt, jti, nonce } = proof;
  const inForce = await epoch();
  // Of now: in a crowd, the time of before comes after that of others, and the memory would take its clock for turned back.
  const proven = { jkt, jti, nonce, epoch: inForce, now_unix_ms: clock.nowUnixMs() };
  const admission = await agents.proofs.admit(proven);
  if (admission === "nonce_stale") return refuse(call, "use_dpop_nonce", "use_dpop_nonce");
  if (admission === "replayed") return refuseProof(call, "dpop_replayed");
  if (admission === "busy") return call.problem("proofs_full");
  // Whoever gets a token is told in any case: the proof beside it needs one.
  await tellNonce(call, shown.ath === undefined ? undefined : nonce);
  return proof;
}

/** RFC 9449 section 4.3, step 1: several fields come as one text with commas, and no proof has a comma. */
function readProof(call: Call): DpopProof | string {
  const field = call.c.req.raw.headers.get("dpop");
  if (field === null) return "dpop_missing";
  try {
    return readDpopProof(field, call.services.sha256, call.services.proofKeys);
  } catch (error) {
    if (error instanceof IdentityError) return error.code;
    throw error;
  }
}

/** RFC 9449 section 7.1. @param fault what is wrong with the proof, for whoever writes an agent */
function refuseProof(call: Call, fault: string): Promise<Response> {
  return refuse(call, "invalid_dpop_proof", "invalid_dpop_proof", { fault });
}

/** Of a token, or of a key without one: it is not good here. */
export function refuseKey(call: Call, code: ProblemCode): Promise<Response> {
  return refuse(call, code, "invalid_token");
}

async function refuse(
  call: Call,
  code: ProblemCode,
  error: string,
  members: Readonly<Record<string, string>> = {},
): Promise<Response> {
  await tellNonce(call, undefined);
  return call.problem(code, { members, headers: { "www-authenticate": `DPoP error="${error}", ${ALGORITHMS}` } });
}

/** RFC 9449 section 8.2: with every answer after which another nonce should be used. */
async function tellNonce(call: Call, used: string | undefined): Promise<void> {
  const { agents, epoch, clock } = call.services;
  if (agents === undefined || epoch === undefined) return;
  const inForce = await epoch();
  const nonce = await agents.proofs.nonce(inForce, clock.nowUnixMs());
  if (nonce !== used) call.alsoSend({ "dpop-nonce": nonce });
}
