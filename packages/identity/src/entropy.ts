/** What somebody gave as entropy: bytes that are a key's worth, or a text that can be guessed. Nothing here echoes it. */
import { EncodingError, fromBase64url, fromHex, isWellFormed } from "@tau-edge/encoding";
import { rustTrim } from "@tau-edge/manifest";
import { IdentityError } from "./errors.ts";
import { ENTROPY_BYTES_MIN, ENTROPY_CHARS_MAX } from "./limits.ts";

export type Entropy =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | {
      readonly kind: "passphrase";
      /** NFKC, so that a composed and a decomposed é give one key. Exact for characters that both engines know. */
      readonly passphrase: string;
    };

/**
 * `hex:` and `base64url:` announce bytes, at least 32 of them; what begins so is never taken as a passphrase. Everything
 * else is one. Trimmed as S1 does, so a file's last newline is no part of it.
 *
 * @throws IdentityError `entropy_empty`, `entropy_too_long`, `entropy_ill_formed`, `entropy_malformed`, `entropy_too_short`
 */
export function readEntropy(text: string): Entropy {
  if (text.length > ENTROPY_CHARS_MAX) throw new IdentityError("entropy_too_long", "entropy");
  // UTF-8 has no lone surrogates; encoders replace them all by U+FFFD.
  if (!isWellFormed(text)) throw new IdentityError("entropy_ill_formed", "entropy");
  const trimmed = rustTrim(text);
  if (trimmed === "") throw new IdentityError("entropy_empty", "entropy");
  const [, form = "", body = ""] = /^(hex|base64url):(.*)$/is.exec(trimmed) ?? [];
  return form === ""
    ? { kind: "passphrase", passphrase: trimmed.normalize("NFKC") }
    : { kind: "bytes", bytes: readBytes(form, body) };
}

function readBytes(form: string, body: string): Uint8Array {
  const bytes = tryDecode(form, body);
  if (bytes === undefined) throw new IdentityError("entropy_malformed", "entropy");
  if (bytes.length < ENTROPY_BYTES_MIN) throw new IdentityError("entropy_too_short", "entropy");
  return bytes;
}

/** The prefix in another case is a slip, and guessing what was meant would make another key. */
function tryDecode(form: string, body: string): Uint8Array | undefined {
  if (form !== "hex" && form !== "base64url") return undefined;
  try {
    return form === "hex" ? fromHex(body) : fromBase64url(body);
  } catch (error) {
    // Its text is not passed on: it may say which character of the secret is wrong.
    if (error instanceof EncodingError) return undefined;
    throw error;
  }
}
