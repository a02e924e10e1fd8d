/**
 * An agent as a stranger would write it: WebCrypto and JSON, and nothing of ours but encodings. Each part of
 * its proofs can be made wrong.
 */
import { encodeUtf8, sha256, toBase64url } from "@tau-edge/encoding";
import { didKeyOf } from "@tau-edge/identity";
import { type AgentRequest, posted } from "./posted.ts";

export { type AgentRequest, posted };

/** A gateway as an agent knows it. */
export interface AgentGateway {
  send(path: string, init?: AgentRequest): Promise<Response>;
  /** What proofs are for: the public base URL. */
  readonly base: string;
  /** Another clock than this machine's. */
  now_unix_ms?(): number;
}

/** What differs from an honest proof: a member that is undefined is left out. */
export interface Altered {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Another key signs. */
  readonly signer?: CryptoKey;
  /** After signing. */
  readonly text?: (proof: string) => string;
}

export interface Invitation {
  readonly link_id: string;
  readonly secret: string;
}

export class StrangersAgent {
  readonly did: string;
  readonly jwk: Readonly<Record<"kty" | "crv" | "x", string>>;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly gateway: AgentGateway;
  token: string | undefined;
  nonce: string | undefined;

  private constructor(gateway: AgentGateway, keys: CryptoKeyPair, raw: Uint8Array) {
    this.gateway = gateway;
    this.privateKey = keys.privateKey;
    this.publicKey = keys.publicKey;
    this.did = didKeyOf(raw).did;
    this.jwk = { kty: "OKP", crv: "Ed25519", x: base64url(raw) };
  }

  /** With a key that cannot be exported. */
  static async born(gateway: AgentGateway): Promise<StrangersAgent> {
    const keys = (await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"])) as CryptoKeyPair;
    const raw = await crypto.subtle.exportKey("raw", keys.publicKey);
    if (!(raw instanceof ArrayBuffer)) throw new TypeError("a raw key is bytes");
    return new StrangersAgent(gateway, keys, new Uint8Array(raw));
  }

  /** RFC 9449 section 4.2. */
  async proof(method: string, path: string, altered: Altered = {}): Promise<string> {
    const header = { typ: "dpop+jwt", alg: "EdDSA", jwk: this.jwk, ...altered.header };
    const claims = {
      jti: crypto.randomUUID(),
      htm: method,
      htu: this.gateway.base + path.replace(/\?.*/, ""),
      iat: Math.floor((this.gateway.now_unix_ms?.() ?? Date.now()) / 1_000),
      ...(this.token === undefined ? {} : { ath: sha256OfText(this.token) }),
      ...(this.nonce === undefined ? {} : { nonce: this.nonce }),
      ...altered.claims,
    };
    const input = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claims))}`;
    const signer = altered.signer ?? this.privateKey;
    const signature = await crypto.subtle.sign("Ed25519", signer, new TextEncoder().encode(input));
    const proof = `${input}.${base64url(new Uint8Array(signature))}`;
    return altered.text?.(proof) ?? proof;
  }

  /** One request with a fresh proof; remembers the nonce that it is given, and does not try again. */
  async once(path: string, init: AgentRequest = {}, altered: Altered = {}): Promise<Response> {
    const dpop = await this.proof(init.method ?? "GET", path, altered);
    const authorization: Record<string, string> =
      this.token === undefined ? {} : { authorization: `DPoP ${this.token}` };
    const response = await this.gateway.send(path, {
      ...init,
      headers: { ...authorization, dpop, ...init.headers },
    });
    this.nonce = response.headers.get("dpop-nonce") ?? this.nonce;
    return response;
  }

  /** RFC 9449 section 8: once more with the nonce that the gateway asked for. */
  async ask(path: string, init: AgentRequest = {}): Promise<Response> {
    const before = this.nonce;
    const response = await this.once(path, init);
    if (response.status !== 401 || this.nonce === before) return response;
    if (!(response.headers.get("www-authenticate") ?? "").includes("use_dpop_nonce")) return response;
    await response.body?.cancel();
    return this.once(path, init);
  }

  post(path: string, document: unknown): Promise<Response> {
    return this.ask(path, posted(document));
  }

  /** Takes the token, where it gets one. */
  async exchange(
    { link_id, secret }: Invitation,
    more: object = {},
    altered: Altered = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const before = this.token;
    this.token = undefined;
    const request = posted({ link_id, secret, ...more });
    const init = { ...request, headers: { ...request.headers, ...headers } };
    const response = await this.once("/v1/bootstrap/exchange", init, {
      ...altered,
      claims: { lsh: sha256OfText(secret), ...altered.claims },
    });
    this.token = response.ok ? ((await response.clone().json()) as { access_token: string }).access_token : before;
    return response;
  }

  async renew(): Promise<Response> {
    const before = this.token;
    this.token = undefined;
    const response = await this.post("/v1/token", {});
    this.token = response.ok ? ((await response.clone().json()) as { access_token: string }).access_token : before;
    return response;
  }
}

export function sha256OfText(text: string): string {
  return toBase64url(sha256(encodeUtf8(text)));
}

function base64url(written: Uint8Array | string): string {
  return toBase64url(typeof written === "string" ? encodeUtf8(written) : written);
}
