/** The original's `browser-did.json` (contract table 4): read in order to say what is in it, never to use it. */
import { EncodingError, fromBase64url, fromHex, type JsonValue, toHex } from "@tau-edge/encoding";
import { z } from "zod";
import { IdentityError } from "./errors.ts";
import { legacyDidOf } from "./legacy-did.ts";
import { LEGACY_NAME_CHARS_MAX } from "./limits.ts";
import { readPayloadJson } from "./payload-json.ts";
import { INTEROPERABILITY_PROFILE } from "./payload-schema.ts";
import { DID_METHODS, type DidMethod } from "./public-identity.ts";

/** What it claims. With the entropy, `verifyLegacyDid` tells whether the original made it. */
export interface LegacyPayload {
  readonly method: DidMethod;
  readonly network: string;
  readonly subject: string;
  readonly did: string;
  /** A hash of the entropy: for comparing, not for showing. */
  readonly fingerprint: string;
}

const name = z.string().min(1).max(LEGACY_NAME_CHARS_MAX);
const legacyPayloadSchema = z.object({
  schema_version: z.literal(1),
  runtime: z.string(),
  interoperability_profile: z.literal(INTEROPERABILITY_PROFILE),
  identity: z.object({
    schema_version: z.literal(1),
    method: z.enum(DID_METHODS),
    network: name,
    subject: name,
    did: z.string(),
    key_id: z.string(),
    fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
    proof_material: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  }),
});

/**
 * @returns undefined when it is no file of the original
 * @throws IdentityError `payload_too_large`, `payload_syntax`, and `payload_contradiction` when its parts do not belong
 * together, which needs no entropy to see
 */
export function readLegacyPayload(bytes: Uint8Array): LegacyPayload | undefined {
  const parsed = legacyPayloadSchema.safeParse(readPayloadJson(bytes));
  if (!parsed.success) return undefined;
  const { method, network, subject, did, key_id, fingerprint, proof_material } = parsed.data.identity;
  if (
    did !== legacyDidOf({ method, network, subject }, fromHex(fingerprint)) ||
    key_id !== `${did}#primary` ||
    proofOf(proof_material) !== fingerprint
  )
    throw new IdentityError("payload_contradiction", "$.identity");
  return { method, network, subject, did, fingerprint };
}

export function isLegacyPayload(value: JsonValue): boolean {
  return legacyPayloadSchema.safeParse(value).success;
}

/** In hex; undefined for a text that is not the only one of its bytes. */
function proofOf(text: string): string | undefined {
  try {
    return toHex(fromBase64url(text));
  } catch (error) {
    if (error instanceof EncodingError) return undefined;
    throw error;
  }
}
