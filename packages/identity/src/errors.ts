import { FORMAT_ERRORS } from "./format-errors.ts";

/** Every way in which an identifier, its parts or its documents can be wrong. The codes are public API. */
export const IDENTITY_ERRORS = {
  did_too_long: {
    meaning: "The DID is longer than any DID of its method here.",
    remedy: "Give the DID alone, as `tau-edge did show` prints it.",
  },
  did_method: {
    meaning: "The text does not begin with `did:key:` or `did:web:`.",
    remedy: "Give a DID of one of these methods, in lowercase up to its second colon.",
  },
  did_url: {
    meaning: "The text is a DID URL: it goes on with a fragment, a query or a path.",
    remedy: "Give the DID alone: what stands before `#`, `?`, `/` or `;`.",
  },
  did_key_multibase: {
    meaning: "What follows `did:key:` is not base58btc behind a `z`.",
    remedy:
      "If the original system made it, `tau-edge did verify --legacy DID` says what it is; make another with `tau-edge did init`.",
  },
  did_key_codec: {
    meaning: "The did:key does not hold an Ed25519 key (multicodec 0xed 0x01).",
    remedy: "Make an Ed25519 identity: `tau-edge did init`.",
  },
  did_key_length: {
    meaning: "The did:key does not hold 32 bytes of key.",
    remedy: "Copy the whole DID again, or make another: `tau-edge did init`.",
  },
  did_key_point: {
    meaning:
      "The 32 bytes are no key that only its owner can sign with: not a point, not canonical, or of small order.",
    remedy: "Do not trust who sent it. A new identity comes from `tau-edge did init`.",
  },
  did_web_host: {
    meaning: "The host of a did:web is not a domain name in lowercase: with a dot, without IP address or other signs.",
    remedy: "Name the host as DNS has it, such as `did:web:gw.example`.",
  },
  did_web_port: {
    meaning: "The port of a did:web is not `%3A` and a number from 1 to 65535.",
    remedy: "Write it as `did:web:gw.example%3A8443`, or leave it out.",
  },
  did_web_path: {
    meaning:
      "A part of the path is empty, `.`, `..`, `.well-known` alone, or has other signs than letters, digits, `.`, `-`, `_`.",
    remedy: "Give each part of the path as one plain word: `did:web:gw.example:agents:a1`.",
  },
  did_web_url: {
    meaning: "The URL is not that of a did:web document: `https:`, a host, and a path that ends in `/did.json`.",
    remedy: "Give it as `https://gw.example/.well-known/did.json` or `https://gw.example/agents/a1/did.json`.",
  },
  key_id_malformed: {
    meaning: "The name of a key is not 1 to 64 letters, digits, dots, underscores and hyphens.",
    remedy: "Name it after the month in which it begins, such as `2026-11`.",
  },
  key_duplicate: {
    meaning: "Two keys of a document have the same name, or are the same key.",
    remedy: "Leave one of them out.",
  },
  key_window: {
    meaning: "The window of a key ends before it begins.",
    remedy: "Let `not_after` be later than `not_before`.",
  },
  key_unusable: {
    meaning: "A key of a document is no key that only its owner can sign with.",
    remedy: "Make another key.",
  },
  method_unknown: {
    meaning: "The method is neither `key` nor `web`.",
    remedy: "Choose `--method key`, or `--method web` for a host of your own.",
  },
  network_malformed: {
    meaning:
      "The network is not 1 to 63 lowercase letters, digits, `.`, `_`, `-`, with a letter or digit around each dot.",
    remedy: "Name it like `tau-devnet`.",
  },
  subject_malformed: {
    meaning:
      "The subject is not 1 to 63 lowercase letters, digits, `.`, `_`, `-`, with a letter or digit around each dot.",
    remedy: "Name it like `browser-agent`.",
  },
  network_not_a_domain: {
    meaning: "A did:web lies on a host, and the network is not a domain name with a dot.",
    remedy: "Give the host as the network, such as `--network edge.example.org`, or choose `--method key`.",
  },
  entropy_empty: {
    meaning: "There is no entropy.",
    remedy: "Get some with `tau-edge did entropy`.",
  },
  entropy_malformed: {
    meaning: "The entropy begins with `hex:` or `base64url:`, and the rest is not lowercase hex or unpadded base64url.",
    remedy: "Take it as it was printed, or get another with `tau-edge did entropy`.",
  },
  entropy_too_short: {
    meaning: "The entropy given as bytes has fewer than 32 of them.",
    remedy: "Get 32 random bytes with `tau-edge did entropy`.",
  },
  entropy_too_long: {
    meaning: "The entropy is longer than 1,024 characters.",
    remedy: "Get 32 random bytes with `tau-edge did entropy`.",
  },
  entropy_ill_formed: {
    meaning: "The entropy has a lone surrogate: all such texts would give one key.",
    remedy: "Get 32 random bytes with `tau-edge did entropy`.",
  },
  payload_too_large: {
    meaning: "The bootstrap payload is larger than the limit.",
    remedy: "Make it again: `tau-edge did init`.",
  },
  payload_syntax: {
    meaning: "The bootstrap payload is not strict JSON.",
    remedy: "Make it again: `tau-edge did init`.",
  },
  payload_field: {
    meaning: "A field of the bootstrap payload is missing, unknown, or breaks its rule.",
    remedy: "Make it again: `tau-edge did init`.",
  },
  payload_newer: {
    meaning: "The bootstrap payload was written by a newer version of this program.",
    remedy: "Update this program: `npm install --global tau-edge@latest`.",
  },
  payload_original: {
    meaning: "The file was written by the original system: what it calls a DID is none, and no key belongs to it.",
    remedy: "See what it is with `tau-edge did verify --legacy FILE`, and make an identity with `tau-edge did init`.",
  },
  payload_contradiction: {
    meaning:
      "The parts of the bootstrap payload do not belong together: DID, key, document and digest say different things.",
    remedy: "Do not use it. Make it again: `tau-edge did init`.",
  },
  ...FORMAT_ERRORS,
} as const;

export type IdentityErrorCode = keyof typeof IDENTITY_ERRORS;

/** Bad input. `at` names a field, or is an index into the text. Neither it nor the message holds any of a secret. */
export class IdentityError extends Error {
  override readonly name = "IdentityError";
  readonly code: IdentityErrorCode;
  readonly at: string | number;
  /** What to do next, in one sentence. */
  readonly remedy: string;

  constructor(code: IdentityErrorCode, at: string | number, detail: string = IDENTITY_ERRORS[code].meaning) {
    super(`${detail} (${code} at ${typeof at === "number" ? `character ${at}` : at})`);
    this.code = code;
    this.at = at;
    this.remedy = IDENTITY_ERRORS[code].remedy;
  }
}
