/** What a gateway promises about proofs (RFC 9449), whatever it runs on: which key it is, of which request, and once. */
import { check, checkEqual, type TestRegistrar } from "@tau-edge/ports/suites";
import { generateProof } from "dpop";
import { posted, sha256OfText } from "./gateway-agent.ts";
import {
  type AgentsUnderTest,
  actorsOf,
  expectFault,
  expectOk,
  expectProblem,
  fromElsewhere,
  problemOf,
  RESOLVE,
} from "./gateway-owner.ts";

/** Comes before `agentsSuite`, which ends with a search of the log: these requests are in it, too. */
export function proofsSuite(t: TestRegistrar, under: () => AgentsUnderTest): void {
  const { owner, born, letIn } = actorsOf(under);

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
}
