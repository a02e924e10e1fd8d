/** Is this signature good, now? For requests that are answered at once; what is stored or replayed asks `verifyEd25519`. */

/**
 * PureEdDSA with Ed25519 (RFC 8032 section 5.1.7) over the raw message. Whoever implements it gives the verdict of
 * `verifyEd25519` and never throws for what the bytes say; it may answer at once, where a promise would cost a turn.
 * @param signature 64 bytes
 * @param publicKey 32 bytes
 */
export type LiveVerify = (
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
) => boolean | Promise<boolean>;
