/** The one verdict that every runtime shares, for who would rather carry 13 KB than believe the platform's verifier. */
import { verifyEd25519 } from "@tau-edge/signature";
import type { VerifySignature } from "./gateway-proof.ts";

export const strictVerify: VerifySignature = (signature, message, publicKey) =>
  verifyEd25519(signature, message, publicKey).ok;
