/**
 * Which proofs were seen already (RFC 9449 section 11.1): each counts once. What is asked here has a good signature;
 * otherwise strangers would fill the memory in the name of others.
 */
import { PROOF_MEMORY_MS } from "./limits.ts";
import type { ServerNonces } from "./server-nonce.ts";

/** `busy`: there is no room to remember it, so it is not admitted. Nothing is forgotten before its time. */
export type ProofAdmission = "ok" | "replayed" | "nonce_stale" | "busy";

export interface SeenProof {
  readonly jkt: string;
  readonly jti: string;
  /** undefined: not demanded for this request. */
  readonly nonce: string | undefined;
  readonly epoch: number;
  readonly now_unix_ms: number;
}

export interface LocalProofMemory {
  nonce(epoch: number, now_unix_ms: number): string;
  admit(proof: SeenProof): ProofAdmission;
}

export interface ProofMemoryLimits {
  readonly proofs_max: number;
  readonly proofs_per_key_max: number;
}

/** 121 s at 1,650 proofs a second; of one agent 16 a second. */
export const PROOF_MEMORY_LIMITS: ProofMemoryLimits = { proofs_max: 200_000, proofs_per_key_max: 2_000 };

/** Proofs of one second, which are forgotten together. */
interface Second {
  readonly number: number;
  readonly proofs: SeenProof[];
}

/** Of one process. A clock that goes back is taken for one that stands: what was forgotten would count again. */
export function makeProofMemory(
  nonces: ServerNonces,
  limits: ProofMemoryLimits = PROOF_MEMORY_LIMITS,
): LocalProofMemory {
  const jtisOf = new Map<string, Set<string>>();
  const seconds: Second[] = [];
  let held = 0;
  let latest_unix_ms = 0;

  function advance(now_unix_ms: number): number {
    latest_unix_ms = Math.max(latest_unix_ms, now_unix_ms);
    for (let oldest = seconds[0]; oldest !== undefined; oldest = seconds[0]) {
      if ((oldest.number + 1) * 1_000 + PROOF_MEMORY_MS > latest_unix_ms) break;
      for (const proof of oldest.proofs) forget(proof);
      seconds.shift();
    }
    return latest_unix_ms;
  }

  function forget({ jkt, jti }: SeenProof): void {
    const jtis = jtisOf.get(jkt);
    if (jtis?.delete(jti) === true) held -= 1;
    if (jtis?.size === 0) jtisOf.delete(jkt);
  }

  function remember(proof: SeenProof, number: number): void {
    const jtis = jtisOf.get(proof.jkt);
    if (jtis === undefined) jtisOf.set(proof.jkt, new Set([proof.jti]));
    else jtis.add(proof.jti);
    held += 1;
    const last = seconds.at(-1);
    if (last?.number === number) last.proofs.push(proof);
    else seconds.push({ number, proofs: [proof] });
  }

  return {
    nonce: (epoch, now_unix_ms) => nonces.current(epoch, advance(now_unix_ms)),
    admit(proof) {
      const now_unix_ms = advance(proof.now_unix_ms);
      const { jkt, jti, nonce, epoch } = proof;
      if (nonce !== undefined && !nonces.accepts(nonce, epoch, now_unix_ms)) return "nonce_stale";
      const jtis = jtisOf.get(jkt);
      if (jtis?.has(jti) === true) return "replayed";
      if (held >= limits.proofs_max || (jtis?.size ?? 0) >= limits.proofs_per_key_max) return "busy";
      remember(proof, Math.floor(now_unix_ms / 1_000));
      return "ok";
    },
  };
}
