/**
 * Which proofs were seen already (RFC 9449 section 11.1): each counts once. What is asked here has a good signature;
 * otherwise strangers would fill the memory in the name of others.
 */
import { NONCE_BUCKET_MS, PROOF_MEMORY_MS } from "./limits.ts";
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

/** At 1,500 proofs a second in all; 15 a second of one agent. */
export const PROOF_MEMORY_LIMITS: ProofMemoryLimits = { proofs_max: 200_000, proofs_per_key_max: 2_000 };

/** Proofs of these milliseconds are forgotten together, at no cost: a sweep of single ones would stall requests. */
const SLOT_MS = 11_000;

interface Slot {
  readonly number: number;
  /** Key and name of each proof; as one text, which holds on to nothing of the token that it came from. */
  readonly proofs: Set<string>;
  readonly countOf: Map<string, number>;
}

/** More than what a clock is corrected by while it runs; and what `PROOF_MEMORY_MS` has beyond the life of a proof. */
const CLOCK_BACK_MS_MAX = 1_000;

/**
 * Of one process. When the clock goes back a little, time stands still here until it has caught up: going on each time
 * would add up to a time that runs ahead, and proofs would be forgotten while they count. When it goes back further, time
 * goes on from there; what was forgotten before could then be of now again, so no nonce from before is taken.
 */
export function makeProofMemory(
  nonces: ServerNonces,
  limits: ProofMemoryLimits = PROOF_MEMORY_LIMITS,
): LocalProofMemory {
  /** Oldest first; a dozen. */
  let slots: Slot[] = [];
  let latest_ms = 0;
  let behind_ms = 0;
  let leap_ms = 0;

  function advance(now_unix_ms: number): void {
    const back_ms = latest_ms - (now_unix_ms + behind_ms);
    if (back_ms > CLOCK_BACK_MS_MAX) {
      behind_ms += back_ms;
      leap_ms += 2 * NONCE_BUCKET_MS;
    }
    latest_ms = Math.max(latest_ms, now_unix_ms + behind_ms);
    const isNeeded = ({ number }: Slot) => (number + 1) * SLOT_MS + PROOF_MEMORY_MS > latest_ms;
    if (!slots.every(isNeeded)) slots = slots.filter(isNeeded);
  }

  function hasRoom(jkt: string): boolean {
    const ofKey = slots.reduce((sum, { countOf }) => sum + (countOf.get(jkt) ?? 0), 0);
    const inAll = slots.reduce((sum, { proofs }) => sum + proofs.size, 0);
    return inAll < limits.proofs_max && ofKey < limits.proofs_per_key_max;
  }

  function remember(jkt: string, name: string): void {
    const { proofs, countOf } = slotOf(Math.floor(latest_ms / SLOT_MS));
    proofs.add(name);
    countOf.set(jkt, (countOf.get(jkt) ?? 0) + 1);
  }

  function slotOf(number: number): Slot {
    const last = slots.at(-1);
    if (last?.number === number) return last;
    const slot: Slot = { number, proofs: new Set(), countOf: new Map() };
    slots.push(slot);
    return slot;
  }

  return {
    nonce(epoch, now_unix_ms) {
      advance(now_unix_ms);
      return nonces.current(epoch, latest_ms + leap_ms);
    },
    admit({ jkt, jti, nonce, epoch, now_unix_ms }) {
      advance(now_unix_ms);
      if (nonce !== undefined && !nonces.accepts(nonce, epoch, latest_ms + leap_ms)) return "nonce_stale";
      const name = `${jkt} ${jti}`;
      if (slots.some(({ proofs }) => proofs.has(name))) return "replayed";
      if (!hasRoom(jkt)) return "busy";
      remember(jkt, name);
      return "ok";
    },
  };
}
