/** Passwords as PHC strings of scrypt: `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`, base64 without padding. */
import { EncodingError, encodeUtf8, fromBase64, isWellFormed, toBase64 } from "@tau-edge/encoding";
import { PASSPHRASE_COST } from "./derived-seed.ts";
import { sameSecret } from "./equal-secrets.ts";
import { IdentityError } from "./errors.ts";
import type { ScryptCost } from "./key-derivation.ts";
import { PASSWORD_CHARS_MAX, PASSWORD_HASH_CHARS_MAX } from "./limits.ts";

interface PasswordHash {
  readonly cost: ScryptCost;
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

const SALT_BYTES_MIN = 16;
const SALT_BYTES_MAX = 64;
const HASH_BYTES = 32;
const PHC = /^\$scrypt\$ln=([1-9][0-9]?),r=([1-9][0-9]?),p=([1-9][0-9]?)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** 32 MiB with r = 8: a Worker has 128 for everything. */
const MEMORY_BYTES_MAX = 128 * PASSPHRASE_COST.N * PASSPHRASE_COST.r;
/** N r p. OWASP lists 2^15 x 8 x 3, 2^14 x 8 x 5 and 2^13 x 8 x 10 as equals; more would let a guesser stall the gateway. */
const WORK_MIN = 2 ** 14 * 8 * 5;
const WORK_MAX = 2 ** 15 * 8 * 4;

/** One scrypt that is to be made, by whoever has one that does not keep everybody else waiting. */
export interface Stretching {
  readonly passphrase: Uint8Array;
  readonly salt: Uint8Array;
  readonly cost: ScryptCost;
}

export interface NewPassword extends Stretching {
  phc(stretched: Uint8Array): string;
}

export interface PasswordTrial extends Stretching {
  /** Whether the password is the one of the hash. */
  matches(stretched: Uint8Array): boolean;
}

/**
 * @param salt at least 16 random bytes
 * @throws IdentityError `password_malformed`
 */
export function newPassword(password: string, salt: Uint8Array): NewPassword {
  if (salt.length < SALT_BYTES_MIN || salt.length > SALT_BYTES_MAX)
    throw new RangeError(`a salt has ${SALT_BYTES_MIN} to ${SALT_BYTES_MAX} bytes`);
  if (!isPassword(password)) throw new IdentityError("password_malformed", "password");
  const { N, r, p } = PASSPHRASE_COST;
  const cost = `ln=${Math.log2(N)},r=${r},p=${p}`;
  return {
    ...{ passphrase: bytesOf(password), salt, cost: PASSPHRASE_COST },
    phc: (stretched) => `$scrypt$${cost}$${withoutPadding(salt)}$${withoutPadding(stretched)}`,
  };
}

/**
 * @returns undefined for what cannot be a password: it is a wrong one, and costs nothing
 * @throws IdentityError `password_hash_malformed`, `password_hash_cost`
 */
export function tryPassword(password: string, phc: string): PasswordTrial | undefined {
  const { cost, salt, hash } = readPasswordHash(phc);
  if (!isPassword(password)) return undefined;
  return { passphrase: bytesOf(password), salt, cost, matches: (stretched) => sameSecret(stretched, hash) };
}

/** Whether `tryPassword` would read it. */
export function isPasswordHash(text: string): boolean {
  try {
    readPasswordHash(text);
    return true;
  } catch (error) {
    if (error instanceof IdentityError) return false;
    throw error;
  }
}

function readPasswordHash(text: string): PasswordHash {
  const [, ln, r, p, salt, hash] = text.length > PASSWORD_HASH_CHARS_MAX ? [] : (PHC.exec(text) ?? []);
  if (salt === undefined || hash === undefined) throw new IdentityError("password_hash_malformed", "password");
  const cost = { N: 2 ** Number(ln), r: Number(r), p: Number(p), dkLen: HASH_BYTES };
  const work = cost.N * cost.r * cost.p;
  const isTaken = work >= WORK_MIN && work <= WORK_MAX && 128 * cost.N * cost.r <= MEMORY_BYTES_MAX;
  // RFC 7914 section 2: N is less than 2^(128 r / 8). OpenSSL refuses others, and only when somebody logs in.
  if (!isTaken || Number(ln) >= 16 * cost.r) throw new IdentityError("password_hash_cost", "password");
  const read = { cost, salt: decoded(salt), hash: decoded(hash) };
  if (read.hash.length !== HASH_BYTES || read.salt.length < SALT_BYTES_MIN || read.salt.length > SALT_BYTES_MAX)
    throw new IdentityError("password_hash_malformed", "password");
  return read;
}

/** NIST SP 800-63B section 5.1.1.2: normalised, so that one keyboard's é is another's. */
function bytesOf(password: string): Uint8Array {
  return encodeUtf8(password.normalize("NFKC"));
}

function isPassword(text: string): boolean {
  return text !== "" && text.length <= PASSWORD_CHARS_MAX && isWellFormed(text);
}

function withoutPadding(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll("=", "");
}

function decoded(text: string): Uint8Array {
  try {
    return fromBase64(text.padEnd(Math.ceil(text.length / 4) * 4, "="));
  } catch (error) {
    if (error instanceof EncodingError) throw new IdentityError("password_hash_malformed", "password");
    throw error;
  }
}
