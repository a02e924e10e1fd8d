/** Is the API document true of everything that is about who may come in? Asked by an owner, by agents, and by nobody. */
import { encodeUtf8 } from "@tau-edge/encoding";
import { beforeAll, expect, it } from "vitest";
import { posted, StrangersAgent } from "../../../../test/runtimes/gateway-agent.ts";
import { type AgentsInMemory, openAgentsInMemory } from "../../../../test/runtimes/gateway-agents-memory.ts";
import { Owner } from "../../../../test/runtimes/gateway-owner.ts";
import { HeldDocument, type Method, templatesOf } from "./openapi.test-helper.ts";

const PASSWORD = "correct horse battery staple";
const PAGE = {
  bytes: encodeUtf8("<!doctype html>"),
  media_type: "text/html; charset=utf-8",
  policy: "default-src 'none'",
};

let gateway: AgentsInMemory;
let held: HeldDocument;
let owner: Owner;
const seen = new Set<string>();

/** @returns what the answer says */
async function hold(response: Response | Promise<Response>, template: string, method: Method = "POST") {
  const answer = await response;
  const copy = answer.clone();
  seen.add(await held.hold(answer, template, method, template));
  return method === "HEAD" ? {} : ((await copy.json().catch(() => ({}))) as Record<string, unknown>);
}

beforeAll(async () => {
  gateway = await openAgentsInMemory({
    owner: { kind: "password", secret: PASSWORD },
    ports: { pages: { page: (path) => (path.includes("nothing") ? undefined : PAGE) } },
  });
  held = await HeldDocument.of(gateway.app);
  const session = "/v1/session";
  await hold(gateway.send(session, posted({ password: "wrong" })), session);
  const { access_token } = await hold(gateway.send(session, posted({ password: PASSWORD })), session);
  owner = new Owner({ send: gateway.send, owner: String(access_token) });
});

it("is true of links, exchanges, renewals, reports and revocations, done rightly and wrongly", async () => {
  const exchange = "/v1/bootstrap/exchange";
  const links = "/v1/bootstrap/links";
  await hold(owner.ask(links, posted({ subject: "a" })), links);
  for (const wrong of [{}, { subject: "A B" }, { subject: "a", ttl_s: 1 }, { subject: "a", scopes: ["admin"] }])
    await hold(owner.ask(links, posted(wrong)), links);
  await hold(gateway.send(links, posted({})), links);
  const link = await owner.invite({ scopes: ["status:read", "manifest:read", "events:write"] });
  const agent = await StrangersAgent.born(gateway);
  await hold(gateway.send(exchange, posted(link)), exchange);
  await hold(gateway.send(exchange, posted({})), exchange);
  await hold(agent.exchange({ ...link, secret: "x" }), exchange);
  await hold(agent.exchange(link), exchange);
  await hold(agent.renew(), "/v1/token");
  await hold((await StrangersAgent.born(gateway)).renew(), "/v1/token");
  const states = [{ environment: "dev", blueprint: "shop", state: "running" }];
  await hold(agent.post("/v1/reports", { states }), "/v1/reports");
  await hold(agent.post("/v1/reports", { batches: [], states: [{}] }), "/v1/reports");
  await hold(agent.ask("/v1/resolve/dev/shop"), "/v1/resolve/{environment}/{blueprint}", "GET");
  agent.nonce = undefined;
  await hold(agent.once("/v1/resolve/dev/shop"), "/v1/resolve/{environment}/{blueprint}", "GET");
  await hold(gateway.send("/v1/rollouts", { headers: { authorization: "DPoP x" } }), "/v1/rollouts", "GET");
  await hold(owner.ask(`${links}/revoke`, posted({ link_id: "unknown" })), `${links}/revoke`);
  await hold(owner.ask(`${links}/revoke`, posted(await owner.invite())), `${links}/revoke`);
  const { link_id } = await owner.invite();
  await hold(owner.ask(`${links}/revoke`, posted({ link_id })), `${links}/revoke`);
  for (const method of ["GET", "HEAD"] as const)
    for (const [path, template] of [
      [links, links],
      ["/v1/agents?limit=1", "/v1/agents"],
      ["/v1/agents?limit=0", "/v1/agents"],
      ["/v1/tokens", "/v1/tokens"],
      ["/.well-known/did.json", "/.well-known/did.json"],
      [`/v1/dids/${agent.did}`, "/v1/dids/{did}"],
      [`/v1/dids/${agent.did}/did.json`, "/v1/dids/{did}/did.json"],
      ["/v1/dids/did:web:example.com", "/v1/dids/{did}"],
      ["/boot", "/boot"],
      ["/dashboard/", "/dashboard/{path}"],
      ["/dashboard/deep/page.html", "/dashboard/{path}"],
      ["/dashboard/nothing", "/dashboard/{path}"],
    ] as const)
      await hold(owner.ask(path, { method }), template, method);
  await hold(gateway.send("/v1/agents"), "/v1/agents", "GET");
  for (const did of [agent.did, agent.did, "did:web:example.com"])
    await hold(owner.ask("/v1/agents/revoke", posted({ did })), "/v1/agents/revoke");
});

it("is true of tokens, and of the rotation that ends the session", async () => {
  const tokens = "/v1/tokens";
  for (const wrong of [{ name: "ci", scopes: ["operate"] }, { name: "ci", scopes: [] }, { name: "ci" }])
    await hold(owner.ask(tokens, posted(wrong)), tokens);
  await hold(owner.ask(`${tokens}/revoke`, posted({ name: "ci" })), `${tokens}/revoke`);
  await hold(owner.ask(`${tokens}/revoke`, posted({ name: "ci" })), `${tokens}/revoke`);
  const rotate = "/v1/admin/rotate";
  await hold(owner.ask(rotate, posted({})), rotate);
  await hold(owner.ask(rotate, posted({ new_password: `${PASSWORD} too` })), rotate);
  await hold(owner.ask(rotate, posted({})), rotate);
});

it("was asked of every route of them", () => {
  for (const template of templatesOf("GET", true)) expect(seen).toContain(`${template} GET 200`);
  const answers = [...seen];
  for (const template of templatesOf("POST", true))
    expect(
      answers.filter((answer) => answer.startsWith(`${template} POST 20`)),
      template,
    ).not.toEqual([]);
});
