/**
 * What a browser or an edge may be served about an identity (identity.md 3.3), in S1's file: its fields stand where S1's
 * readers look for them. S1's `fingerprint` and `proof_material` do not: they were a hash of the entropy, by which
 * anybody could test guesses.
 */
import {
  equalBytes,
  type JsonValue,
  type Sha256,
  toHex,
  writeCanonicalJson,
  writePrettyJson,
} from "@tau-edge/encoding";
import { parseDidKey } from "./did-key.ts";
import { parseDidWeb } from "./did-web.ts";
import { IdentityError } from "./errors.ts";
import { isLegacyPayload } from "./legacy-payload.ts";
import { readPayloadJson } from "./payload-json.ts";
import { type BootstrapPayload, bootstrapPayloadSchema, INTEROPERABILITY_PROFILE } from "./payload-schema.ts";
import { type PublicIdentity, publicIdentity } from "./public-identity.ts";

export interface PayloadContext {
  /** Where it is made, in S1's words. */
  readonly runtime: BootstrapPayload["runtime"];
  readonly gateway_did?: string;
  readonly bootstrap?: { readonly exchange_url: string; readonly expires_at: string };
}

/** @throws IdentityError `payload_field` for what the context says */
export function bootstrapPayload(identity: PublicIdentity, context: PayloadContext, sha256: Sha256): BootstrapPayload {
  const { method, network, subject, did, keyId: key_id, document } = identity;
  const facts = { method, network, subject, did, key_id };
  return checked({
    schema_version: 1,
    runtime: context.runtime,
    interoperability_profile: INTEROPERABILITY_PROFILE,
    identity: { schema_version: 1, ...facts },
    ...facts,
    public_key_multibase: identity.publicKeyMultibase,
    document,
    document_sha256: toHex(sha256(writeCanonicalJson(document))),
    assurance: identity.assurance,
    ...(context.gateway_did !== undefined && { gateway_did: context.gateway_did }),
    ...(context.bootstrap !== undefined && { bootstrap: { ...context.bootstrap } }),
  });
}

/** The file: S1's layout of it, with a newline at the end. */
export function writeBootstrapPayload(payload: BootstrapPayload): Uint8Array {
  return Uint8Array.of(...writePrettyJson(payload), 0x0a);
}

/**
 * Believes nothing that can be computed: the whole payload must be the one that its key and names make.
 * @throws IdentityError `payload_too_large`, `payload_syntax`, `payload_newer`, `payload_original`, `payload_field`,
 * `payload_contradiction`, and what the parts throw
 */
export function readBootstrapPayload(bytes: Uint8Array, sha256: Sha256): BootstrapPayload {
  const value = readPayloadJson(bytes);
  if (isNewer(value)) throw new IdentityError("payload_newer", "$.schema_version");
  if (isLegacyPayload(value)) throw new IdentityError("payload_original", "$.identity");
  const payload = checked(value);
  const rebuilt = bootstrapPayload(identityOf(payload), payload, sha256);
  if (!equalBytes(writeCanonicalJson(rebuilt), writeCanonicalJson(payload)))
    throw new IdentityError("payload_contradiction", "$");
  return payload;
}

function identityOf({ method, network, subject, assurance, public_key_multibase }: BootstrapPayload): PublicIdentity {
  const { publicKey } = parseDidKey(`did:key:${public_key_multibase}`);
  return publicIdentity({ method, network, subject, assurance, publicKey });
}

function checked(value: unknown): BootstrapPayload {
  const parsed = bootstrapPayloadSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    // The message of an unknown key would repeat what may be a secret: the place must do.
    throw new IdentityError("payload_field", ["$", ...(issue?.path ?? [])].join("."));
  }
  if (parsed.data.gateway_did !== undefined) refuseInvalid(parsed.data.gateway_did);
  return parsed.data;
}

function refuseInvalid(did: string): void {
  if (did.startsWith("did:key:")) parseDidKey(did);
  else parseDidWeb(did);
}

/** Before the shape: a newer version may have another one. */
function isNewer(value: JsonValue): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const version = Object.hasOwn(value, "schema_version") ? value["schema_version"] : undefined;
  return typeof version === "number" && version > 1;
}
