import { ManualClock } from "@tau-edge/adapter-memory";
import type { ObservationReport } from "@tau-edge/control";
import type { Digest } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { Agent, CALLS } from "./agent.ts";
import { GOOD } from "./behaviour.ts";
import type { EdgeAnswer } from "./edge-client.ts";

const digest = (nibble: string): Digest => `sha256:${nibble.repeat(64)}`;
const [OLD, NEW, BINARY] = [digest("1"), digest("2"), digest("3")];

const answerWith = (release: Digest, window = 0): EdgeAnswer => ({
  release,
  artifact: BINARY,
  artifact_url: `/v1/artifacts/${BINARY}`,
  max_age_ms: 5_000,
  rollout: { rollout_id: "r", attempt: 1, stage: 0, window, arm: release === NEW ? "candidate" : "baseline" },
});

/** An agent, and what it did. */
function makeAgent() {
  const clock = new ManualClock();
  const did = { asked: 0, fetched: 0, reports: [] as ObservationReport[], answer: answerWith(NEW) };
  const edge = {
    resolve: async () => {
      did.asked += 1;
      return did.answer;
    },
    artifact: async () => {
      did.fetched += 1;
      return new Uint8Array();
    },
  };
  const report = async (observed: ObservationReport) => {
    did.reports.push(observed);
  };
  const behaviours = new Map([OLD, NEW].map((release) => [release, GOOD] as const));
  return { agent: new Agent(1, { edge, clock, place: "dev/shop", behaviours, report }), clock, did };
}

describe("an agent", () => {
  it("goes on with an answer until it is as old as it may be, and then asks again", async () => {
    const { agent, clock, did } = makeAgent();
    await agent.serve([0]);
    did.answer = answerWith(OLD);
    clock.advance(4_999);
    expect(await agent.usersWith(NEW)).toBe(1);
    expect(did.asked).toBe(1);
    clock.advance(1);
    expect(await agent.usersWith(NEW)).toBe(0);
    expect(did.asked).toBe(2);
  });

  it("fetches an artifact once, whoever it serves with it", async () => {
    const { agent, did } = makeAgent();
    await agent.serve([0, 1, 2]);
    expect([did.asked, did.fetched]).toEqual([3, 1]);
  });

  it("reports as many calls of a window and an arm as the plan counts, with a new batch for each", async () => {
    const { agent, clock, did } = makeAgent();
    await agent.serve([0, 1]);
    did.answer = answerWith(OLD);
    await agent.serve([2]);
    did.answer = answerWith(NEW, 1);
    clock.advance(5_000);
    await agent.serve([0]);
    expect(did.reports.map(({ window, release }) => [window, release])).toEqual([
      [0, NEW],
      [0, OLD],
      [1, NEW],
    ]);
    expect(new Set(did.reports.map(({ batch }) => batch.batch_id)).size).toBe(3);
    for (const { batch } of did.reports) expect(batch.ok_latency_us.length + batch.failed).toBe(CALLS);
  });
});
