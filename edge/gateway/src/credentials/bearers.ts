/** Whose is a bearer token (RFC 6750)? Tokens of the configuration, sessions, tokens that were made, the owner's own. */
import { type Access, SCOPES, scopesOf } from "@tau-edge/control";
import { encodeUtf8, type Sha256 } from "@tau-edge/encoding";
import type { AgentDirectoryReader, Clock, OperatorTokenRow } from "@tau-edge/ports";
import type { AuthSettings } from "./auth-settings.ts";
import type { Principal } from "./principal.ts";
import type { Sessions } from "./sessions.ts";
import { isBearerToken, type TokenTable } from "./tokens.ts";

export interface Bearers {
  /** Undefined for a token that is nobody's, or nobody's any more. */
  find(token: string): Principal | undefined | Promise<Principal | undefined>;
  /** Whether there is a credential with which anybody could come in. */
  any(): boolean | Promise<boolean>;
}

export interface BearerParts {
  readonly tokens: TokenTable | undefined;
  /** What is kept of others; absent where only those of the configuration are known. */
  readonly kept: { readonly access: Access; readonly directory: AgentDirectoryReader } | undefined;
  readonly sessions: Sessions;
  readonly settings: () => AuthSettings;
  readonly clock: Clock;
  readonly sha256: Sha256;
}

const EVERY_SCOPE = new Set(SCOPES);

export function openBearers(parts: BearerParts): Bearers {
  const { tokens, kept } = parts;
  return {
    // First, and whatever became of the directory: somebody must be able to stop a rollout.
    find: (token) => tokens?.find(token) ?? findKept(parts, token),
    async any() {
      if (tokens?.empty === false) return true;
      if (kept === undefined) return false;
      return (await kept.access.ownerInForce()) !== undefined || (await kept.directory.operatorTokens()).length > 0;
    },
  };
}

async function findKept(parts: BearerParts, token: string): Promise<Principal | undefined> {
  const { kept, sessions, settings, clock, sha256 } = parts;
  if (kept === undefined || !isBearerToken(token)) return undefined;
  const { access, directory } = kept;
  await access.keepSettled();
  // Before anything is looked up: a rotation in between ends what was found.
  const epoch = await access.epoch();
  const now = clock.nowUnixMs();
  const { owner_generation } = settings();
  if (sessions.isLive(token, { epoch, owner_generation }, now)) return ownerAs("session", epoch);
  const row = await directory.findOperator(sha256(encodeUtf8(token)));
  if (row !== undefined) return principalOf(row, now);
  return (await access.isOwner("token", token)) ? ownerAs("owner", epoch) : undefined;
}

function ownerAs(kind: "owner" | "session", epoch: number): Principal {
  return { kind, name: "owner", scopes: EVERY_SCOPE, epoch };
}

function principalOf({ name, scopes, expires_unix_ms }: OperatorTokenRow, now: number): Principal | undefined {
  if (expires_unix_ms !== undefined && expires_unix_ms <= now) return undefined;
  return { kind: "token", name, scopes: scopesOf(scopes) };
}
