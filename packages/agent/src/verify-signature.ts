/** Is a signature of the gateway good? By the platform, behind the checks in which platforms differ. */
import { liveEd25519Fault } from "@tau-edge/signature";
import type { VerifySignature } from "./gateway-proof.ts";

export const platformVerify: VerifySignature = async (signature, message, publicKey) => {
  // Whose key it is follows from the pin, or from nothing: whether it is a good point would add nothing to that.
  if (liveEd25519Fault(signature, publicKey, () => "ok") !== undefined) return false;
  const key = await crypto.subtle.importKey("raw", Uint8Array.from(publicKey), "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", key, Uint8Array.from(signature), Uint8Array.from(message));
};
