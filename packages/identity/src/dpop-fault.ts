/** Is this proof about this request, and about now? (RFC 9449 section 4.3, checks 8, 9, 11 and 12.) */
import { encodeUtf8, type Sha256 } from "@tau-edge/encoding";
import { type DpopProof, dpopHash } from "./dpop-proof.ts";
import { normalizeHtu } from "./htu.ts";
import { DPOP_SKEW_MS } from "./limits.ts";

export interface DpopExpectation {
  /** As the request line has it. */
  readonly method: string;
  /** Absolute URL of the request; its query and fragment do not matter. */
  readonly url: string;
  readonly now_unix_ms: number;
  /** The access token beside the proof; without it a proof for one is refused. */
  readonly accessToken?: string;
  /** What `ath` must be, from whoever has hashed the access token already; in its place. */
  readonly ath?: string;
  /** The secret of the link beside the proof; without it a proof for one is refused. */
  readonly linkSecret?: string;
}

/** Why a well-formed proof is not one for this request. The codes are public API. */
export const DPOP_FAULTS = {
  dpop_method: {
    meaning: "The proof is for another method (`htm`).",
    remedy: "Make a proof for each request.",
  },
  dpop_url: {
    meaning: "The proof is for another URL (`htu`).",
    remedy: "Sign the URL that is requested, with the gateway's public host.",
  },
  dpop_time: {
    meaning: "The proof was made more than 60 seconds before or after this moment (`iat`).",
    remedy: "Set the clock, and make a proof when it is sent.",
  },
  dpop_token: {
    meaning: "The proof is not for the access token beside it (`ath`).",
    remedy: "Put the SHA-256 of the token into the proof, and none where no token is sent.",
  },
  dpop_link: {
    meaning: "The proof is not for the link's secret beside it (`lsh`).",
    remedy: "Put the SHA-256 of the secret into the proof, and none where no secret is sent.",
  },
} as const;

export type DpopFault = keyof typeof DPOP_FAULTS;

/** The first fault in the order of the table. Its signature, its `jti` and its nonce are asked about elsewhere. */
export function dpopFault(proof: DpopProof, expected: DpopExpectation, sha256: Sha256): DpopFault | undefined {
  // RFC 9110 section 9.1: methods are case-sensitive.
  if (proof.htm !== expected.method) return "dpop_method";
  if (!isSameUrl(proof.htu, expected.url)) return "dpop_url";
  // Written so that a time that is no number is no moment of now.
  if (!(Math.abs(expected.now_unix_ms - proof.iat_unix_ms) <= DPOP_SKEW_MS)) return "dpop_time";
  if (proof.ath !== (expected.ath ?? hashOf(expected.accessToken, sha256))) return "dpop_token";
  return proof.lsh === hashOf(expected.linkSecret, sha256) ? undefined : "dpop_link";
}

function isSameUrl(htu: string, url: string): boolean {
  const expected = normalizeHtu(url);
  return expected !== undefined && (htu === expected || normalizeHtu(htu) === expected);
}

function hashOf(secret: string | undefined, sha256: Sha256): string | undefined {
  return secret === undefined ? undefined : dpopHash(encodeUtf8(secret), sha256);
}
