/** Sends requests with a proof that only the owner of the key can make (RFC 9449), and with the nonce the gateway wants. */
import type { AgentKey } from "./agent-key.ts";
import { writeProof } from "./dpop-proof.ts";
import { AgentError } from "./errors.ts";
import { AGENT_LIMITS } from "./limits.ts";
import type { AgentClock, Fetch } from "./platform.ts";

export interface ProvenRequest {
  readonly method: "GET" | "POST";
  /** From the gateway's base, with a slash first. */
  readonly path: string;
  /** With its question mark; no part of what is proven (RFC 9449 section 4.2, `htu`). */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: object;
  readonly accessToken?: string;
  readonly linkSecret?: string;
  readonly msMax?: number;
  /** Past every cache; platforms without one may refuse it. */
  readonly cache?: "reload";
  readonly signal?: AbortSignal | undefined;
}

export interface ProvenAnswer {
  readonly response: Response;
  /** The name of the proof that was answered. */
  readonly jti: string;
}

export interface ProofSenderPorts {
  readonly gateway: string;
  readonly fetch: Fetch;
  readonly clock: AgentClock;
}

export class ProofSender {
  readonly #ports: ProofSenderPorts;
  /** RFC 9449 section 8.2: the last one that came is used for the next request. */
  #nonce: string | undefined;

  constructor(ports: ProofSenderPorts) {
    this.#ports = ports;
  }

  /** @throws AgentError `gateway_unreachable` */
  async send(key: AgentKey, request: ProvenRequest): Promise<ProvenAnswer> {
    const first = await this.#once(key, request);
    // RFC 9449 section 8: the gateway wants a nonce, and has just sent one. Asked for again after that, it is a refusal.
    if (!wantsNonce(first.response)) return first;
    await first.response.body?.cancel().catch(() => undefined);
    return this.#once(key, request);
  }

  async #once(key: AgentKey, request: ProvenRequest): Promise<ProvenAnswer> {
    const { method, path, query = "", headers = {}, body, accessToken, linkSecret } = request;
    const url = `${this.#ports.gateway}${path}`;
    const jti = crypto.randomUUID();
    const response = await this.#fetch(`${url}${query}`, request, {
      method,
      // Elsewhere the proof would be refused, and what is answered would be somebody else's.
      redirect: "manual",
      ...(request.cache === undefined ? {} : { cache: request.cache }),
      headers: {
        ...headers,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(accessToken === undefined ? {} : { authorization: `DPoP ${accessToken}` }),
        dpop: await writeProof(key, {
          ...{ jti, method, url, accessToken, linkSecret, nonce: this.#nonce },
          now_unix_ms: this.#ports.clock.nowUnixMs(),
        }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const nonce = response.headers.get("dpop-nonce");
    if (nonce !== null && nonce.length <= AGENT_LIMITS.nonce_chars_max) this.#nonce = nonce;
    return { response, jti };
  }

  async #fetch(url: string, { msMax, signal }: ProvenRequest, init: RequestInit): Promise<Response> {
    const late = AbortSignal.timeout(msMax ?? AGENT_LIMITS.answer_ms_max);
    const ended = signal === undefined ? late : AbortSignal.any([late, signal]);
    try {
      return await this.#ports.fetch(url, { ...init, signal: ended });
    } catch (cause) {
      throw new AgentError("gateway_unreachable", undefined, { cause });
    }
  }
}

function wantsNonce(response: Response): boolean {
  if (response.status !== 401 && response.status !== 400) return false;
  return (
    /error="?use_dpop_nonce/.test(response.headers.get("www-authenticate") ?? "") && response.headers.has("dpop-nonce")
  );
}
