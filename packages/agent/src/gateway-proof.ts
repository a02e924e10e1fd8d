/**
 * The gateway's half of the introduction: a token, signed by its key, that names this agent, the request that it answers
 * and the access token that came with it. With the pin of a link it shows that the right gateway answered; without one,
 * only that the same one answers as the first time.
 */
import { isObject, type JsonObject, readJsonBytes } from "./answers.ts";
import { fromBase64url } from "./base64url.ts";
import { didKeyText } from "./did-key-text.ts";
import { AgentError } from "./errors.ts";
import { hashOfText, pinOfKey } from "./hash.ts";

/** Is this Ed25519 signature good? */
export type VerifySignature = (
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
) => boolean | Promise<boolean>;

export interface ProofExpectation {
  /** DID of the agent. */
  readonly agent: string;
  /** Of the proof that the gateway answered. */
  readonly jti: string;
  readonly accessToken: string;
  /** DID that the gateway says that it has. */
  readonly gateway: string;
  /** What is known of its key. */
  readonly pin: string | undefined;
}

/**
 * Time is not looked at: the nonce is this request's own, so no older proof can carry it.
 * @returns the pin of the key
 * @throws AgentError `gateway_proof_malformed`, `gateway_key_differs`, `gateway_proof_signature`
 */
export async function checkGatewayProof(
  text: unknown,
  expected: ProofExpectation,
  verify: VerifySignature,
): Promise<string> {
  const jws = readProof(text);
  const key = readKey(jws);
  const pin = await pinOfKey(key);
  if (expected.pin !== undefined && expected.pin !== pin) throw new AgentError("gateway_key_differs");
  const { iss, aud, nonce, ath } = jws.payload;
  const wrong =
    (iss !== expected.gateway && "iss") ||
    // A did:key is its key. Where a did:web lies, only its host can say, and TLS or the pin vouches for that.
    (expected.gateway.startsWith("did:key:") && expected.gateway !== didKeyText(key) && "iss") ||
    (aud !== expected.agent && "aud") ||
    (nonce !== expected.jti && "nonce") ||
    (ath !== (await hashOfText(expected.accessToken)) && "ath");
  if (wrong !== false)
    throw new AgentError("gateway_proof_malformed", `\`${wrong}\` of the gateway's proof is another`);
  if (!(await verify(jws.signature, jws.signingInput, key))) throw new AgentError("gateway_proof_signature");
  return pin;
}

/**
 * RFC 7515 section 7.1, in a few lines: the identity package reads tokens with an error for each thing that can be wrong,
 * and an agent would carry all of their texts. Here everything that is wrong has one code. A test holds both together.
 */
function readProof(text: unknown): Proof {
  const [header, payload, signature, ...more] =
    typeof text === "string" && text.length <= PROOF_CHARS_MAX ? text.split(".") : [];
  const bytes = decoded(signature);
  if (bytes?.length !== SIGNATURE_BYTES || more.length > 0) throw new AgentError("gateway_proof_malformed");
  const { alg, typ, ...rest } = readPart(header);
  // RFC 8725 sections 3.1 and 3.11: one algorithm, under its two names, and no token of another kind. What else a header
  // may say changes what is signed, or brings a key; only the name of a key does neither.
  const known =
    (alg === "EdDSA" || alg === "Ed25519") && typ === "JWT" && Object.keys(rest).every((name) => name === "kid");
  if (!known) throw new AgentError("gateway_proof_malformed");
  return {
    payload: readPart(payload),
    signature: bytes,
    signingInput: new TextEncoder().encode(`${header}.${payload}`),
  };
}

function readPart(text: string | undefined): JsonObject {
  const bytes = decoded(text);
  const value = bytes === undefined ? undefined : readJsonBytes(bytes);
  if (!isObject(value)) throw new AgentError("gateway_proof_malformed");
  return value;
}

interface Proof {
  readonly payload: JsonObject;
  readonly signature: Uint8Array;
  readonly signingInput: Uint8Array;
}

/** The gateway's has 900. */
const PROOF_CHARS_MAX = 8_192;
const SIGNATURE_BYTES = 64;
const KEY_BYTES = 32;

/** RFC 8037 section 2: the public half, and no other member. */
function readKey({ payload }: Proof): Uint8Array<ArrayBuffer> {
  const jwk = payload["gateway_key"];
  if (isObject(jwk) && Object.keys(jwk).length === 3 && jwk["kty"] === "OKP" && jwk["crv"] === "Ed25519") {
    const key = decoded(jwk["x"]);
    if (key?.length === KEY_BYTES) return key;
  }
  throw new AgentError("gateway_proof_malformed", "The gateway's proof names no Ed25519 key");
}

function decoded(text: unknown): Uint8Array<ArrayBuffer> | undefined {
  return typeof text === "string" ? fromBase64url(text) : undefined;
}
