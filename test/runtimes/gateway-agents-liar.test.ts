/**
 * One agent that lies cannot turn a verdict. The bound: in one window it counts at most `reporter_observations_max` (c) times,
 * because what it sends counts for its DID and nobody else's; and no plan starts with c / min_samples >= max_error_rate / 2.
 * So while the honest error rate is below half of the limit, a liar cannot push it over; and where it is above one and a half
 * times the limit, a liar cannot pull it under.
 *
 * The story's plan: min_samples 10, c 2, max_error_rate 50 %.
 */
import { sha256 } from "@tau-edge/encoding";
import { makeGateway, readTokens } from "@tau-edge/gateway";
import { lintPlan } from "@tau-edge/rollout";
import { describe, expect, it } from "vitest";
import { posted, StrangersAgent } from "./gateway-agent.ts";
import { type AgentsInMemory, MEMORY_OWNER, openAgentsInMemory } from "./gateway-agents-memory.ts";
import { Owner } from "./gateway-owner.ts";

const OK = { ok_latency_us: [1_000] };
const FAILED = { failed: 1 };
const LIARS_MAX = 2;

interface Crowd {
  readonly gateway: AgentsInMemory;
  readonly agents: readonly StrangersAgent[];
}

async function crowdOf(count: number): Promise<Crowd> {
  const gateway = await openAgentsInMemory();
  const owner = new Owner({ send: gateway.send, owner: MEMORY_OWNER });
  const agents: StrangersAgent[] = [];
  for (let nth = 0; nth < count; nth++) {
    const agent = await StrangersAgent.born(gateway);
    expect((await agent.exchange(await owner.invite())).status).toBe(200);
    agents.push(agent);
  }
  return { gateway, agents };
}

let sent = 0;

async function batchOf({ story }: AgentsInMemory, arm: "candidate" | "stable", observed: object): Promise<object> {
  const view = await story.access.reading.get(story.rollout_id);
  const { rollout_id } = story;
  sent += 1;
  const where = { rollout_id, attempt: view?.attempt, stage: view?.stage, window: view?.window?.number };
  return { ...where, batch_id: `b-${sent}`, release: story[arm].release, ...observed };
}

/** Each honest agent says one thing about the candidate; the baseline is seen to work. */
async function honest({ gateway, agents }: Crowd, failures: number): Promise<void> {
  for (const [nth, agent] of agents.entries()) {
    const candidate = await batchOf(gateway, "candidate", nth < failures ? FAILED : OK);
    const stable = await batchOf(gateway, "stable", { ok_latency_us: [1_000, 1_000] });
    expect((await agent.post("/v1/reports", { batches: [candidate, stable] })).status).toBe(200);
  }
}

/** As often as it is let. @returns how many of its lies counted */
async function lie(gateway: AgentsInMemory, liar: StrangersAgent, observed: object): Promise<number> {
  let counted = 0;
  for (let tries = 0; tries < 10; tries++) {
    const response = await liar.post("/v1/reports", { batches: [await batchOf(gateway, "candidate", observed)] });
    if (response.ok) counted += 1;
    else expect([response.status, await response.json()]).toMatchObject([429, { code: "reporter_cap" }]);
  }
  return counted;
}

/** What the controller makes of the window. */
async function verdict({ story, clock }: AgentsInMemory): Promise<string | undefined> {
  clock.advance(2_000);
  await story.access.controller.tick(clock.nowUnixMs());
  return (await story.access.reading.get(story.rollout_id))?.judgements.at(-1)?.result;
}

async function verdictWith(failures: number, lies: object): Promise<string | undefined> {
  const { gateway, agents } = await crowdOf(9);
  const [liar, ...others] = agents;
  if (liar === undefined) throw new Error("nobody is there");
  expect(await lie(gateway, liar, lies)).toBe(LIARS_MAX);
  await honest({ gateway, agents: others }, failures);
  return verdict(gateway);
}

describe("of ten observations, eight of them honest", () => {
  it("cannot make a good release bad: 2 lies and 2 true failures are 40 %", async () => {
    expect(await verdictWith(2, FAILED)).toBe("pass");
  });

  it("cannot make a bad release good: beside 2 lies, 7 true failures are 70 %", async () => {
    expect(await verdictWith(7, OK)).toBe("fail");
  });

  it("could, if it had as many names as it likes: a token that reports for many is trusted with that", async () => {
    const tokens = JSON.stringify([{ name: "fleet", scopes: ["report"], token: "r".repeat(43) }]);
    const { gateway, agents } = await crowdOf(9);
    const app = makeGateway({ ...gateway.ports, tokens: readTokens(tokens, sha256) }, { allowedHosts: ["localhost"] });
    await honest({ gateway, agents: agents.slice(0, 4) }, 0);
    for (let nth = 0; nth < 6; nth++) {
      const batch = { ...(await batchOf(gateway, "candidate", FAILED)), reporter: `made-up-${nth}` };
      const { headers, body } = posted({ batches: [batch] });
      const authorization = `Bearer ${"r".repeat(43)}`;
      const sending = { method: "POST", headers: { ...headers, authorization }, body };
      expect((await app.request("/v1/reports", sending)).status).toBe(200);
    }
    expect(await verdict(gateway)).toBe("fail");
  });
});

it("is what the plan was held to before it started", async () => {
  const { story } = await openAgentsInMemory();
  const { plan } = story;
  expect([plan.policy.reporter_observations_max, plan.policy.stages[0]?.min_samples]).toEqual([LIARS_MAX, 10]);
  const policy = { ...plan.policy, reporter_observations_max: 3 };
  const codes = (some: typeof plan) => lintPlan(some, { accept_noise: true }).map(({ rule }) => rule);
  expect(codes(plan)).not.toContain("reporter_cap_too_high");
  expect(codes({ ...plan, policy })).toContain("reporter_cap_too_high");
});
