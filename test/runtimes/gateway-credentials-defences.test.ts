/** Of operators' credentials, what only a clock that the test turns and doubles of a port can show. */
import { NATIVE_KEY_DERIVATION } from "@tau-edge/adapter-node";
import type { Access } from "@tau-edge/control";
import { encodeUtf8 } from "@tau-edge/encoding";
import { readBootstrapLink } from "@tau-edge/identity";
import { beforeAll, describe, expect, it } from "vitest";
import { ROUTES } from "../../edge/gateway/src/routes.ts";
import { type Altered, StrangersAgent } from "./gateway-agent.ts";
import { type AgentsInMemory, MEMORY_OWNER, openAgentsInMemory, withReplaced } from "./gateway-agents-memory.ts";
import { bearer } from "./gateway-credentials-suite.ts";
import { posted } from "./posted.ts";

const PASSWORD = { kind: "password", secret: "correct horse battery staple" } as const;

let addresses = 0;
const login = ({ send }: AgentsInMemory, password: string) => {
  addresses += 1;
  const { headers, ...rest } = posted({ password });
  return send("/v1/session", { ...rest, headers: { ...headers, "x-forwarded-for": `198.51.100.${addresses}` } });
};

/** Every answer about a password is this one, and comes when the test lets it. */
function stubborn(answer: () => boolean | Promise<boolean>) {
  return openAgentsInMemory({
    owner: PASSWORD,
    services: ({ access }) => ({
      access: withReplaced<Access>(access, { isOwner: async (kind) => kind === "password" && answer() }),
    }),
  });
}

describe("a token that was made", () => {
  let gateway: AgentsInMemory;
  const status = async (token: unknown) =>
    (await gateway.send("/v1/rollouts", { headers: bearer(String(token)) })).status;

  beforeAll(async () => {
    gateway = await openAgentsInMemory();
  });

  it("is good until it expires, and not a moment longer", async () => {
    const document = { name: "ci", scopes: ["report"], expires_in_s: 60 };
    const made = await gateway.send("/v1/tokens", { ...posted(document), headers: bearer(MEMORY_OWNER) });
    const { token } = (await made.json()) as Record<string, unknown>;
    gateway.clock.advance(59_999);
    expect(await status(token)).toBe(200);
    gateway.clock.advance(1);
    expect(await status(token)).toBe(401);
  });

  it("is nobody's while the directory does not answer, where one of the configuration is still somebody's", async () => {
    const broken = await openAgentsInMemory({
      services: ({ access }) => ({
        access: withReplaced<Access>(access, { keepSettled: () => Promise.reject(new Error("no ledger")) }),
      }),
      ports: {
        tokens: {
          empty: false,
          find: (token) =>
            token === "of-the-configuration" ? { kind: "token", name: "pager", scopes: new Set() } : undefined,
        },
      },
    });
    const ask = async (token: string) => (await broken.send("/v1/tokens", { headers: bearer(token) })).status;
    expect([await ask(MEMORY_OWNER), await ask("of-the-configuration")]).toEqual([500, 403]);
  });
});

describe("whoever loses a credential while their document is on its way", () => {
  /** A body that comes when the test lets it, after everything that can be said before it. */
  function slowly(gateway: AgentsInMemory, path: string, document: object, headers: Readonly<Record<string, string>>) {
    const go = Promise.withResolvers<void>();
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await go.promise;
        controller.enqueue(encodeUtf8(JSON.stringify(document)));
        controller.close();
      },
    });
    const init = { method: "POST", headers, body, duplex: "half" };
    return { answer: Promise.resolve(gateway.app.request(path, init as RequestInit)), go: go.resolve };
  }
  const ask = (gateway: AgentsInMemory, path: string, document: object) =>
    gateway.send(path, { ...posted(document), headers: bearer(MEMORY_OWNER) });

  it("leaves no token behind when the owner rotates", async () => {
    const gateway = await openAgentsInMemory();
    const late = slowly(gateway, "/v1/tokens", { name: "thief", scopes: ["admin"] }, bearer(MEMORY_OWNER));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await ask(gateway, "/v1/admin/rotate", {})).status).toBe(200);
    late.go();
    expect((await late.answer).status).toBe(401);
    expect(await gateway.access.listTokens()).toEqual([]);
  });

  it("does nothing with a token that was revoked", async () => {
    const gateway = await openAgentsInMemory();
    const made = await ask(gateway, "/v1/tokens", { name: "ci", scopes: ["bootstrap:create"] });
    const { token } = (await made.json()) as Record<string, unknown>;
    const late = slowly(gateway, "/v1/bootstrap/links", { subject: "thief" }, bearer(String(token)));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await ask(gateway, "/v1/tokens/revoke", { name: "ci" })).status).toBe(200);
    late.go();
    expect((await late.answer).status).toBe(401);
    expect(await gateway.access.listLinks()).toEqual([]);
  });

  it("says nothing as an agent that was revoked", async () => {
    const gateway = await openAgentsInMemory();
    const agent = await StrangersAgent.born(gateway);
    const made = await ask(gateway, "/v1/bootstrap/links", { subject: "kiosk" });
    const { url } = (await made.json()) as { readonly url: string };
    expect((await agent.exchange(readBootstrapLink(url))).status).toBe(200);
    const late = slowly(
      gateway,
      "/v1/reports",
      { states: [{ environment: "prod", blueprint: "shop", state: "running" }] },
      {
        "content-type": "application/json",
        authorization: `DPoP ${agent.token}`,
        dpop: await agent.proof("POST", "/v1/reports"),
      },
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await ask(gateway, "/v1/agents/revoke", { did: agent.did })).status).toBe(200);
    late.go();
    expect((await late.answer).status).toBe(401);
    expect((await gateway.directory.agent(agent.did))?.states).toEqual([]);
  });
});

describe("a session", () => {
  it("ends after an hour", async () => {
    const gateway = await stubborn(() => true);
    const { access_token } = (await (await login(gateway, "whatever")).json()) as Record<string, unknown>;
    const status = async () => (await gateway.send("/v1/tokens", { headers: bearer(String(access_token)) })).status;
    gateway.clock.advance(3_599_999);
    expect(await status()).toBe(200);
    gateway.clock.advance(1);
    expect(await status()).toBe(401);
  });

  it("is not begun for a third password while two are looked at", async () => {
    const wait = Promise.withResolvers<boolean>();
    const gateway = await stubborn(() => wait.promise);
    const crowd = [1, 2, 3, 4].map((nth) => login(gateway, `password ${nth}`));
    const refused = await Promise.all(crowd.slice(2));
    expect(refused.map(({ status }) => status)).toEqual([503, 503]);
    wait.resolve(false);
    expect((await Promise.all(crowd.slice(0, 2))).map(({ status }) => status)).toEqual([401, 401]);
    expect((await login(gateway, "afterwards")).status).toBe(401);
  });

  it("is begun while others are answered", async () => {
    const [asked, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const gateway = await openAgentsInMemory({
      owner: PASSWORD,
      async stretch(...password) {
        asked.resolve();
        await go.promise;
        return NATIVE_KEY_DERIVATION.scrypt(...password);
      },
    });
    let isOver = false;
    const begun = login(gateway, PASSWORD.secret).finally(() => {
      isOver = true;
    });
    await asked.promise;
    expect((await gateway.send("/livez")).status).toBe(200);
    expect(isOver).toBe(false);
    go.resolve();
    expect((await begun).status).toBe(200);
    // What is known of the configured password costs nobody anything any more, and a wrong one is still refused.
    expect((await login(gateway, "another horse battery staple")).status).toBe(401);
  });

  it("is tried thirty times a minute by everybody together", async () => {
    const gateway = await stubborn(() => false);
    const statuses: number[] = [];
    for (let nth = 0; nth < 32; nth++) statuses.push((await login(gateway, "guess")).status);
    expect(statuses).toEqual([...Array<number>(30).fill(401), 429, 429]);
    gateway.clock.advance(60_000);
    expect((await login(gateway, "guess")).status).toBe(401);
  });
});

describe("a stranger who asks for a token", () => {
  it("is told that nobody knows the key before it is looked at, because looking takes milliseconds", async () => {
    const gateway = await openAgentsInMemory();
    const agent = await StrangersAgent.born(gateway);
    const renewal = async (altered: Altered) => {
      const answer = await agent.once("/v1/token", posted({}), altered);
      const { code, fault } = (await answer.json()) as Record<string, unknown>;
      return [answer.status, code, fault];
    };
    expect(await renewal({})).toEqual([401, "agent_needs_link", undefined]);
    const noPoint = { jwk: { ...agent.jwk, x: `AQ${"A".repeat(41)}` } };
    expect(await renewal({ header: noPoint })).toEqual([401, "agent_needs_link", undefined]);
    expect(await renewal({ header: { jwk: 7 } })).toEqual([401, "invalid_dpop_proof", "jwk_malformed"]);
    expect(await renewal({ text: () => "no proof" })).toEqual([401, "invalid_dpop_proof", "jws_form"]);
  });
});

describe("a link", () => {
  it("is not made for a gateway that others reach in clear, and whoever asks is told so", async () => {
    const gateway = await openAgentsInMemory({
      services: ({ access }) => ({
        access: withReplaced<Access>(access, {
          createLink: (request) => access.createLink({ ...request, gateway_url: "http://edge.example" }),
        }),
      }),
    });
    const { headers, ...rest } = posted({ subject: "kiosk" });
    const init = { ...rest, headers: { ...headers, ...bearer(MEMORY_OWNER) } };
    const answer = await gateway.send("/v1/bootstrap/links", init);
    expect(await answer.json()).toMatchObject({ status: 501, code: "link_insecure" });
    expect(gateway.faults).toEqual([]);
  });
});

describe("reading", () => {
  it("is for everybody where nothing depends on who asks, and elsewhere each route says what it needs", () => {
    const open = ROUTES.filter(
      ({ method, reads, scope }) => method === "GET" && reads === undefined && scope === undefined,
    );
    expect(open.map(({ path }) => path).sort()).toEqual([
      "/.well-known/did.json",
      "/boot",
      "/dashboard/*",
      "/livez",
      "/openapi.json",
      "/readyz",
      "/readyz/:check",
      "/v1/dids/:did",
      "/v1/dids/:did/did.json",
    ]);
    for (const { path, audience, scope } of ROUTES.filter(({ method }) => method === "POST"))
      if (!["/v1/session", "/v1/bootstrap/exchange", "/v1/token"].includes(path))
        expect([path, scope !== undefined, audience !== "listing"]).toEqual([path, true, true]);
  });

  it("leaves nothing in a shared cache where it is not for everybody", async () => {
    for (const [readers, first] of [
      ["anyone", "public"],
      ["agents", "private"],
    ] as const) {
      const { app, story } = await openAgentsInMemory({
        ports: { settings: () => ({ owner_generation: 0, readers, origins: [] }) },
      });
      const headers = { authorization: `Bearer ${MEMORY_OWNER}` };
      const resolved = (await (await app.request("/v1/resolve/dev/shop", { headers })).json()) as Record<
        string,
        string
      >;
      expect(story.stable.release).toBe(resolved["release"]);
      const path = `/v1/artifacts/${resolved["artifact"]}`;
      for (const more of [{}, { range: "bytes=0-0" }, { "if-none-match": `"${resolved["artifact"]}"` }])
        for (const method of ["GET", "HEAD"]) {
          const response = await app.request(path, { method, headers: { ...headers, ...more } });
          expect(response.headers.get("cache-control"), `${method} ${response.status}`).toMatch(
            new RegExp(`^${first},`),
          );
        }
    }
  });
});
