/** Who is asking with an access token that only one key can use (RFC 9449)? */
import type { DpopProof } from "@tau-edge/identity";
import { after } from "../request/after.ts";
import type { Call } from "../route.ts";
import type { LiveAccess } from "./known-access.ts";
import type { Identified } from "./principal.ts";
import { checkProof, refuseKey } from "./proofs.ts";

/** RFC 9449 section 7.1, and `token68` of RFC 9110 section 11.2. Two fields come as one text, and none of this form. */
const CREDENTIALS = /^dpop +([A-Za-z0-9._~+/-]{1,512}=*)$/i;

/**
 * Of a request with `Authorization: DPoP`.
 * @param field all of it
 * @returns the agent, or the refusal with its challenge
 */
export function authenticateAgent(call: Call, field: string): Identified | Promise<Identified> {
  const token = CREDENTIALS.exec(field)?.[1];
  if (token === undefined) return refuseKey(call, "credentials_invalid");
  // Before anything of the proof is read: whoever has no token costs one lookup.
  return after(findLive(call, token), (found) =>
    found === undefined ? refuseKey(call, "credentials_invalid") : checkHolder(call, found),
  );
}

function checkHolder(call: Call, { ath, did, jkt, scopes }: LiveAccess): Identified | Promise<Identified> {
  const proof = checkProof(call, {
    ath,
    nonce: true,
    // RFC 9449 section 7.1: the key of the proof is the one that the token was given to.
    known: (shown) => (shown.jkt === jkt ? undefined : refuseKey(call, "credentials_invalid")),
  });
  return after<DpopProof | Response, Identified>(proof, (good) =>
    good instanceof Response ? good : { kind: "agent", name: did, did, ath, scopes },
  );
}

/** Of an agent that was let in, later in the same request. @returns the refusal, where its token has ended meanwhile */
export async function refuseEnded(call: Call, ath: string): Promise<Response | undefined> {
  const { access, knownAccess } = call.services;
  await access?.keepSettled();
  return (await knownAccess?.isLive(ath)) === true ? undefined : refuseKey(call, "credentials_invalid");
}

function findLive({ services }: Call, token: string): LiveAccess | undefined | Promise<LiveAccess | undefined> {
  // What another process recorded and did not finish, a revocation say, counts here too.
  return after(services.access?.keepSettled(), () => services.knownAccess?.find(token));
}
