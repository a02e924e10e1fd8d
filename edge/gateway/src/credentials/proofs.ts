/**
 * Does the sender of this request hold a key? DPoP proofs (RFC 9449 section 4.3), in an order in which strangers cost
 * little: what needs no key first, then whether anybody here knows the key, then its signature. Only a good proof of a
 * known key is remembered, so that nobody else can fill the memory.
 */
import { EncodingError, fromBase64url } from "@tau-edge/encoding";
import {
  type DpopProof,
  didKeyText,
  dpopFault,
  IdentityError,
  readCompactJws,
  readDpopProof,
} from "@tau-edge/identity";
import type { ProofAdmission } from "@tau-edge/ports";
import { z } from "zod";
import type { AgentServices } from "../ports.ts";
import type { ProblemCode } from "../problems/problems.ts";
import { after } from "../request/after.ts";
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

/** The proof, which is good this one time, or the refusal with its challenge. */
export type CheckedProof = DpopProof | Response;

export function checkProof(call: Call, demands: ProofDemands): CheckedProof | Promise<CheckedProof> {
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
  return after<Response | undefined, CheckedProof>(known?.(proof), (stranger) => {
    if (stranger !== undefined) return stranger;
    return after<boolean, CheckedProof>(agents.verify(proof.signature, proof.signingInput, proof.publicKey), (good) =>
      good ? after(epoch(), (inForce) => admit(call, agents, proof, inForce)) : refuseProof(call, "dpop_signature"),
    );
  });
}

function admit(
  call: Call,
  agents: AgentServices,
  proof: DpopProof,
  epoch: number,
): CheckedProof | Promise<CheckedProof> {
  const { ath, jkt, jti, nonce } = proof;
  // Of now: in a crowd, the time of before comes after that of others, and the memory would take its clock for turned back.
  const proven = { jkt, jti, nonce, epoch, now_unix_ms: call.services.clock.nowUnixMs() };
  return after<ProofAdmission, CheckedProof>(agents.proofs.admit(proven), (admission) => {
    if (admission === "nonce_stale") return refuse(call, "use_dpop_nonce", "use_dpop_nonce");
    if (admission === "replayed") return refuseProof(call, "dpop_replayed");
    if (admission === "busy") return call.problem("proofs_full");
    // Whoever gets a token is told in any case: the proof beside it needs one.
    return after(tellNonce(call, ath === undefined ? undefined : nonce), () => proof);
  });
}

/** 32 bytes in base64url. */
const ClaimedKeySchema = z.looseObject({ jwk: z.looseObject({ x: z.string().length(43) }) });

/** Whose a proof says it is, with nothing of it checked. @returns undefined for what is no proof */
export function claimedDid(call: Call): string | undefined {
  try {
    const { header } = readCompactJws(call.c.req.raw.headers.get("dpop") ?? "");
    const claimed = ClaimedKeySchema.safeParse(header);
    return claimed.success ? didKeyText(fromBase64url(claimed.data.jwk.x)) : undefined;
  } catch (error) {
    if (error instanceof IdentityError || error instanceof EncodingError) return undefined;
    throw error;
  }
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
function refuseProof(call: Call, fault: string): Response | Promise<Response> {
  return refuse(call, "invalid_dpop_proof", "invalid_dpop_proof", { fault });
}

/** Of a token, or of a key without one: it is not good here. */
export function refuseKey(call: Call, code: ProblemCode): Response | Promise<Response> {
  return refuse(call, code, "invalid_token");
}

function refuse(
  call: Call,
  code: ProblemCode,
  error: string,
  members: Readonly<Record<string, string>> = {},
): Response | Promise<Response> {
  const headers = { "www-authenticate": `DPoP error="${error}", ${ALGORITHMS}` };
  return after(tellNonce(call, undefined), () => call.problem(code, { members, headers }));
}

/** RFC 9449 section 8.2: with every answer after which another nonce should be used. */
function tellNonce(call: Call, used: string | undefined): undefined | Promise<undefined> {
  const { agents, epoch, clock } = call.services;
  if (agents === undefined || epoch === undefined) return undefined;
  return after(epoch(), (inForce) =>
    after(agents.proofs.nonce(inForce, clock.nowUnixMs()), (nonce) => {
      if (nonce !== used) call.alsoSend({ "dpop-nonce": nonce });
      return undefined;
    }),
  );
}
