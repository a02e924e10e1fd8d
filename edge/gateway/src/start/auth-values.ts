/**
 * What an operator writes about credentials, in a configuration file or in the environment, and what it comes to. Nothing
 * that is refused is repeated: it may be the secret, only mistyped.
 */
import type { ConfiguredOwner } from "@tau-edge/control";
import { encodeUtf8, isWellFormed, type Sha256, toHex } from "@tau-edge/encoding";
import { isPasswordHash } from "@tau-edge/identity";
import { isBearerToken } from "../credentials/tokens.ts";
import { LIMITS } from "../limits.ts";
import { ListenError } from "./listen.ts";

/** Where something was written: a JSON path of a file, or the name of a variable. */
export interface Written {
  readonly text: string;
  readonly at: string;
  /** Said to be a hash: what is none is not taken for the secret itself. */
  readonly hashed?: true;
}

const TOKEN_HASH = /^sha256:([0-9a-f]{64})$/;

/** Whether a hash stands where a token may stand. */
export function isTokenHash(text: string): boolean {
  return TOKEN_HASH.test(text);
}

/** A token, or `sha256:<hex>` of one. Only its hash is kept: what a process has in memory ends up in dumps. */
export function tokenOwner({ text, at, hashed }: Written, sha256: Sha256): ConfiguredOwner {
  const hash = TOKEN_HASH.exec(text)?.[1];
  if (hash !== undefined) return { kind: "token", verifier: hash };
  if (hashed) throw refused(at, "this is not `sha256:` and 64 lowercase hexadecimal digits");
  if (text.length < LIMITS.token_chars_min || !isBearerToken(text))
    throw refused(at, `a token has ${LIMITS.token_chars_min} to ${LIMITS.token_chars_max} of A-Z a-z 0-9 . _ ~ + / -`, {
      remedy: "Make one with `openssl rand -hex 32`, or write `sha256:` and the hex of its SHA-256.",
    });
  return { kind: "token", verifier: toHex(sha256(encodeUtf8(text))) };
}

/** A password, or the PHC string of one. */
export function passwordOwner({ text, at, hashed }: Written): ConfiguredOwner {
  if (isPasswordHash(text)) return { kind: "password", verifier: text };
  // Whoever meant a hash would otherwise have a password that stands in a file.
  if (hashed || text.startsWith("$"))
    throw refused(at, "this is no PHC string of scrypt with a cost that is taken", {
      remedy: "Write `$scrypt$ln=15,r=8,p=3$SALT$HASH`, with base64 without padding.",
    });
  if (text.length < LIMITS.password_chars_min || text.length > LIMITS.password_chars_max || !isWellFormed(text))
    throw refused(at, `a password has ${LIMITS.password_chars_min} to ${LIMITS.password_chars_max} characters`, {
      remedy: "Take a longer one, such as five random words.",
    });
  return { kind: "password", secret: text };
}

export function bootstrapSecret({ text, at }: Written): string {
  if (text.length < LIMITS.bootstrap_secret_chars_min || text.length > LIMITS.token_chars_max || !isWellFormed(text))
    throw refused(
      at,
      `a bootstrap secret has ${LIMITS.bootstrap_secret_chars_min} to ${LIMITS.token_chars_max} characters`,
      {
        remedy: "Make one with `openssl rand -hex 32`.",
      },
    );
  return text;
}

export function refused(at: string, detail: string, options: { readonly remedy?: string } = {}): ListenError {
  return new ListenError("usage", at, `The configuration cannot be used: ${detail}`, options);
}
