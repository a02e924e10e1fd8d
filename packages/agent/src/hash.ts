/** SHA-256 by the platform: an agent has WebCrypto, which is ten times as fast as portable code and weighs nothing. */
import { type Digest, digestOf } from "@tau-edge/encoding";
import { toBase64url } from "./base64url.ts";

export async function sha256Digest(bytes: Uint8Array<ArrayBuffer>): Promise<Digest> {
  return digestOf(await sha256(bytes));
}

/** base64url of the hash of an ASCII text: `ath` and `lsh` of a proof (RFC 9449 section 4.2). */
export async function hashOfText(text: string): Promise<string> {
  return toBase64url(await sha256(new TextEncoder().encode(text)));
}

/** The pin of a gateway's key. */
export async function pinOfKey(publicKey: Uint8Array<ArrayBuffer>): Promise<string> {
  return toBase64url(await sha256(publicKey));
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
