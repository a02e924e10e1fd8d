/** The shape of the bootstrap payload: closed, so that no secret travels in a field that nobody looks at. */
import { z } from "zod";
import { EXCHANGE_URL_CHARS_MAX, NAME_CHARS_MAX } from "./limits.ts";
import { ASSURANCES, DID_METHODS } from "./public-identity.ts";

export const INTEROPERABILITY_PROFILE = "kamn_browser_v1";

/** S1's words for where a payload was made. */
export const PAYLOAD_RUNTIMES = ["native-host", "wasm-browser"] as const;

const did = z.string().regex(/^did:(?:key|web):[A-Za-z0-9.:%_-]+$/, "must be a did:key or did:web");
const name = z
  .string()
  .max(NAME_CHARS_MAX)
  .regex(/^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/, "must be lowercase letters, digits, `.`, `_`, `-`");
const didUrl = z.string().regex(/^did:(?:key|web):[A-Za-z0-9.:%_-]+#[A-Za-z0-9._-]+$/, "must be a DID and a fragment");
const multibase = z.string().regex(/^z[1-9A-HJ-NP-Za-km-z]{47}$/, "must be base58btc of a key");

const verificationMethod = z.strictObject({
  id: didUrl,
  type: z.literal("Multikey"),
  controller: did,
  publicKeyMultibase: multibase,
});

const document = z.strictObject({
  "@context": z.array(z.string()).length(1),
  id: did,
  verificationMethod: z.array(verificationMethod).length(1),
  authentication: z.array(didUrl).length(1),
  assertionMethod: z.array(didUrl).length(1),
  capabilityDelegation: z.array(didUrl).length(1).exactOptional(),
  capabilityInvocation: z.array(didUrl).length(1).exactOptional(),
  keyAgreement: z.array(verificationMethod).length(1).exactOptional(),
});

/**
 * HTTPS, or HTTP on this machine. Without a fragment, because a link's secret is one; without user, query or other
 * signs in which one could be hidden.
 */
const exchangeUrl = z
  .string()
  .max(EXCHANGE_URL_CHARS_MAX)
  .regex(
    /^(?:https:\/\/[a-z0-9.-]+|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]))(?::[0-9]{1,5})?(?:\/[A-Za-z0-9._-]+)+$/,
    "must be https, or http on this machine, with a plain path and nothing behind it",
  );

/** RFC 3339 in UTC. */
const instant = z
  .string()
  .regex(
    /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}(?:\.[0-9]{1,3})?Z$/,
    "must be an instant such as 2026-11-21T17:00:00Z",
  );

const facts = { method: z.enum(DID_METHODS), network: name, subject: name, did, key_id: didUrl };

export const bootstrapPayloadSchema = z.strictObject({
  schema_version: z.literal(1),
  runtime: z.enum(PAYLOAD_RUNTIMES),
  interoperability_profile: z.literal(INTEROPERABILITY_PROFILE),
  identity: z.strictObject({ schema_version: z.literal(1), ...facts }),
  ...facts,
  public_key_multibase: multibase,
  document,
  document_sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be 64 lowercase hex digits"),
  assurance: z.enum(ASSURANCES),
  gateway_did: did.exactOptional(),
  bootstrap: z.strictObject({ exchange_url: exchangeUrl, expires_at: instant }).exactOptional(),
});

export type BootstrapPayload = z.infer<typeof bootstrapPayloadSchema>;
