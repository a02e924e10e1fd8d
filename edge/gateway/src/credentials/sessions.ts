/**
 * What a password buys: a bearer token for an hour, so that the password is stretched once and not for each request. Kept
 * in the memory of this process as a hash; no cookie, so no page can make a browser use it.
 */
import { encodeUtf8, type Sha256, toBase64url, toHex } from "@tau-edge/encoding";
import { LIMITS } from "../limits.ts";

/** Both end with the credential that they were bought with. */
export interface SessionGround {
  /** In force: a rotation raises it. */
  readonly epoch: number;
  readonly owner_generation: number;
}

export interface Sessions {
  /** Passwords that are being looked at. */
  readonly busy: { stretching: number };
  begin(ground: SessionGround, now_unix_ms: number): string;
  isLive(token: string, ground: SessionGround, now_unix_ms: number): boolean;
}

interface Session extends SessionGround {
  readonly begun_unix_ms: number;
}

const RANDOM_BYTES = 32;

export function makeSessions(randomBytes: (count: number) => Uint8Array, sha256: Sha256): Sessions {
  /** In the order in which they began. */
  const sessions = new Map<string, Session>();
  const nameOf = (token: string): string => toHex(sha256(encodeUtf8(token)));

  return {
    busy: { stretching: 0 },
    begin(ground, now) {
      for (const [name, session] of sessions) if (isOver(session, now)) sessions.delete(name);
      const [oldest] = sessions.keys();
      if (sessions.size >= LIMITS.sessions_max && oldest !== undefined) sessions.delete(oldest);
      const token = `se_${toBase64url(randomBytes(RANDOM_BYTES))}`;
      sessions.set(nameOf(token), { ...ground, begun_unix_ms: now });
      return token;
    },
    isLive(token, { epoch, owner_generation }, now) {
      // Looked up by its hash: how long that takes says nothing about the token.
      const session = sessions.get(nameOf(token));
      if (session === undefined || isOver(session, now)) return false;
      return session.epoch === epoch && session.owner_generation === owner_generation;
    },
  };
}

/** A clock that was put back ends it, too. */
function isOver({ begun_unix_ms }: Session, now: number): boolean {
  return now >= begun_unix_ms + LIMITS.session_ms || now < begun_unix_ms;
}
