/**
 * Who is asking? Bearer tokens (RFC 6750) from the gateway's own configuration. Only their SHA-256 is kept: what a
 * process has in memory ends up in dumps, and a token of 32 random characters cannot be found from its hash.
 */

import { SCOPE_WORDS, scopesOf } from "@tau-edge/control";
import { encodeUtf8, readJson, type Sha256 } from "@tau-edge/encoding";
import { jsonPath } from "@tau-edge/manifest";
import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { issueWords } from "../request/issue-words.ts";
import { ListenError } from "../start/listen.ts";
import type { Principal } from "./principal.ts";

export interface TokenTable {
  readonly empty: boolean;
  /** Takes as long whichever token it is, and whether it is one. */
  find(token: string): Principal | undefined;
}

/** RFC 6750 section 2.1, `b68token`. */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

/** What no credential has is nobody's: it is not hashed, nor looked up. */
export function isBearerToken(text: string): boolean {
  return text.length <= LIMITS.token_chars_max && TOKEN.test(text);
}

const TokensSchema = z
  .array(
    z.strictObject({
      name: z
        .string()
        .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, "lowercase letters, digits, `.`, `_` and `-`, at most 63")
        .refine((name) => name !== "owner", "`owner` is who has the gateway's own credential")
        .meta({ description: "Who acts with it: one person, one machine" }),
      scopes: z.array(z.enum(SCOPE_WORDS)).min(1).max(SCOPE_WORDS.length),
      token: z
        .string()
        .min(LIMITS.token_chars_min, `a token has at least ${LIMITS.token_chars_min} characters`)
        .max(LIMITS.token_chars_max, `a token has at most ${LIMITS.token_chars_max} characters`)
        .regex(TOKEN, "letters, digits, `.`, `_`, `~`, `+`, `/` and `-`"),
    }),
  )
  .max(LIMITS.tokens_max, `at most ${LIMITS.tokens_max} tokens`);

const NO_TOKENS: TokenTable = { empty: true, find: () => undefined };

/**
 * @param text JSON: `[{"name": "alice", "scopes": ["operate"], "token": "…"}]`; empty for none
 * @throws ListenError `usage`, which says where and never what
 */
export function readTokens(text: string | undefined, sha256: Sha256): TokenTable {
  if (text === undefined || text.trim() === "") return NO_TOKENS;
  const parsed = TokensSchema.safeParse(jsonOf(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw malformed(jsonPath(issue?.path ?? []), issueWords(issue));
  }
  const names = new Set<string>();
  const digests = new Set<string>();
  const entries = parsed.data.map(({ name, scopes, token }, nth): Entry => {
    const digest = sha256(encodeUtf8(token));
    if (names.has(name)) throw malformed(`$[${nth}].name`, "two tokens have one name");
    if (digests.has(String(digest))) throw malformed(`$[${nth}].token`, "two names have one token");
    names.add(name);
    digests.add(String(digest));
    return { digest, who: { kind: "token", name, scopes: scopesOf(scopes) } };
  });
  return { empty: entries.length === 0, find: (token) => findIn(entries, token, sha256) };
}

interface Entry {
  readonly digest: Uint8Array;
  readonly who: Principal;
}

/** Compares with every token to its last byte: how long that takes says nothing. */
function findIn(entries: readonly Entry[], token: string, sha256: Sha256): Principal | undefined {
  if (!isBearerToken(token)) return undefined;
  const digest = sha256(encodeUtf8(token));
  let found: Principal | undefined;
  for (const entry of entries) {
    let difference = 0;
    for (let at = 0; at < 32; at++) difference |= (entry.digest[at] ?? 256) ^ (digest[at] ?? 512);
    if (difference === 0) found = entry.who;
  }
  return found;
}

function jsonOf(text: string): unknown {
  try {
    return readJson(encodeUtf8(text), { size_bytes_max: LIMITS.tokens_bytes_max });
  } catch {
    // Its message may quote the text.
    throw malformed("$", "it is not strict JSON");
  }
}

function malformed(at: string, detail: string): ListenError {
  return new ListenError("usage", `TAU_EDGE_TOKENS ${at}`, `The tokens cannot be used: ${detail}`, {
    remedy: `Set it to [{"name": "alice", "scopes": ["operate"], "token": "…"}], with \`openssl rand -hex 32\` as token.`,
  });
}
