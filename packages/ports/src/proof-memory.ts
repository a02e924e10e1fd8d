/** Which proofs of possession were seen already: each is good once (RFC 9449 section 11.1). */

export interface ProofToAdmit {
  /** RFC 7638 thumbprint of the key that made the proof. */
  readonly jkt: string;
  readonly jti: string;
  /** undefined: none is demanded of this request. */
  readonly nonce: string | undefined;
  /** The one in force: nonces of an earlier one are stale. */
  readonly epoch: number;
  readonly now_unix_ms: number;
}

/** `busy`: too many proofs are remembered to take another one; none is forgotten early for it. */
export type ProofAdmission = "ok" | "replayed" | "nonce_stale" | "busy";

export interface ProofMemory {
  /** What the next proof should carry (RFC 9449 section 8). */
  nonce(epoch: number, now_unix_ms: number): string | Promise<string>;
  /** Remembers the proof when it answers `ok`. */
  admit(proof: ProofToAdmit): ProofAdmission | Promise<ProofAdmission>;
}
