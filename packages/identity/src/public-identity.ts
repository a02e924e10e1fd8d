/** Everything about an identity that anybody may see. */

import type { DidDocument } from "./did-document.ts";
import { didKeyDocument, didKeyOf } from "./did-key.ts";
import { didWebOf } from "./did-web.ts";
import { didWebDocument } from "./did-web-document.ts";
import { IdentityError } from "./errors.ts";
import { isHostName } from "./host-name.ts";
import { checkName } from "./names.ts";

export const DID_METHODS = ["key", "web"] as const;
export type DidMethod = (typeof DID_METHODS)[number];

/** `dev`: the key comes from a text that can be guessed, so whoever guesses it is this identity. */
export const ASSURANCES = ["strong", "dev"] as const;
export type Assurance = (typeof ASSURANCES)[number];

export interface PublicIdentity {
  readonly method: DidMethod;
  readonly network: string;
  readonly subject: string;
  readonly assurance: Assurance;
  readonly did: string;
  /** `<did>#<publicKeyMultibase>` */
  readonly keyId: string;
  readonly publicKeyMultibase: string;
  readonly document: DidDocument;
}

export interface IdentityFacts {
  readonly method: DidMethod;
  readonly network: string;
  readonly subject: string;
  readonly assurance: Assurance;
  /** 32 bytes of Ed25519. */
  readonly publicKey: Uint8Array;
}

/**
 * The one identity that these facts make. A did:key is its key alone; a did:web lies on the host that the network names,
 * under the subject.
 *
 * @throws IdentityError `network_malformed`, `subject_malformed`, `network_not_a_domain`, `did_key_length`, `did_key_point`
 */
export function publicIdentity({ method, network, subject, assurance, publicKey }: IdentityFacts): PublicIdentity {
  checkPlace(method, network, subject);
  const key = didKeyOf(publicKey);
  const { publicKeyMultibase } = key;
  const { did, document } = method === "key" ? { did: key.did, document: didKeyDocument(key) } : onTheWeb();
  return {
    ...{ method, network, subject, assurance, did, publicKeyMultibase, document },
    keyId: `${did}#${publicKeyMultibase}`,
  };

  function onTheWeb(): { did: string; document: DidDocument } {
    const place = didWebOf(network, [subject]);
    // Without a window: this document is the key's, and ends with it.
    return { did: place.did, document: didWebDocument(place, [{ name: publicKeyMultibase, publicKey }], 0) };
  }
}

/** @throws IdentityError `network_malformed`, `subject_malformed`, `network_not_a_domain` */
export function checkPlace(method: DidMethod, network: string, subject: string): void {
  checkName("network", network);
  checkName("subject", subject);
  if (method === "web" && !isHostName(network)) throw new IdentityError("network_not_a_domain", "network");
}

/** @throws IdentityError `method_unknown` */
export function parseDidMethod(text: string): DidMethod {
  const found = DID_METHODS.find((known) => known === text);
  if (found === undefined) throw new IdentityError("method_unknown", "method");
  return found;
}
