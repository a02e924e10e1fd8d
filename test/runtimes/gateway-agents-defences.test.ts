/**
 * Each defence by itself: an attack that the gateway stops gets through when the one thing is gone that is to stop it. So
 * none of them is there for another one's sake, and the suite about agents would notice its loss.
 *
 * What is not behind a port was taken out by hand, once each, and the suites beside this one run (memory):
 *
 * | taken out | fails |
 * |---|---|
 * | checkProof: the fault of a proof | exchange of another link, altered claims |
 * | checkProof: the demand for a nonce; a stale one; a replay | recorded requests; also rows here |
 * | checkProof: `known`; or admitting before it | stolen tokens, strangers who are remembered |
 * | checkProof: the signature | stolen tokens, forged proofs that are remembered |
 * | authenticateAgent: a token that is nobody's; the thumbprint | revocations and rotations; stolen tokens |
 * | knowAccess: the end of a token; forgetting | a token ends; revocations and rotations |
 * | tokenRoute: whether the key is registered | strangers who are verified |
 * | exchangeRoute: the rate; the same answer for all; `lsh` | who tries links; the same bytes; every exchange |
 * | inOneName: the comparison with the DID | reports in another name |
 * | baseUrlOf: the list of hosts, loopback, the configured name | nobody chooses the name; everything |
 * | resolve: the DID as a key | an agent is one key to a rollout |
 */
import type { AgentDirectoryReader } from "@tau-edge/ports";
import { expect, it } from "vitest";
import { StrangersAgent, sha256OfText } from "./gateway-agent.ts";
import {
  type AgentsInMemory,
  MEMORY_OWNER,
  type MemoryOptions,
  openAgentsInMemory,
  withReplaced,
} from "./gateway-agents-memory.ts";
import { Owner } from "./gateway-owner.ts";

const RESOLVE = "/v1/resolve/dev/shop";

/** Whether it got through. */
type Attack = (gateway: AgentsInMemory, owner: Owner) => Promise<boolean>;

interface Row {
  readonly defence: string;
  readonly attack: Attack;
  readonly gone: MemoryOptions;
}

async function letIn(gateway: AgentsInMemory, owner: Owner): Promise<StrangersAgent> {
  const agent = await StrangersAgent.born(gateway);
  expect((await agent.exchange(await owner.invite())).status).toBe(200);
  expect((await agent.ask(RESOLVE)).status).toBe(200);
  return agent;
}

const ROWS: readonly Row[] = [
  {
    defence: "the signature of a proof is verified",
    async attack(gateway, owner) {
      const agent = await letIn(gateway, owner);
      const thief = await StrangersAgent.born(gateway);
      return (await agent.once(RESOLVE, {}, { signer: thief.privateKey })).ok;
    },
    gone: { services: () => ({ verify: () => true }) },
  },
  {
    defence: "a proof counts once",
    async attack(gateway, owner) {
      const agent = await letIn(gateway, owner);
      const claims = { jti: "recorded" };
      expect((await agent.once(RESOLVE, {}, { claims })).status).toBe(200);
      return (await agent.once(RESOLVE, {}, { claims })).ok;
    },
    gone: {
      services: ({ proofs }) => ({
        proofs: { nonce: (...at) => proofs.nonce(...at), admit: (proof) => proofs.admit({ ...proof, jti: random() }) },
      }),
    },
  },
  {
    defence: "a nonce is the gateway's, and young",
    async attack(gateway, owner) {
      const agent = await letIn(gateway, owner);
      return (await agent.once(RESOLVE, {}, { claims: { nonce: "made-long-before" } })).ok;
    },
    gone: {
      services: ({ proofs }) => ({
        proofs: {
          nonce: (...at) => proofs.nonce(...at),
          admit: (proof) => proofs.admit({ ...proof, nonce: undefined }),
        },
      }),
    },
  },
  {
    defence: "a token is bound to a key",
    async attack(gateway, owner) {
      const agent = await letIn(gateway, owner);
      const thief = await StrangersAgent.born(gateway);
      thief.token = agent.token;
      thief.nonce = agent.nonce;
      stolenBy = thumbprintOf(thief);
      // As long as the token is remembered as whose it is.
      gateway.clock.advance(1_000);
      return (await thief.once(RESOLVE)).ok;
    },
    gone: {
      services: ({ directory }) => ({
        directory: withReplaced<AgentDirectoryReader>(directory, {
          async findAccess(hash) {
            const found = await directory.findAccess(hash);
            return found && stolenBy !== undefined ? { ...found, jkt: stolenBy } : found;
          },
        }),
      }),
    },
  },
  {
    defence: "a token ends",
    async attack(gateway, owner) {
      const agent = await letIn(gateway, owner);
      gateway.clock.advance(901_000);
      const response = await agent.ask(RESOLVE);
      return response.ok;
    },
    gone: {
      services: ({ directory }) => ({
        directory: withReplaced<AgentDirectoryReader>(directory, {
          async findAccess(hash) {
            const found = await directory.findAccess(hash);
            return found && { ...found, expires_unix_ms: Number.MAX_SAFE_INTEGER };
          },
        }),
      }),
    },
  },
  {
    defence: "the fifth wrong secret burns a link",
    async attack(gateway, owner) {
      const link = await owner.invite();
      const agent = await StrangersAgent.born(gateway);
      for (let nth = 0; nth < 5; nth++) await agent.exchange({ ...link, secret: `${nth}`.repeat(43) });
      return (await agent.exchange(link)).ok;
    },
    gone: { directory: (kept) => ({ exchange: (request) => kept.exchange({ ...request, tries_max: 1_000 }) }) },
  },
  {
    defence: "a link ends",
    async attack(gateway, owner) {
      const link = await owner.invite();
      gateway.clock.advance(301_000);
      return (await (await StrangersAgent.born(gateway)).exchange(link)).ok;
    },
    gone: {
      directory: (kept) => ({
        addLink: (link, limits) => kept.addLink({ ...link, expires_unix_ms: link.expires_unix_ms + 3_600_000 }, limits),
      }),
    },
  },
  {
    defence: "a link is used once",
    async attack(gateway, owner) {
      const link = await owner.invite();
      expect((await (await StrangersAgent.born(gateway)).exchange(link)).status).toBe(200);
      return (await (await StrangersAgent.born(gateway)).exchange(link)).ok;
    },
    gone: {
      directory: (kept) => ({
        async exchange(request) {
          const found = await kept.exchange(request);
          if (found.outcome !== "refused" || found.reason !== "used") return found;
          const [link] = await kept.links(request.now_unix_ms);
          if (link === undefined) return found;
          const link_id = random().slice(0, 16);
          await kept.addLink({ ...link, link_id, check: request.check }, { open_links_max: 100 });
          return kept.exchange({ ...request, link_id });
        },
      }),
    },
  },
  {
    defence: "a lost reply may be asked for again for a minute, and not longer",
    async attack(gateway, owner) {
      const link = await owner.invite();
      const agent = await StrangersAgent.born(gateway);
      expect((await agent.exchange(link)).status).toBe(200);
      gateway.clock.advance(30_000);
      expect((await agent.exchange(link)).status).toBe(200);
      gateway.clock.advance(31_000);
      return (await agent.exchange(link)).ok;
    },
    gone: { directory: (kept) => ({ exchange: (request) => kept.exchange({ ...request, repeat_ms: 600_000 }) }) },
  },
  {
    defence: "a revocation ends tokens",
    async attack(gateway, owner) {
      const agent = await letIn(gateway, owner);
      await owner.told("/v1/agents/revoke", { did: agent.did });
      return (await agent.once(RESOLVE)).ok;
    },
    gone: { directory: () => ({ revokeAgent: async () => true }) },
  },
  {
    defence: "a key that can be guessed is let in on devnets only",
    async attack(gateway, owner) {
      return (await (await StrangersAgent.born(gateway)).exchange(await owner.invite(), { assurance: "dev" })).ok;
    },
    gone: { network: "tau-devnet" },
  },
  {
    defence: "a rotation ends tokens",
    async attack(gateway, owner) {
      const agent = await letIn(gateway, owner);
      await owner.told("/v1/admin/rotate", { scope: ["links", "tokens"] });
      return (await agent.ask(RESOLVE)).ok;
    },
    gone: { directory: (kept) => ({ rotate: (rotation) => kept.rotate({ ...rotation, tokens: false }) }) },
  },
  {
    defence: "a rotation ends links",
    async attack(gateway, owner) {
      const link = await owner.invite();
      await owner.told("/v1/admin/rotate", { scope: ["links", "tokens"] });
      return (await (await StrangersAgent.born(gateway)).exchange(link)).ok;
    },
    gone: { directory: (kept) => ({ rotate: (rotation) => kept.rotate({ ...rotation, links: false }) }) },
  },
];

let stolenBy: string | undefined;

it.each(ROWS)("$defence", async ({ attack, gone }) => {
  const [intact, bare] = [await openAgentsInMemory(), await openAgentsInMemory(gone)];
  stolenBy = undefined;
  expect(await attack(intact, new Owner({ ...intact, owner: MEMORY_OWNER }))).toBe(false);
  stolenBy = undefined;
  expect(await attack(bare, new Owner({ ...bare, owner: MEMORY_OWNER }))).toBe(true);
});

/** RFC 7638, as RFC 8037 appendix A.3 does it. */
function thumbprintOf({ jwk: { crv, kty, x } }: StrangersAgent): string {
  return sha256OfText(JSON.stringify({ crv, kty, x }));
}

function random(): string {
  return crypto.randomUUID();
}
