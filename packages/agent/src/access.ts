/**
 * Who this agent is at its gateway, and the token that says so. The key is kept, the token is not: it lives a quarter of
 * an hour, and whoever has the key gets another.
 */
import type { AgentKey } from "./agent-key.ts";
import { agentKeyOf, makeKeyPair } from "./agent-key.ts";
import { type JsonObject, readJsonAnswer, readRefusal, refusalError } from "./answers.ts";
import { readLink } from "./bootstrap-link.ts";
import { AgentError } from "./errors.ts";
import { checkGatewayProof, type VerifySignature } from "./gateway-proof.ts";
import type { KeptAgent, KeyStore } from "./key-store.ts";
import { AGENT_LIMITS } from "./limits.ts";
import type { AgentClock } from "./platform.ts";
import type { ProofSender, ProvenAnswer, ProvenRequest } from "./proof-sender.ts";

/** What a gateway said when it took the agent, or took it again. */
export interface Introduction {
  readonly did: string;
  readonly scopes: readonly string[];
  readonly subject: string;
  readonly network: string;
  readonly gateway_did: string;
  readonly payload_url: string;
  /** Whether the gateway's key is the one that the link named. `unpinned`: it is the one of the first answer. */
  readonly gateway: "pinned" | "unpinned";
  readonly expires_unix_ms: number;
}

export interface AccessPorts {
  readonly gateway: string;
  readonly sender: ProofSender;
  readonly keys: KeyStore;
  readonly clock: AgentClock;
  verify(): Promise<VerifySignature>;
  onIntroduced(introduction: Introduction, by: "link" | "key"): void;
  onLost(): void;
}

interface Identity {
  readonly kept: KeptAgent;
  readonly key: AgentKey;
}

interface AccessToken {
  readonly text: string;
  readonly renewAtMs: number;
}

export class Access {
  readonly #ports: AccessPorts;
  #identity: Identity | undefined;
  /** Whom the last link was to let in. */
  #entering: Identity | undefined;
  #token: AccessToken | undefined;
  #renewing: Promise<AccessToken> | undefined;
  #lost = false;

  private constructor(ports: AccessPorts, identity: Identity | undefined) {
    this.#ports = ports;
    this.#identity = identity;
  }

  static async open(ports: AccessPorts): Promise<Access> {
    const kept = await ports.keys.load(ports.gateway);
    return new Access(ports, kept === undefined ? undefined : { kept, key: await agentKeyOf(kept.keys) });
  }

  get did(): string | undefined {
    return this.#identity?.key.did;
  }

  get registered(): boolean {
    return !this.#lost && this.#identity?.kept.standing === "registered";
  }

  /**
   * Each link makes a key of its own; one whose reply was lost goes on with the key that it made. Who is in stays who it is
   * until the link has been taken.
   * @throws AgentError `link_malformed`, `link_of_another_gateway`, `link_refused`, `ed25519_missing`, `gateway_…`
   */
  async bootstrap(url: string): Promise<Introduction> {
    const link = readLink(url);
    if (link.gateway !== this.#ports.gateway)
      throw new AgentError(
        "link_of_another_gateway",
        `The link leads to ${link.gateway}, not to ${this.#ports.gateway}`,
      );
    const { kept, key } = await this.#enrolling(link.link_id, link.pin);
    const { link_id, secret } = link;
    const answer = await this.#ports.sender.send(key, {
      method: "POST",
      path: "/v1/bootstrap/exchange",
      body: { link_id, secret },
      linkSecret: secret,
    });
    if (!answer.response.ok) throw await linkError(answer.response);
    const { introduction, token, pin } = await this.#introduced({ kept, key }, answer);
    await this.#keep({ kept: { ...kept, standing: "registered", gateway_pin: pin }, key });
    this.#token = token;
    this.#lost = false;
    this.#ports.onIntroduced(introduction, "link");
    return introduction;
  }

  /** @throws AgentError `needs_link` and what `bootstrap` throws of the gateway */
  async renew(): Promise<void> {
    await this.#renewed();
  }

  /**
   * With the token, renewed where it ends soon. A gateway that no longer knows the token is asked for another, once.
   * @throws AgentError `needs_link`, `gateway_unreachable`
   */
  async send(request: Omit<ProvenRequest, "accessToken" | "linkSecret">): Promise<Response> {
    const { key } = this.#requireIdentity();
    const token = await this.#current();
    const { response } = await this.#ports.sender.send(key, { ...request, accessToken: token.text });
    if (response.status !== 401) return response;
    await response.body?.cancel().catch(() => undefined);
    if (this.#token === token) this.#token = undefined;
    const again = await this.#current();
    return (await this.#ports.sender.send(key, { ...request, accessToken: again.text })).response;
  }

  async forget(): Promise<void> {
    this.#identity = undefined;
    this.#entering = undefined;
    this.#token = undefined;
    await this.#ports.keys.forget(this.#ports.gateway);
  }

  #requireIdentity(): Identity {
    if (this.#lost || this.#identity?.kept.standing !== "registered") throw new AgentError("needs_link");
    return this.#identity;
  }

  async #current(): Promise<AccessToken> {
    const token = this.#token;
    if (token !== undefined && this.#ports.clock.monotonicMs() < token.renewAtMs) return token;
    return this.#renewed();
  }

  /** Whoever needs one meanwhile waits for the same. */
  #renewed(): Promise<AccessToken> {
    this.#renewing ??= this.#renewal().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #renewal(): Promise<AccessToken> {
    const identity = this.#requireIdentity();
    const answer = await this.#ports.sender.send(identity.key, { method: "POST", path: "/v1/token", body: {} });
    if (!answer.response.ok) {
      const refusal = await readRefusal(answer.response);
      // Another refusal is of this request or this moment, and says nothing of who may come in.
      if (refusal.code !== "agent_needs_link") throw refusalError(refusal);
      // Another link may have let it in meanwhile.
      if (this.#identity === identity) {
        this.#lost = true;
        this.#ports.onLost();
      }
      throw new AgentError("needs_link", undefined, { problem: refusal.code });
    }
    const { introduction, token } = await this.#introduced(identity, answer);
    this.#token = token;
    this.#ports.onIntroduced(introduction, "key");
    return token;
  }

  async #enrolling(link_id: string, pin: string | undefined): Promise<Identity> {
    const known = this.#entering ?? this.#identity;
    // Of one link, with its pin or without: what was left out once must not be taken for checked.
    const { kept: begun } = known ?? {};
    if (known && begun?.standing === "enrolling" && begun.link_id === link_id && begun.gateway_pin === pin)
      return known;
    const keys = await makeKeyPair();
    const pinned = pin !== undefined;
    const kept: KeptAgent = { keys, standing: "enrolling", link_id, pinned, ...(pinned ? { gateway_pin: pin } : {}) };
    const identity = { kept, key: await agentKeyOf(keys) };
    // Before the link is used up: after a crash the same key may ask again.
    if (!this.registered) await this.#keep(identity);
    this.#entering = identity;
    return identity;
  }

  async #keep(identity: Identity): Promise<void> {
    await this.#ports.keys.save(this.#ports.gateway, identity.kept);
    this.#identity = identity;
  }

  async #introduced({ kept, key }: Identity, { response, jti }: ProvenAnswer) {
    const askedAtMs = this.#ports.clock.monotonicMs();
    const said = await readJsonAnswer(response);
    checkIntroduction(said);
    const { did, access_token, scope, subject, network, gateway_did, payload_url } = said;
    if (did !== key.did) throw new AgentError("answer_malformed", "The gateway answers somebody else");
    const expected = { agent: did, jti, accessToken: access_token, gateway: gateway_did, pin: kept.gateway_pin };
    const pin = await checkGatewayProof(said.gateway_proof, expected, await this.#ports.verify());
    const lifeMs = said.expires_in * 1_000;
    const introduction: Introduction = {
      ...{ did, subject, network, gateway_did, payload_url },
      scopes: scope.split(" ").filter((word) => word !== ""),
      gateway: kept.pinned ? "pinned" : "unpinned",
      expires_unix_ms: this.#ports.clock.nowUnixMs() + lifeMs,
    };
    // A short life is renewed in its middle rather than at once.
    const renewAtMs = askedAtMs + Math.max(lifeMs - AGENT_LIMITS.renew_before_ms, lifeMs / 2);
    return { introduction, pin, token: { text: access_token, renewAtMs } };
  }
}

/** RFC 6749 section 5.2: one word for all that can be wrong with a grant. */
async function linkError(response: Response): Promise<AgentError> {
  const refusal = await readRefusal(response);
  return refusal.code === "invalid_grant"
    ? new AgentError("link_refused", undefined, { problem: refusal.code })
    : refusalError(refusal);
}

const TEXTS = [
  "access_token",
  "did",
  "scope",
  "subject",
  "network",
  "gateway_did",
  "gateway_proof",
  "payload_url",
] as const;

type SaidIntroduction = { readonly [name in (typeof TEXTS)[number]]: string } & { readonly expires_in: number };

/** RFC 6749 section 5.1, RFC 9449 section 5. @throws AgentError `answer_malformed` */
function checkIntroduction(answer: JsonObject): asserts answer is JsonObject & SaidIntroduction {
  const { token_type, access_token, expires_in } = answer;
  const wrong =
    (token_type !== "DPoP" && "token_type") ||
    (!(typeof expires_in === "number" && expires_in >= 1 && expires_in <= AGENT_LIMITS.token_seconds_max) &&
      "expires_in") ||
    TEXTS.find((name) => typeof answer[name] !== "string") ||
    // Visible ASCII (RFC 6750 section 2.1): it goes into a header field.
    (!TOKEN.test(String(access_token)) && "access_token");
  if (wrong !== false) throw new AgentError("answer_malformed", `\`${wrong}\` of the answer is missing or wrong`);
}

const TOKEN = new RegExp(`^[!-~]{1,${AGENT_LIMITS.token_chars_max}}$`);
