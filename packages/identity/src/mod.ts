/** Who is asking? */

export {
  type BootstrapLink,
  isGatewayBase,
  linkCheck,
  pinOf,
  readBootstrapLink,
  writeBootstrapLink,
} from "./bootstrap-link.ts";
export {
  bootstrapPayload,
  type PayloadContext,
  readBootstrapPayload,
  writeBootstrapPayload,
} from "./bootstrap-payload.ts";
export { type CompactJws, finishJws, jwsSigningInput, readCompactJws } from "./compact-jws.ts";
export {
  DERIVATION_REFUSALS,
  type Derivation,
  type DerivationRefusalCode,
  type DerivationRequest,
  deriveIdentity,
  isDevnet,
} from "./derive-identity.ts";
export { DERIVATION_DOMAIN } from "./derived-seed.ts";
export type { DidDocument, VerificationMethod } from "./did-document.ts";
export {
  DID_JWT_FAULTS,
  type DidJwtClaims,
  type DidJwtExpectation,
  type DidJwtFault,
  didJwtFault,
  didJwtSigningInput,
  readDidJwt,
  type UnverifiedDidJwt,
} from "./did-jwt.ts";
export { type DidKey, didKeyDocument, didKeyOf, parseDidKey } from "./did-key.ts";
export { type DidWeb, didWebFromUrl, didWebOf, didWebUrl, parseDidWeb } from "./did-web.ts";
export { didWebDocument, type WindowedKey } from "./did-web-document.ts";
export { type DidDocumentKey, type DidDocumentReading, readDidDocument } from "./did-web-reading.ts";
export { DPOP_FAULTS, type DpopExpectation, type DpopFault, dpopFault } from "./dpop-fault.ts";
export {
  type DpopClaims,
  type DpopHeaderReader,
  type DpopKey,
  type DpopProof,
  dpopHash,
  dpopSigningInput,
  readDpopProof,
  rememberDpopKeys,
} from "./dpop-proof.ts";
export { sameSecret } from "./equal-secrets.ts";
export { IDENTITY_ERRORS, IdentityError, type IdentityErrorCode } from "./errors.ts";
export type { JsonObject } from "./json-object.ts";
export { jwkThumbprint, type OkpJwk, okpJwk, readOkpJwk } from "./jwk.ts";
export {
  type HkdfSha256,
  type KeyDerivation,
  PORTABLE_KEY_DERIVATION,
  type Scrypt,
  type ScryptCost,
} from "./key-derivation.ts";
export {
  LEGACY_PROBLEMS,
  type LegacyClaim,
  type LegacyInputs,
  type LegacyProblem,
  type LegacyVerdict,
  legacyProblems,
  verifyLegacyDid,
} from "./legacy-did.ts";
export { type LegacyPayload, readLegacyPayload } from "./legacy-payload.ts";
export {
  DID_DOCUMENT_BYTES_MAX,
  ENTROPY_CHARS_MAX,
  PASSWORD_CHARS_MAX,
  PAYLOAD_BYTES_MAX,
} from "./limits.ts";
export { didKeyText } from "./multikey.ts";
export { checkName, type NameField, normalizeName } from "./names.ts";
export {
  isPasswordHash,
  type NewPassword,
  newPassword,
  type PasswordTrial,
  type Stretching,
  tryPassword,
} from "./password-hash.ts";
export { type BootstrapPayload, bootstrapPayloadSchema } from "./payload-schema.ts";
export {
  type LocalProofMemory,
  makeProofMemory,
  PROOF_MEMORY_LIMITS,
  type ProofAdmission,
  type ProofMemoryLimits,
  type SeenProof,
} from "./proof-memory.ts";
export {
  type Assurance,
  checkPlace,
  type DidMethod,
  type IdentityFacts,
  type PublicIdentity,
  parseDidMethod,
  publicIdentity,
} from "./public-identity.ts";
export { isSecretToken, writeSecretToken } from "./secret-token.ts";
export { type ServerNonces, serverNonces } from "./server-nonce.ts";
