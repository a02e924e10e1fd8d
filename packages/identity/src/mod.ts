/** Who is asking? */
export {
  bootstrapPayload,
  type PayloadContext,
  readBootstrapPayload,
  writeBootstrapPayload,
} from "./bootstrap-payload.ts";
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
export { type DidKey, didKeyDocument, didKeyOf, parseDidKey } from "./did-key.ts";
export { type DidWeb, didWebFromUrl, didWebOf, didWebUrl, parseDidWeb } from "./did-web.ts";
export { didWebDocument, type WindowedKey } from "./did-web-document.ts";
export { IDENTITY_ERRORS, IdentityError, type IdentityErrorCode } from "./errors.ts";
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
export { ENTROPY_CHARS_MAX, PAYLOAD_BYTES_MAX } from "./limits.ts";
export { checkName, type NameField, normalizeName } from "./names.ts";
export { type BootstrapPayload, bootstrapPayloadSchema } from "./payload-schema.ts";
export {
  type Assurance,
  checkPlace,
  type DidMethod,
  type IdentityFacts,
  type PublicIdentity,
  parseDidMethod,
  publicIdentity,
} from "./public-identity.ts";
