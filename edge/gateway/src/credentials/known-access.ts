/**
 * Whose access token is it? Asked of the directory, and for a moment remembered: an agent that asks often would otherwise
 * cost a lookup each time. What this process ends is forgotten at once; what another one ends, within that moment.
 */
import { type Access, type Scope, scopesOf } from "@tau-edge/control";
import { encodeUtf8, fromBase64url, type Sha256, toBase64url } from "@tau-edge/encoding";
import type { AgentDirectoryReader, Clock, FoundAccess } from "@tau-edge/ports";
import { LIMITS } from "../limits.ts";

export interface LiveAccess extends Omit<FoundAccess, "scopes"> {
  readonly scopes: ReadonlySet<Scope>;
  /** base64url of the token's SHA-256: what a proof beside it must name. */
  readonly ath: string;
}

export interface KnownAccess {
  /** @returns undefined for a token that is nobody's, or nobody's any more */
  find(token: string): LiveAccess | undefined | Promise<LiveAccess | undefined>;
  /** Anew, whether a token that was found is somebody's still. @param ath of its `LiveAccess` */
  isLive(ath: string): Promise<boolean>;
  forget(): void;
}

interface Entry {
  readonly access: LiveAccess;
  readonly read_unix_ms: number;
}

export function knowAccess(directory: AgentDirectoryReader, clock: Clock, sha256: Sha256): KnownAccess {
  /**
   * By the token itself, which is worth nothing to who has not its agent's key. Only of tokens that are good: of others
   * there are as many as somebody likes to send.
   */
  const known = new Map<string, Entry>();
  /** What was read before something was forgotten is not remembered after it. */
  let age = 0;

  const ask = async (hash: Uint8Array, now: number): Promise<FoundAccess | undefined> => {
    const found = await directory.findAccess(hash);
    return found === undefined || now >= found.expires_unix_ms ? undefined : found;
  };

  const read = async (token: string, now: number): Promise<LiveAccess | undefined> => {
    const asked = age;
    const hash = sha256(encodeUtf8(token));
    const found = await ask(hash, now);
    if (found === undefined) return undefined;
    const access = { ...found, scopes: scopesOf(found.scopes), ath: toBase64url(hash) };
    if (known.size >= LIMITS.access_known_max) known.clear();
    if (asked === age) known.set(token, { access, read_unix_ms: now });
    return access;
  };

  return {
    find(token) {
      const now = clock.nowUnixMs();
      const entry = known.get(token);
      if (entry !== undefined) {
        const age_ms = now - entry.read_unix_ms;
        const isYoung = age_ms >= 0 && age_ms < LIMITS.access_known_ms_max;
        if (isYoung && now < entry.access.expires_unix_ms) return entry.access;
        known.delete(token);
      }
      return read(token, now);
    },
    async isLive(ath) {
      return (await ask(fromBase64url(ath), clock.nowUnixMs())) !== undefined;
    },
    forget() {
      age += 1;
      known.clear();
    },
  };
}

/** The same use cases, with word of what may have ended somebody's token. */
export function tellingEnds(access: Access, ended: () => void): Access {
  const telling =
    <Request, Result>(act: (request: Request) => Promise<Result>) =>
    (request: Request): Promise<Result> =>
      act(request).finally(ended);
  return {
    ...access,
    exchange: telling((request) => access.exchange(request)),
    renew: telling((request) => access.renew(request)),
    revokeAgent: telling((request) => access.revokeAgent(request)),
    rotate: telling((request) => access.rotate(request)),
  };
}
