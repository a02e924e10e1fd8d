/** DID documents as W3C DID 1.1 has them, in the one form that we write: absolute ids, Multikey, nothing else. */

/** It defines Multikey and all relationships, so it is the only one needed. */
export const DID_CONTEXT = "https://www.w3.org/ns/did/v1.1";

export interface VerificationMethod {
  /** `<did>#<name of the key>`. */
  readonly id: string;
  readonly type: "Multikey";
  readonly controller: string;
  readonly publicKeyMultibase: string;
}

/** The names are W3C's. */
export interface DidDocument {
  readonly "@context": readonly string[];
  readonly id: string;
  readonly verificationMethod: readonly VerificationMethod[];
  readonly authentication: readonly string[];
  readonly assertionMethod: readonly string[];
  readonly capabilityDelegation?: readonly string[];
  readonly capabilityInvocation?: readonly string[];
  /** Embedded, so that nobody finds a key that cannot sign among those that can. */
  readonly keyAgreement?: readonly VerificationMethod[];
}

export function verificationMethod(did: string, name: string, publicKeyMultibase: string): VerificationMethod {
  return { id: `${did}#${name}`, type: "Multikey", controller: did, publicKeyMultibase };
}
