/** A key that signs and does not come out: the platform's own arithmetic, whose time says nothing of the secret. */
export interface Signer {
  /** 32 bytes of Ed25519. */
  readonly publicKey: Uint8Array;
  /** 64 bytes of Ed25519 (RFC 8032 section 5.1.6). Not necessarily the same ones the next time. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}
