/** Who is asking with an access token that only one key can use (RFC 9449)? */
import { encodeUtf8 } from "@tau-edge/encoding";
import { dpopHash } from "@tau-edge/identity";
import type { Call } from "../route.ts";
import type { LiveAccess } from "./known-access.ts";
import type { Principal } from "./principal.ts";
import { checkProof, refuseKey } from "./proofs.ts";

/** RFC 9449 section 7.1, and `token68` of RFC 9110 section 11.2. Two fields come as one text, and none of this form. */
const CREDENTIALS = /^dpop +([A-Za-z0-9._~+/-]{1,512}=*)$/i;

/** Of a request with `Authorization: DPoP`. @returns the agent, or the refusal with its challenge */
export async function authenticateAgent(call: Call): Promise<Principal | Response> {
  const token = CREDENTIALS.exec(call.c.req.raw.headers.get("authorization") ?? "")?.[1];
  if (token === undefined) return refuseKey(call, "credentials_invalid");
  // Before anything of the proof is read: whoever has no token costs one lookup.
  const ath = dpopHash(encodeUtf8(token), call.services.sha256);
  const found = await findLive(call, ath);
  if (found === undefined) return refuseKey(call, "credentials_invalid");
  const proof = await checkProof(call, {
    ath,
    nonce: true,
    // RFC 9449 section 7.1: the key of the proof is the one that the token was given to.
    known: ({ jkt }) => (jkt === found.jkt ? undefined : refuseKey(call, "credentials_invalid")),
  });
  if (proof instanceof Response) return proof;
  return { kind: "agent", name: found.did, did: found.did, ath, scopes: found.scopes };
}

/** Of an agent that was let in, later in the same request. @returns the refusal, where its token has ended meanwhile */
export async function refuseEnded(call: Call, ath: string): Promise<Response | undefined> {
  return (await findLive(call, ath)) === undefined ? refuseKey(call, "credentials_invalid") : undefined;
}

async function findLive({ services }: Call, ath: string): Promise<LiveAccess | undefined> {
  // What another process recorded and did not finish, a revocation say, counts here too.
  await services.access?.keepSettled();
  return services.knownAccess?.find(ath);
}
