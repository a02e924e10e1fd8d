/** The suites about operators' credentials in workerd, over its Durable Objects, and what variables a Worker takes. */
import { createExecutionContext, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { LEDGER_NAME, objectKey } from "@tau-edge/adapter-cloudflare";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bearer, credentialsSuite, readersSuite } from "../../../test/runtimes/gateway-credentials-suite.ts";
import { type MemoryStory, tellInMemory } from "../../../test/runtimes/memory-story.ts";
import { posted } from "../../../test/runtimes/posted.ts";
import type { CredentialBindings } from "./credentials.ts";
import { makeWorker } from "./worker.ts";

const registrar = { test: (name: string, run: () => Promise<void>) => void it(name, run) };
const OWNER = "the-owner-s-token-of-the-variables-01";
const PASSWORD = "correct horse battery staple";
const PASSWORD_HASH = "$scrypt$ln=15,r=8,p=3$BwcHBwcHBwcHBwcHBwcHBw$0a2JaVwDsB0xnl9aWr+6b6zb8RsYDssMLbAk0C/Lx8w";
const JSON_TYPE = { "content-type": "application/json" };
const BASE = "https://edge.example";

let addresses = 0;
function fromElsewhere(): Record<string, string> {
  addresses += 1;
  return { "cf-connecting-ip": `198.51.${addresses >> 8}.${addresses & 255}` };
}

function workerWith(variables: Partial<CredentialBindings>) {
  const worker = makeWorker();
  const bindings = { ...env, PUBLIC_BASE_URL: BASE, ...variables };
  return (path: string, init: RequestInit = {}) =>
    worker.fetch(new Request(BASE + path, init), bindings, createExecutionContext());
}

let story: MemoryStory;

async function fill(): Promise<void> {
  story = await tellInMemory(Date.now());
  for (const { digest, bytes } of story.objects()) await env.OBJECTS.put(objectKey(digest), bytes);
  const bytes = (await story.records(0)).map((record) => record.bytes);
  await env.LEDGER.getByName(LEDGER_NAME).importRecords(story.stream, bytes);
}

describe("workerd", () => {
  describe("with a token", () => {
    beforeAll(fill);
    afterAll(() => reset());
    const send = workerWith({ TAU_EDGE_GATEWAY_TOKEN: OWNER });
    const under = { send, owner: OWNER, fromElsewhere, rollout_id: "", withoutCommands: true as const };
    credentialsSuite(registrar, () => Object.assign(under, { rollout_id: story.rollout_id }));
  });

  // The whole suite stretches passwords a dozen times, and the test runner's workerd takes some 15 s for each.
  it("begins a session for the password, and lets an address try five times a minute", async () => {
    await fill();
    const send = workerWith({ TAU_EDGE_GATEWAY_PASSWORD: PASSWORD_HASH });
    const from = fromElsewhere();
    const login = (password: string) =>
      send("/v1/session", { ...posted({ password }), headers: { ...JSON_TYPE, ...from } });
    const { access_token } = (await (await login(PASSWORD)).json()) as { access_token: string };
    expect((await send("/v1/tokens", { headers: bearer(access_token) })).status).toBe(200);
    expect((await send("/v1/tokens", { headers: bearer(`${access_token}x`) })).status).toBe(401);
    for (let nth = 1; nth < 5; nth++) expect((await login("")).status).toBe(422);
    expect((await login(PASSWORD)).status).toBe(429);
    await reset();
  });

  describe("for known readers", () => {
    beforeAll(fill);
    afterAll(() => reset());
    const send = workerWith({ TAU_EDGE_GATEWAY_TOKEN: OWNER, READERS: "agents" });
    const under = { send, owner: OWNER, fromElsewhere, rollout_id: "" };
    readersSuite(registrar, () => Object.assign(under, { rollout_id: story.rollout_id }));
  });

  it("lets nobody do anything privileged where no credential is bound, and everybody read", async () => {
    const send = workerWith({});
    expect((await send("/gateway/status")).status).toBe(200);
    for (const path of ["/v1/tokens", "/v1/agents", "/v1/bootstrap/links"])
      for (const headers of [{}, bearer("somebody")]) {
        const response = await send(path, { headers });
        expect([response.status, await response.json()], path).toMatchObject([
          403,
          { code: "no_credentials_configured" },
        ]);
      }
  });

  it("answers nothing at all while a variable cannot be used", async () => {
    for (const variables of [
      { READERS: "nobody" },
      { TAU_EDGE_GATEWAY_TOKEN: "short" },
      { TAU_EDGE_TOKENS: "[" },
      { ORIGINS: "https://desk.example/" },
      { TAU_EDGE_GATEWAY_TOKEN: OWNER, TAU_EDGE_GATEWAY_PASSWORD: PASSWORD },
    ]) {
      const response = await workerWith(variables)("/livez");
      expect([response.status, await response.json()]).toMatchObject([500, { code: "internal_error" }]);
    }
  });
});
