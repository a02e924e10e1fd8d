/** Is this signature good? One strict verdict on every runtime. */
export {
  checkEd25519PublicKey,
  type Ed25519KeyCheck,
  liveEd25519Fault,
  type SignatureVerdict,
  verifyEd25519,
} from "./ed25519.ts";
export { ed25519PublicKey, x25519FromEd25519 } from "./ed25519-keys.ts";
export { KEY_FAULT_MEANINGS, type KeyFault, SIGNATURE_FAULT_MEANINGS, type SignatureFault } from "./faults.ts";
export { checkP256PublicKey, type P256Verdict, verifyP256 } from "./p256.ts";
export {
  P256_KEY_FAULT_MEANINGS,
  P256_SIGNATURE_FAULT_MEANINGS,
  type P256KeyFault,
  type P256SignatureFault,
} from "./p256-faults.ts";
export { rememberGoodKeys } from "./remembered-keys.ts";
