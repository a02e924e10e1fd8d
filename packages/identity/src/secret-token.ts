/**
 * Bearer tokens that a scanner of repositories and logs can recognise:
 * `tk_<8 letters or digits>_<256 bits in base64url>_<checksum>`. The checksum is no defence; it only makes a find certain.
 */
import { encodeUtf8, toBase64url } from "@tau-edge/encoding";

const TOKEN = /^(tk_[a-z0-9]{8}_[A-Za-z0-9_-]{43})_([a-z2-7]{6})$/;
const KEY_ID = /^[a-z0-9]{8}$/;
const RANDOM_BYTES = 32;
/** RFC 4648 section 6, in lowercase. */
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
const CHECKSUM_CHARS = 6;

/**
 * @param keyId 8 lowercase letters or digits, which are no secret and name the token in lists
 * @param random 32 random bytes
 */
export function writeSecretToken(keyId: string, random: Uint8Array): string {
  if (!KEY_ID.test(keyId)) throw new RangeError("a key id has 8 lowercase letters or digits");
  if (random.length !== RANDOM_BYTES) throw new RangeError(`a token has ${RANDOM_BYTES} random bytes`);
  const body = `tk_${keyId}_${toBase64url(random)}`;
  return `${body}_${checksum(body)}`;
}

/** Whether it has the form and its checksum; says nothing about whether anybody takes it. */
export function isSecretToken(text: string): boolean {
  const [, body, found] = TOKEN.exec(text) ?? [];
  return body !== undefined && checksum(body) === found;
}

/** The lowest 30 bits of CRC-32, five at a time. */
function checksum(text: string): string {
  const value = crc32(encodeUtf8(text));
  return Array.from({ length: CHECKSUM_CHARS }, (_, i) => BASE32[(value >>> (5 * (CHECKSUM_CHARS - 1 - i))) & 31]).join(
    "",
  );
}

/** ISO/IEC 3309, as in gzip (RFC 1952 section 8), without a table: 60 bytes are quickly done. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0xedb88320;
  }
  return ~crc >>> 0;
}
