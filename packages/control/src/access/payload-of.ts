/** What anybody may be told about a DID that this gateway knows. */
import {
  type BootstrapPayload,
  bootstrapPayload,
  IdentityError,
  type IdentityFacts,
  type PublicIdentity,
  parseDidKey,
  publicIdentity,
} from "@tau-edge/identity";
import { PAYLOAD_RUNTIME } from "../did-record.ts";
import type { AccessContext } from "./access-context.ts";

/**
 * Of an identity that was made here, the payload in its file, byte for byte; of an agent, what its key and link make,
 * with the gateway's own DID. Undefined of a did:web whose record is too old to say its key.
 */
export async function payloadOf(did: string, context: AccessContext): Promise<BootstrapPayload | undefined> {
  const { directory, derivation } = context.ports;
  const known = await context.system.refresh();
  const agent = await directory.agent(did);
  if (agent?.revoked_unix_ms !== undefined || known.revokedDids.has(did)) return undefined;
  const made = known.dids.get(did);
  const publicKey = keyOf(made?.public_key_multibase === undefined ? did : `did:key:${made.public_key_multibase}`);
  if (publicKey === undefined) return undefined;
  const runtime = PAYLOAD_RUNTIME;
  if (made !== undefined) return bootstrapPayload(identityOf({ ...made, publicKey }), { runtime }, derivation.sha256);
  if (agent === undefined) return undefined;
  const { network } = context.config;
  const { subject, assurance } = agent;
  const { did: gateway_did } = await context.gateway.identity();
  const identity = identityOf({ method: "key", network, subject, assurance, publicKey });
  return bootstrapPayload(identity, { runtime, gateway_did }, derivation.sha256);
}

function identityOf({ method, network, subject, assurance, publicKey }: IdentityFacts): PublicIdentity {
  return publicIdentity({ method, network, subject, assurance, publicKey });
}

function keyOf(did: string): Uint8Array | undefined {
  try {
    return parseDidKey(did).publicKey;
  } catch (error) {
    if (error instanceof IdentityError) return undefined;
    throw error;
  }
}
