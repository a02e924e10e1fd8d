/** The document of a did:web: several keys, of which those inside their window may sign. */
import { equalBytes } from "@tau-edge/encoding";
import { checkEd25519PublicKey, KEY_FAULT_MEANINGS } from "@tau-edge/signature";
import { DID_CONTEXT, type DidDocument, verificationMethod } from "./did-document.ts";
import type { DidWeb } from "./did-web.ts";
import { IdentityError } from "./errors.ts";
import { DOCUMENT_KEYS_MAX, KEY_NAME_CHARS_MAX } from "./limits.ts";
import { ed25519Multibase } from "./multikey.ts";

export interface WindowedKey {
  /** The fragment of its id, such as `2026-11`. */
  readonly name: string;
  /** 32 bytes of Ed25519. */
  readonly publicKey: Uint8Array;
  /** Half open: from this millisecond on, for ever where it is absent. */
  readonly not_before_unix_ms?: number;
  /** Up to the millisecond before this one. */
  readonly not_after_unix_ms?: number;
}

/**
 * Every key is listed, so that what it signed can still be read; `authentication` and `assertionMethod` name those whose
 * window holds `now`. The windows themselves are no part of a DID document: who must trust them reads signed metadata.
 *
 * @throws IdentityError `key_id_malformed`, `key_unusable`, `key_duplicate`, `key_window`, `at` `keys[<index>]`
 */
export function didWebDocument({ did }: DidWeb, keys: readonly WindowedKey[], now_unix_ms: number): DidDocument {
  if (keys.length > DOCUMENT_KEYS_MAX) throw new RangeError(`a document has at most ${DOCUMENT_KEYS_MAX} keys`);
  for (const [index, key] of keys.entries()) checkKey(key, `keys[${index}]`, keys.slice(0, index));
  const current = keys.filter((key) => isWithin(key, now_unix_ms)).map(({ name }) => `${did}#${name}`);
  return {
    "@context": [DID_CONTEXT],
    id: did,
    verificationMethod: keys.map(({ name, publicKey }) => verificationMethod(did, name, ed25519Multibase(publicKey))),
    authentication: current,
    assertionMethod: current,
  };
}

function isWithin({ not_before_unix_ms, not_after_unix_ms }: WindowedKey, now_unix_ms: number): boolean {
  return (not_before_unix_ms ?? -Infinity) <= now_unix_ms && now_unix_ms < (not_after_unix_ms ?? Infinity);
}

function checkKey(key: WindowedKey, at: string, before: readonly WindowedKey[]): void {
  // DID 1.1 section 3.2: a fragment; we use the signs that need no escape anywhere.
  if (key.name.length > KEY_NAME_CHARS_MAX || !/^[A-Za-z0-9._-]+$/.test(key.name))
    throw new IdentityError("key_id_malformed", at);
  const fault = checkEd25519PublicKey(key.publicKey);
  if (fault !== "ok") throw new IdentityError("key_unusable", at, KEY_FAULT_MEANINGS[fault]);
  if (before.some(({ name, publicKey }) => name === key.name || equalBytes(publicKey, key.publicKey)))
    throw new IdentityError("key_duplicate", at);
  if ((key.not_before_unix_ms ?? -Infinity) >= (key.not_after_unix_ms ?? Infinity))
    throw new IdentityError("key_window", at);
}
