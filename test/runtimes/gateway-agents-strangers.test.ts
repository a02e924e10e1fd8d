/** What strangers cost: nothing of theirs is remembered, and no key of theirs is looked at for long. */
import { makeGateway } from "@tau-edge/gateway";
import type { ProofToAdmit } from "@tau-edge/ports";
import { expect, it } from "vitest";
import { posted, StrangersAgent } from "./gateway-agent.ts";
import { MEMORY_OWNER, openAgentsInMemory } from "./gateway-agents-memory.ts";
import { Owner } from "./gateway-owner.ts";

const RESOLVE = "/v1/resolve/dev/shop";

async function watched() {
  const admitted: ProofToAdmit[] = [];
  let verified = 0;
  const gateway = await openAgentsInMemory({
    services: ({ proofs, verify }) => ({
      proofs: {
        nonce: (...at) => proofs.nonce(...at),
        admit(proof) {
          admitted.push(proof);
          return proofs.admit(proof);
        },
      },
      verify(...signed) {
        verified += 1;
        return verify(...signed);
      },
    }),
  });
  const owner = new Owner({ send: gateway.send, owner: MEMORY_OWNER });
  return { gateway, owner, admitted, verified: () => verified };
}

it("a stranger's proofs are neither verified nor remembered, however good they are", async () => {
  const { gateway, admitted, verified } = await watched();
  const stranger = await StrangersAgent.born(gateway);
  expect((await stranger.renew()).status).toBe(401);
  expect((await stranger.renew()).status).toBe(401);
  stranger.token = "made-up".padEnd(43, "x");
  for (let nth = 0; nth < 5; nth++) expect((await stranger.ask(RESOLVE)).status).toBe(401);
  expect([admitted, verified()]).toEqual([[], 0]);
});

it("a thief's proofs with somebody's token are neither, and forged ones are not remembered", async () => {
  const { gateway, owner, admitted, verified } = await watched();
  const agent = await StrangersAgent.born(gateway);
  expect((await agent.exchange(await owner.invite())).status).toBe(200);
  const before = [admitted.length, verified()];
  const thief = await StrangersAgent.born(gateway);
  [thief.token, thief.nonce] = [agent.token, agent.nonce];
  for (let nth = 0; nth < 5; nth++) expect((await thief.once(RESOLVE)).status).toBe(401);
  expect([admitted.length, verified()]).toEqual(before);
  const { nonce } = agent;
  for (let nth = 0; nth < 5; nth++)
    expect((await agent.once(RESOLVE, {}, { signer: thief.privateKey, claims: { nonce } })).status).toBe(401);
  expect(admitted.length).toBe(before[0]);
});

it("who tries links is stopped before anything of the proof is looked at, and the others go on", async () => {
  const { gateway, owner, verified } = await watched();
  const stranger = await StrangersAgent.born(gateway);
  const from = (address: string) => ({ "x-forwarded-for": address });
  const link = { link_id: "A".repeat(16), secret: "x".repeat(43) };
  const statuses = new Map<number, number>();
  for (let nth = 0; nth < 40; nth++) {
    const { status } = await stranger.exchange(link, {}, {}, from("192.0.2.1"));
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  expect([...statuses]).toEqual([
    [400, 30],
    [429, 10],
  ]);
  expect(verified()).toBe(30);
  const agent = await StrangersAgent.born(gateway);
  expect((await agent.exchange(await owner.invite(), {}, {}, from("192.0.2.2"))).status).toBe(200);
});

it("of one key as many proofs are taken as are remembered, then it has to wait, and the others do not", async () => {
  const { gateway, owner } = await watched();
  const born = async () => {
    const agent = await StrangersAgent.born(gateway);
    expect((await agent.exchange(await owner.invite())).status).toBe(200);
    return agent;
  };
  const [busy, other] = [await born(), await born()];
  let asked = 0;
  let response = await busy.ask(RESOLVE);
  for (; response.ok && asked < 3_000; asked++) response = await busy.ask(RESOLVE);
  expect([response.status, await response.json()]).toMatchObject([429, { code: "proofs_full" }]);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(asked).toBeLessThan(2_001);
  expect((await other.ask(RESOLVE)).status).toBe(200);
  gateway.clock.advance(140_000);
  expect((await busy.ask(RESOLVE)).status).toBe(200);
});

it("a nonce is good for five to ten minutes, and an agent that was away gets another", async () => {
  const { gateway, owner } = await watched();
  const agent = await StrangersAgent.born(gateway);
  expect((await agent.exchange(await owner.invite())).status).toBe(200);
  expect((await agent.once(RESOLVE)).status).toBe(200);
  const first = agent.nonce;
  gateway.clock.advance(300_000);
  const later = await agent.once(RESOLVE);
  expect(later.status).toBe(200);
  expect(later.headers.get("dpop-nonce")).not.toBe(first);
  agent.nonce = first;
  gateway.clock.advance(300_000);
  const stale = await agent.once(RESOLVE, {}, { claims: { nonce: first } });
  expect([stale.status, await stale.json()]).toMatchObject([401, { code: "use_dpop_nonce" }]);
  expect((await agent.once(RESOLVE)).status).toBe(200);
});

it("nobody chooses the name that a proof is for: without a public base URL it is this machine's own, or none", async () => {
  const { gateway, owner } = await watched();
  const link = await owner.invite();
  const cases = [
    [["localhost"], "http://localhost:8787", 200],
    [["localhost"], "https://edge.example", 421],
    ["any", "http://localhost:8787", 501],
    ["any", "https://evil.example", 501],
  ] as const;
  for (const [hosts, base, status] of cases) {
    const allowedHosts = typeof hosts === "string" ? hosts : [...hosts];
    const app = makeGateway(gateway.ports, { allowedHosts });
    const agent = await StrangersAgent.born({
      base,
      send: async (path, init) => app.request(base + path, init),
      now_unix_ms: () => gateway.clock.nowUnixMs(),
    });
    expect((await agent.exchange(link)).status, base).toBe(status);
    const inviting = posted({ subject: "a" });
    const headers = { ...inviting.headers, authorization: `Bearer ${MEMORY_OWNER}` };
    const made = await app.request(`${base}/v1/bootstrap/links`, { ...inviting, headers });
    expect(made.status, base).toBe(status === 200 ? 201 : status);
  }
});
