/** Who is asking with an access token that only one key can use (RFC 9449)? */
import { scopesOf } from "@tau-edge/control";
import { encodeUtf8 } from "@tau-edge/encoding";
import type { FoundAccess } from "@tau-edge/ports";
import type { Call } from "../route.ts";
import type { Principal } from "./principal.ts";
import { checkProof, refuseKey } from "./proofs.ts";

/** RFC 9449 section 7.1, and `token68` of RFC 9110 section 11.2. Two fields come as one text, and none of this form. */
const CREDENTIALS = /^dpop +([A-Za-z0-9._~+/-]{1,512}=*)$/i;

/** Of a request with `Authorization: DPoP`. @returns the agent, or the refusal with its challenge */
export async function authenticateAgent(call: Call): Promise<Principal | Response> {
  const token = CREDENTIALS.exec(call.c.req.raw.headers.get("authorization") ?? "")?.[1];
  if (token === undefined) return refuseKey(call, "credentials_invalid");
  // Before anything of the proof is read: whoever has no token costs one lookup.
  const found = await findLive(call, token);
  if (found === undefined) return refuseKey(call, "credentials_invalid");
  const proof = await checkProof(call, {
    accessToken: token,
    nonce: true,
    // RFC 9449 section 7.1: the key of the proof is the one that the token was given to.
    known: ({ jkt }) => (jkt === found.jkt ? undefined : refuseKey(call, "credentials_invalid")),
  });
  if (proof instanceof Response) return proof;
  return { kind: "agent", name: found.did, did: found.did, scopes: scopesOf(found.scopes) };
}

async function findLive(call: Call, token: string): Promise<FoundAccess | undefined> {
  const { agents, clock, sha256 } = call.services;
  // What another process recorded and did not finish, a revocation say, counts here too.
  await agents?.access.keepSettled();
  const found = await agents?.directory.findAccess(sha256(encodeUtf8(token)));
  return found !== undefined && clock.nowUnixMs() < found.expires_unix_ms ? found : undefined;
}
