/** What the golden derivations are made of, and the shape of their file. */
import type { DerivationRequest, DidMethod } from "@tau-edge/identity";

export interface DidGoldenFile {
  readonly domain: string;
  /** SHA-256 of the domain. */
  readonly salt: string;
  readonly cases: readonly DidGoldenCase[];
}

/** Secrets of nobody: all but `did` and the digests would be secret of a real identity. Bytes are hex. */
export interface DidGoldenCase {
  readonly method: string;
  readonly network: string;
  readonly subject: string;
  readonly entropy: { readonly hex?: string; readonly pass?: string };
  readonly info: string;
  readonly ikm: string;
  readonly seed: string;
  readonly public_key: string;
  readonly did_key: string;
  readonly did: string;
  readonly assurance: string;
  readonly did_document_sha256: string;
  readonly payload_sha256: string;
}

const ZEROS = "00".repeat(32);
const RANDOM = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";

/** Pairs of places that a construction without lengths would confuse, and both methods. */
const PLACES: readonly (readonly [DidMethod, network: string, subject: string])[] = [
  ["key", "tau-devnet", "browser-agent"],
  ["key", "tau-devnet", "browser-agent2"],
  ["key", "tau", "devnet.browser-agent"],
  ["key", "a", "b"],
  ["key", "edge.example.org", "agent_1"],
  ["web", "edge.example.org", "agent_1"],
];

export interface DidCase {
  readonly request: DerivationRequest;
  readonly entropy: DidGoldenCase["entropy"];
}

const ofBytes = PLACES.flatMap(([method, network, subject]) =>
  [ZEROS, RANDOM].map((hex) => ({
    request: { method, network, subject, entropy: `hex:${hex}` },
    entropy: { hex },
  })),
);

/** Few, because each costs a scrypt: S1's documented call, one with signs that NFKC changes, one on the web. */
const ofPassphrases = [
  { method: "key", network: "tau-devnet", subject: "browser-agent", entropy: "local-dev-seed" },
  { method: "key", network: "b-devnet", subject: "a", entropy: "A\u030angstro\u0308m \ufb01ve \u00bd \u{1f511}" },
  {
    method: "web",
    network: "edge.example.org",
    subject: "agent_1",
    entropy: "correct horse battery",
    allow_weak_entropy: true,
  },
] as const;

export const DID_CASES: readonly DidCase[] = [
  ...ofBytes,
  ...ofPassphrases.map((request) => ({ request, entropy: { pass: request.entropy } })),
];

/** For a runner in which scrypt takes seconds. */
export const DID_CASES_WITH_ONE_PASSPHRASE: readonly DidCase[] = DID_CASES.slice(0, ofBytes.length + 1);

/** The same everywhere, so that payloads are the same bytes everywhere. */
export const PAYLOAD_CONTEXT = {
  runtime: "native-host",
  gateway_did: "did:web:gw.example",
  bootstrap: { exchange_url: "https://gw.example/v1/bootstrap/exchange", expires_at: "2026-11-21T17:00:00Z" },
} as const;
