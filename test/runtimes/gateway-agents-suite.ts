/**
 * What a gateway promises about agents, whatever it runs on: how they come in, what they may do, and how they are shut out.
 * It serves the story of rollout-story.ts, and has an owner's token.
 */
import { encodeUtf8, toBase64, toBase64url, toHex } from "@tau-edge/encoding";
import { readBootstrapLink } from "@tau-edge/identity";
import { check, checkEqual, type TestRegistrar } from "@tau-edge/ports/suites";
import { generateProof } from "dpop";
import { type AgentGateway, type Invitation, posted, StrangersAgent, sha256OfText } from "./gateway-agent.ts";

export interface AgentsUnderTest extends AgentGateway {
  readonly owner: string;
  /** How many exchanges may come at once. */
  readonly crowd: number;
  /** Everything that the gateway has written for its operator. */
  log(): string;
  /** Opens an address on this machine that nobody has a reason to ask. */
  lure(): Promise<Lure>;
}

export interface Lure {
  readonly port: number;
  /** How often anybody came, by way of the network or of `fetch`. */
  visits(): number;
  close(): Promise<void>;
}

/** Every secret that this suite has seen, for whoever searches files for them. */
export const SEEN_SECRETS: string[] = [];

const RESOLVE = "/v1/resolve/dev/shop";
let addresses = 0;

/** Each from an address of its own, where the gateway believes the proxy in front of it. */
function fromElsewhere(): Record<string, string> {
  addresses += 1;
  const address = `10.${(addresses >> 16) & 255}.${(addresses >> 8) & 255}.${addresses & 255}`;
  return { "x-forwarded-for": address, "cf-connecting-ip": address };
}

export class Owner {
  readonly #gateway: Pick<AgentsUnderTest, "send" | "owner">;

  constructor(gateway: Pick<AgentsUnderTest, "send" | "owner">) {
    this.#gateway = gateway;
  }

  ask(path: string, init: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
    const authorization = `Bearer ${this.#gateway.owner}`;
    return this.#gateway.send(path, { ...init, headers: { ...init.headers, authorization } });
  }

  async told(path: string, document?: unknown, status = 200): Promise<Record<string, unknown>> {
    const init = document === undefined ? {} : posted(document);
    const response = await this.ask(path, { ...init, headers: { "content-type": "application/json" } });
    const text = await response.text();
    checkEqual(response.status, status, `${path} ${text}`);
    return JSON.parse(text) as Record<string, unknown>;
  }

  async invite(more: object = {}): Promise<Invitation> {
    const { url } = await this.told("/v1/bootstrap/links", { subject: "browser-agent", ...more }, 201);
    const { link_id, secret } = readBootstrapLink(String(url));
    SEEN_SECRETS.push(secret);
    return { link_id, secret };
  }

  async linkState({ link_id }: Invitation): Promise<Record<string, unknown> | undefined> {
    const { links } = (await this.told("/v1/bootstrap/links")) as { links: Record<string, unknown>[] };
    return links.find((link) => link["link_id"] === link_id);
  }
}

async function problemOf(response: Response): Promise<Record<string, unknown>> {
  return (await response.json()) as Record<string, unknown>;
}

async function expectProblem(response: Response, status: number, code: string, what: string): Promise<void> {
  const text = await response.text();
  checkEqual([response.status, text.match(/"code":"([a-z_]+)"/)?.[1]], [status, code], `${what} ${text}`);
}

async function expectOk(response: Response, what: string): Promise<Record<string, unknown>> {
  const text = await response.text();
  checkEqual(response.status, 200, `${what} ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

export function agentsSuite(t: TestRegistrar, under: () => AgentsUnderTest): void {
  const owner = () => new Owner(under());
  const born = () => StrangersAgent.born(under());
  const exchanged = async (agent: StrangersAgent, link: Invitation, more: object = {}) =>
    agent.exchange(link, more, {}, fromElsewhere());
  /** An agent that was let in. */
  const letIn = async (more: object = {}): Promise<StrangersAgent> => {
    const agent = await born();
    await expectOk(await exchanged(agent, await owner().invite(more)), "an agent is let in");
    if (agent.token !== undefined) SEEN_SECRETS.push(agent.token);
    return agent;
  };

  t.test("a link lets in the agent whose key signs, with what the link says and nothing else", async () => {
    const agent = await born();
    const link = await owner().invite({ scopes: ["manifest:read"] });
    const response = await exchanged(agent, link);
    check(response.headers.get("dpop-nonce") !== null, "with a nonce for what comes next");
    checkEqual(response.headers.get("cache-control"), "no-store", "nobody keeps a token");
    const grant = await expectOk(response, "the exchange");
    checkEqual(
      [grant["token_type"], grant["expires_in"], grant["did"], grant["scope"], grant["subject"]],
      ["DPoP", 900, agent.did, "manifest:read", "browser-agent"],
      "the grant",
    );
    const resolved = await expectOk(await agent.ask(RESOLVE), "resolve");
    checkEqual(resolved["outcome"] ?? "release", "release", "a release");
    const state = await owner().linkState(link);
    checkEqual([state?.["state"], state?.["used_by"]], ["used", agent.did], "the link is used");
    check(!JSON.stringify(state).includes(link.secret), "its secret is shown to nobody");
  });

  t.test("looking at a link does not use it up: only POST does (threat 16)", async () => {
    const { send } = under();
    const link = await owner().invite();
    const query = `link_id=${link.link_id}&secret=${link.secret}&code=${link.secret}`;
    for (const method of ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
      for (const path of [`/v1/bootstrap/exchange?${query}`, "/v1/bootstrap/exchange", "/v1/token"]) {
        const response = await send(path, { method });
        await response.body?.cancel();
        check([204, 404, 405].includes(response.status), `${method} ${path} ${response.status}`);
      }
    const page = await send(`/boot?${query}`);
    await page.body?.cancel();
    checkEqual((await owner().linkState(link))?.["state"], "open", "it is still open");
    await expectOk(await exchanged(await born(), link), "and lets somebody in");
  });

  t.test("of a crowd with one link exactly one gets in, and no second key ever (threat 15)", async () => {
    const link = await owner().invite();
    const crowd = await Promise.all(Array.from({ length: under().crowd }, born));
    const answers = await Promise.all(crowd.map((agent) => exchanged(agent, link)));
    const statuses = answers.map(({ status }) => status);
    const won = crowd.filter((_, nth) => statuses[nth] === 200);
    checkEqual(
      [won.length, statuses.filter((status) => status === 400).length],
      [1, crowd.length - 1],
      "one gets in, and the others nothing",
    );
    await Promise.all(answers.map((answer) => answer.body?.cancel()));
    await expectProblem(await exchanged(await born(), link), 400, "invalid_grant", "a key that comes later");
    const state = await owner().linkState(link);
    checkEqual([state?.["used_by"], state?.["second_uses"]], [won[0]?.did, crowd.length], "the leak shows");
    if (won[0] !== undefined)
      await expectOk(await exchanged(won[0], link), "the winner may ask again: a reply gets lost");
  });

  t.test("every link that lets nobody in is refused with the same bytes", async () => {
    const used = await owner().invite();
    await expectOk(await exchanged(await born(), used), "it is used");
    const burned = await owner().invite();
    for (let tries = 0; tries < 5; tries++)
      await expectProblem(
        await exchanged(await born(), { ...burned, secret: "x".repeat(43) }),
        400,
        "invalid_grant",
        "a wrong secret",
      );
    const revoked = await owner().invite();
    await owner().told("/v1/bootstrap/links/revoke", { link_id: revoked.link_id });
    const others = await owner().invite({ expected_did: (await born()).did });
    const open = await owner().invite();
    const wrong: readonly (readonly [string, Invitation])[] = [
      ["an unknown link", { link_id: "A".repeat(16), secret: "x".repeat(43) }],
      ["no link at all", { link_id: "../../etc/passwd", secret: "" }],
      ["a used link", used],
      ["a burned link with its right secret (threat 17)", burned],
      ["a revoked link", revoked],
      ["a link for another key", others],
      ["a wrong secret", { ...open, secret: "y".repeat(43) }],
    ];
    const bodies = new Set<string>();
    for (const [what, link] of wrong) {
      const response = await exchanged(await born(), link);
      const { request_id, ...body } = await problemOf(response.clone());
      check(typeof request_id === "string", "an answer has a name");
      checkEqual(response.status, 400, what);
      const text = (await response.text()).replace(String(request_id), "");
      checkEqual(body["code"], "invalid_grant", what);
      bodies.add(text);
    }
    checkEqual(bodies.size, 1, `one text: ${[...bodies].join("\n")}`);
    checkEqual((await owner().linkState(burned))?.["state"], "burned", "the owner is told why");
  });

  t.test("a proof of the exchange is about this link and this gateway, and counts once", async () => {
    const link = await owner().invite();
    const agent = await born();
    const faulty: readonly (readonly [string, Record<string, unknown>])[] = [
      ["dpop_link", { lsh: undefined }],
      ["dpop_link", { lsh: sha256OfText("x".repeat(43)) }],
      ["dpop_url", { htu: "https://other.example/v1/bootstrap/exchange" }],
      ["dpop_url", { htu: `${under().base}/v1/token` }],
      ["dpop_method", { htm: "GET" }],
      ["dpop_token", { ath: sha256OfText("nothing") }],
    ];
    for (const [fault, claims] of faulty) {
      const response = await agent.exchange(link, {}, { claims }, fromElsewhere());
      const { code, fault: told } = await problemOf(response);
      checkEqual([response.status, code, told], [401, "invalid_dpop_proof", fault], JSON.stringify(claims));
    }
    checkEqual((await owner().linkState(link))?.["state"], "open", "none of them used it up");
    const jti = crypto.randomUUID();
    await expectOk(await agent.exchange(link, {}, { claims: { jti } }, fromElsewhere()), "a good one");
    const again = await agent.exchange(link, {}, { claims: { jti } }, fromElsewhere());
    checkEqual([again.status, (await problemOf(again))["fault"]], [401, "dpop_replayed"], "the same once more");
  });

  t.test("a stolen token is worth nothing without its key (threat 18)", async () => {
    const agent = await letIn();
    await expectOk(await agent.ask(RESOLVE), "its owner");
    const thief = await born();
    thief.token = agent.token;
    thief.nonce = agent.nonce;
    await expectProblem(await thief.once(RESOLVE), 401, "credentials_invalid", "the thief with a key of his own");
    const foreign = { header: { jwk: agent.jwk }, signer: thief.privateKey };
    await expectFault(await thief.once(RESOLVE, {}, foreign), "dpop_signature", "a proof that names the owner's key");
    const authorization = `Bearer ${agent.token}`;
    await expectProblem(
      await under().send(RESOLVE, { headers: { authorization } }),
      401,
      "credentials_invalid",
      "Bearer",
    );
    const bare = { headers: { authorization: `DPoP ${agent.token}` } };
    await expectFault(await under().send(RESOLVE, bare), "dpop_missing", "without a proof");
  });

  t.test("a recorded request is worth nothing: replayed, altered, or with an old nonce (threat 19)", async () => {
    const agent = await letIn();
    await expectOk(await agent.ask(RESOLVE), "it has a nonce");
    const jti = crypto.randomUUID();
    await expectOk(await agent.once(RESOLVE, {}, { claims: { jti } }), "once");
    await expectFault(await agent.once(RESOLVE, {}, { claims: { jti } }), "dpop_replayed", "twice");
    const now = Math.floor((under().now_unix_ms?.() ?? Date.now()) / 1_000);
    const altered: readonly (readonly [string, Record<string, unknown>])[] = [
      ["dpop_method", { htm: "POST" }],
      ["dpop_method", { htm: "get" }],
      ["dpop_url", { htu: `${under().base}/v1/resolve/prod/shop` }],
      ["dpop_url", { htu: `http://evil.example${RESOLVE}` }],
      ["dpop_time", { iat: now - 75 }],
      ["dpop_time", { iat: now + 75 }],
      ["dpop_token", { ath: sha256OfText("another token") }],
      ["dpop_token", { ath: undefined }],
      ["dpop_link", { lsh: sha256OfText("x".repeat(43)) }],
      ["dpop_claim", { jti: undefined }],
      ["dpop_claim", { jti: "x".repeat(5_000) }],
      ["dpop_claim", { iat: undefined }],
      ["dpop_claim", { iat: String(now) }],
      ["dpop_claim", { htm: undefined }],
      ["dpop_claim", { htu: undefined }],
      ["dpop_claim", { nonce: 1 }],
    ];
    for (const [fault, claims] of altered)
      await expectFault(await agent.once(RESOLVE, {}, { claims }), fault, JSON.stringify(claims).slice(0, 100));
    for (const nonce of [undefined, "made-up-by-the-client", "A".repeat(22)]) {
      const response = await agent.once(RESOLVE, {}, { claims: { nonce } });
      check(response.headers.get("dpop-nonce") !== null, "it is told the nonce that counts");
      check(/error="use_dpop_nonce"/.test(response.headers.get("www-authenticate") ?? ""), "as RFC 9449 says it");
      await expectProblem(response, 401, "use_dpop_nonce", `nonce ${nonce}`);
    }
    await expectOk(await agent.once(RESOLVE), "and goes on with that nonce");
  });

  t.test("nothing but a proof is a proof, and a proof is nothing else (threat 27)", async () => {
    const agent = await letIn();
    await expectOk(await agent.ask(RESOLVE), "it has a nonce");
    const headers: readonly (readonly [string, Record<string, unknown>])[] = [
      ["dpop_type", { typ: "JWT" }],
      ["dpop_type", { typ: undefined }],
      ["dpop_type", { typ: "at+jwt" }],
      ["jws_alg", { alg: "none" }],
      ["jws_alg", { alg: "HS256" }],
      ["jws_alg", { alg: "ES256" }],
      ["jws_header", { crit: ["exp"] }],
      ["jws_header", { jku: "https://evil.example/keys" }],
      ["jws_header", { x5c: ["MII"] }],
      ["jws_header", { b64: false }],
      ["dpop_header", { kid: "did:web:127.0.0.1#key" }],
      ["jwk_malformed", { jwk: { ...agent.jwk, d: "A".repeat(43) } }],
      ["jwk_malformed", { jwk: { ...agent.jwk, kid: "1" } }],
      ["jwk_malformed", { jwk: { ...agent.jwk, crv: "X25519" } }],
      ["dpop_header", { jwk: undefined }],
      ["jwk_malformed", { jwk: null }],
      // y = 1, the neutral point: it signs for everybody.
      ["jwk_key", { jwk: { ...agent.jwk, x: `AQ${"A".repeat(41)}` } }],
    ];
    for (const [fault, header] of headers)
      await expectFault(await agent.once(RESOLVE, {}, { header }), fault, JSON.stringify(header));
    const texts: readonly ((proof: string) => string)[] = [
      (proof) => `${proof}, ${proof}`,
      (proof) => proof.slice(0, -1),
      (proof) => `${proof}=`,
      (proof) => proof.replace(".", ".."),
      () => agent.token ?? "",
      () => "x".repeat(9_000),
    ];
    for (const text of texts) {
      const response = await agent.once(RESOLVE, {}, { text });
      checkEqual(response.status, 401, `${text} ${await response.text()}`);
    }
    for (const scheme of ["DPoP", "Bearer"]) {
      const proof = await agent.proof("GET", RESOLVE);
      const authorization = `${scheme} ${proof}`;
      const response = await under().send(RESOLVE, { headers: { authorization, dpop: proof } });
      await expectProblem(response, 401, "credentials_invalid", `a proof as ${scheme} token`);
    }
    const grant = await expectOk(await agent.renew(), "a renewal");
    const answer = await agent.once(RESOLVE, {}, { text: () => String(grant["gateway_proof"]) });
    checkEqual(answer.status, 401, "the gateway's own DID-JWT as a proof");
    await answer.body?.cancel();
  });

  t.test("a token of one scheme is none of the other, and a wrong one never nobody's", async () => {
    const { send, owner: ownerToken } = under();
    const agent = await letIn();
    await expectOk(await agent.ask(RESOLVE), "it has a nonce");
    const own = agent.token;
    agent.token = ownerToken;
    await expectProblem(await agent.once(RESOLVE), 401, "credentials_invalid", "the owner's token as DPoP");
    agent.token = own;
    for (const authorization of [
      "DPoP",
      "DPoP ",
      `DPoP ${own} ${own}`,
      `DPoP ${own}, DPoP ${own}`,
      "Basic b3duZXI6eA==",
    ]) {
      const dpop = await agent.proof("GET", RESOLVE);
      const response = await send(RESOLVE, { headers: { authorization, dpop } });
      checkEqual(response.status, 401, authorization);
      await response.body?.cancel();
    }
  });

  t.test("an agent renews with its key alone, until it is revoked, and then never again", async () => {
    const agent = await letIn();
    const first = agent.token;
    const grant = await expectOk(await agent.renew(), "a renewal");
    check(agent.token !== first && grant["did"] === agent.did, "it is a new token of the same agent");
    if (agent.token !== undefined) SEEN_SECRETS.push(agent.token);
    await expectOk(await agent.ask(RESOLVE), "the new token");
    const stranger = await born();
    stranger.nonce = agent.nonce;
    await expectProblem(await stranger.renew(), 401, "agent_needs_link", "a key that was never let in");

    const revoked = await owner().told("/v1/agents/revoke", { did: agent.did });
    checkEqual(revoked["outcome"], "revoked", "it is revoked");
    await expectProblem(await agent.once(RESOLVE), 401, "credentials_invalid", "its token is dead");
    await expectProblem(await agent.renew(), 401, "agent_needs_link", "its key renews nothing");
    const link = await owner().invite();
    await expectProblem(await exchanged(agent, link), 400, "invalid_grant", "nor does it come in again");
    const { agents } = (await owner().told("/v1/agents?limit=200")) as { agents: Record<string, unknown>[] };
    const row = agents.find(({ did }) => did === agent.did);
    check(typeof row?.["revoked_unix_ms"] === "number", "and the list says so");
  });

  t.test("an agent may do what its link said, and nothing of an operator", async () => {
    const reader = await letIn({ scopes: ["manifest:read"] });
    const reports = await reader.post("/v1/reports", { batches: [], states: [running()] });
    check(
      /scope="events:write"/.test(reports.headers.get("www-authenticate") ?? ""),
      "it is told which scope is missing",
    );
    await expectProblem(reports, 403, "scope_insufficient", "a report");
    const agent = await letIn({ scopes: ["status:read", "manifest:read", "events:write"] });
    for (const [path, document] of [
      ["/v1/bootstrap/links", { subject: "friend" }],
      ["/v1/bootstrap/links/revoke", { link_id: "x" }],
      ["/v1/agents/revoke", { did: reader.did }],
      ["/v1/admin/rotate", {}],
      ["/v1/tokens", { name: "mine", scopes: ["admin"] }],
      ["/v1/undos", {}],
    ] as const)
      await expectProblem(await agent.post(path, document), 403, "scope_insufficient", path);
    await expectProblem(await agent.ask("/v1/agents"), 403, "scope_insufficient", "/v1/agents");
    for (const scopes of [["admin"], ["rollout:promote"], ["events:write", "bootstrap:create"]])
      checkEqual(
        (await owner().told("/v1/bootstrap/links", { subject: "a", scopes }, 422))["code"],
        "scope_not_for_agents",
        "no link gives more",
      );
  });

  t.test("an agent reports in its own name, and what it runs is shown", async () => {
    const agent = await letIn();
    const batch = { batch_id: "b-1", rollout_id: "default~dev~shop~999", attempt: 1, stage: 0, window: 0 };
    const about = { ...batch, release: `sha256:${"0".repeat(64)}` };
    for (const reporter of ["somebody", (await born()).did, `${agent.did}#`, ""])
      await expectProblem(
        await agent.post("/v1/reports", { batches: [{ ...about, reporter }] }),
        403,
        "reporter_not_you",
        `as ${reporter}`,
      );
    const told = await expectOk(await agent.post("/v1/reports", { batches: [about], states: [running()] }), "a report");
    checkEqual((told["results"] as { reporter: string }[])[0]?.reporter, agent.did, "it is stored under its DID");
    await expectOk(await agent.post("/v1/reports", { batches: [{ ...about, reporter: agent.did }] }), "by its DID");
    const { agents } = (await owner().told("/v1/agents?limit=200")) as {
      agents: { did: string; states: { blueprint: string; state: string }[] }[];
    };
    const [state] = agents.find(({ did }) => did === agent.did)?.states ?? [];
    checkEqual([state?.blueprint, state?.state], ["shop", "running"], "what it runs");
  });

  t.test("an agent that names no key is one key to a rollout: what it gets stays", async () => {
    const agent = await letIn();
    const told = await expectOk(await agent.ask(RESOLVE), "resolve");
    const named = await expectOk(await agent.ask(`${RESOLVE}?key=${encodeURIComponent(agent.did)}`), "by its DID");
    checkEqual(told, named, "it is keyed by its DID");
    check(typeof told["bucket"] === "number", "it has a bucket");
    const other = await expectOk(await agent.ask(`${RESOLVE}?key=user-1`), "by another key");
    const anonymous = await under().send(`${RESOLVE}?key=user-1`);
    checkEqual(other, (await anonymous.json()) as object, "a key that it names is that key");
    const response = await agent.ask(RESOLVE);
    await response.body?.cancel();
    checkEqual(response.headers.get("cache-control"), "private, no-cache", "no cache gives it to others");
    check(/Authorization/i.test(response.headers.get("vary") ?? ""), "it varies with who asks");
  });

  t.test("a gateway says who it is and whom it knows, and asks nobody else (threat 22)", async () => {
    const agent = await letIn();
    const own = await expectOk(await under().send("/.well-known/did.json"), "its own document");
    check(/^did:(web|key):/.test(String(own["id"])), "it has a DID");
    const path = `/v1/dids/${agent.did}`;
    const payload = await under().send(path);
    checkEqual(payload.headers.get("access-control-allow-origin"), "*", "pages may read it");
    const { did, assurance } = await expectOk(payload, "an agent's payload");
    checkEqual([did, assurance], [agent.did, "strong"], "whom it knows");
    checkEqual((await expectOk(await under().send(`${path}/did.json`), "document"))["id"], agent.did, "its document");
    await expectProblem(await under().send(`/v1/dids/${(await born()).did}`), 404, "did_unknown", "nobody");

    const { port, visits, close } = await under().lure();
    const hosts = [
      `127.0.0.1%3A${port}`,
      `localhost%3A${port}`,
      `good.example%40127.0.0.1%3A${port}`,
      "169.254.169.254",
    ];
    try {
      for (const host of [...hosts, `127.0.0.1%3A${port}:x%2F..`]) {
        const web = `did:web:${host}`;
        for (const spelled of [web, encodeURIComponent(web)]) {
          const asked = await under().send(`/v1/dids/${spelled}`);
          check([400, 404].includes(asked.status), `${spelled} ${asked.status}`);
          await asked.body?.cancel();
        }
        await owner().told("/v1/bootstrap/links", { subject: "a", expected_did: web }, 422);
        await owner().told("/v1/agents/revoke", { did: web }, 404);
        await agent.once(RESOLVE, {}, { header: { kid: `${web}#1` } });
      }
    } finally {
      await close();
    }
    checkEqual(visits(), 0, "nothing was resolved");
  });

  t.test("another's client speaks with it: npm's dpop, and a key that cannot be exported", async () => {
    const { send, base } = under();
    const link = await owner().invite();
    const keys = (await born()) satisfies { privateKey: CryptoKey; publicKey: CryptoKey };
    const prove = (method: string, path: string, nonce?: string, token?: string, claims?: Record<string, string>) =>
      generateProof(keys, base + path, method, nonce, token, claims);
    const path = "/v1/bootstrap/exchange";
    const dpop = await prove("POST", path, undefined, undefined, { lsh: sha256OfText(link.secret) });
    const { headers, body } = posted(link);
    const response = await send(path, { method: "POST", headers: { ...headers, ...fromElsewhere(), dpop }, body });
    const nonce = response.headers.get("dpop-nonce") ?? "";
    const { access_token } = await expectOk(response, "the exchange");
    const authorization = `DPoP ${access_token}`;
    const fields = { authorization, dpop: await prove("GET", RESOLVE, nonce, String(access_token)) };
    await expectOk(await send(RESOLVE, { headers: fields }), "a resource");
    const renewing = { ...headers, dpop: await prove("POST", "/v1/token", nonce) };
    await expectOk(await send("/v1/token", { method: "POST", headers: renewing, body: "{}" }), "a renewal");
  });

  t.test("no log has the secret of a link, nor a token, nor the id that burns it (threat 14)", async () => {
    const link = await owner().invite();
    await exchanged(await born(), { ...link, secret: "z".repeat(43) });
    await exchanged(await born(), link);
    await exchanged(await born(), link);
    const log = under().log();
    for (const secret of [link.link_id, "z".repeat(43), ...SEEN_SECRETS, under().owner])
      for (const [encoding, text] of encodingsOf(secret))
        check(!log.includes(text), `a log has a secret in ${encoding}`);
  });
}

function running(): object {
  return { environment: "dev", blueprint: "shop", state: "running" };
}

export function encodingsOf(secret: string): readonly (readonly [string, string])[] {
  const bytes = encodeUtf8(secret);
  return [
    ["utf8", secret],
    ["hex", toHex(bytes)],
    ["base64", toBase64(bytes).replace(/=+$/, "")],
    ["base64url", toBase64url(bytes)],
    ["percent", encodeURIComponent(secret)],
    ["reversed", [...secret].reverse().join("")],
  ];
}

async function expectFault(response: Response, fault: string, what: string): Promise<void> {
  const told = await problemOf(response);
  checkEqual([response.status, told["code"], told["fault"]], [401, "invalid_dpop_proof", fault], what);
  check(/^DPoP error="invalid_dpop_proof"/.test(response.headers.get("www-authenticate") ?? ""), "the challenge");
}

/** Ends the story's tokens and agents: comes last. */
export function rotationSuite(t: TestRegistrar, under: () => AgentsUnderTest): void {
  t.test("a rotation kills links and tokens; agents prove themselves again and go on", async () => {
    const owner = new Owner(under());
    const agent = await StrangersAgent.born(under());
    await expectOk(await agent.exchange(await owner.invite(), {}, {}, fromElsewhere()), "it is let in");
    await expectOk(await agent.ask(RESOLVE), "it may read");
    const link = await owner.invite();
    await owner.told("/v1/admin/rotate", { scope: ["links", "tokens"] });
    await expectProblem(await agent.once(RESOLVE), 401, "credentials_invalid", "its token is dead");
    const late = await StrangersAgent.born(under());
    const refused = await late.exchange(link, {}, {}, fromElsewhere());
    await expectProblem(refused, 400, "invalid_grant", "the link is dead");
    await expectOk(await agent.renew(), "its key gets another token");
    await expectOk(await agent.ask(RESOLVE), "and it goes on");
  });

  t.test("a rotation of agents ends their renewals, too", async () => {
    const owner = new Owner(under());
    const agent = await StrangersAgent.born(under());
    await expectOk(await agent.exchange(await owner.invite(), {}, {}, fromElsewhere()), "it is let in");
    await owner.told("/v1/admin/rotate", { scope: ["agents", "tokens", "links"] });
    await expectProblem(await agent.once(RESOLVE), 401, "credentials_invalid", "its token is dead");
    await expectProblem(await agent.renew(), 401, "agent_needs_link", "its key renews nothing");
  });
}
