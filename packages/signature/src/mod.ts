/** Is this signature good? One strict verdict on every runtime. */
export { checkEd25519PublicKey, type SignatureVerdict, verifyEd25519 } from "./ed25519.ts";
export { KEY_FAULT_MEANINGS, type KeyFault, SIGNATURE_FAULT_MEANINGS, type SignatureFault } from "./faults.ts";
