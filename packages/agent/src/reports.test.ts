import { digestOf, encodeUtf8, sha256 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { HandClock, NEVER_MS, openWorld, PLACE, settled, type Watched, type World } from "./agent-world.test-helper.ts";
import { AgentError } from "./errors.ts";
import { AGENT_LIMITS } from "./limits.ts";
import { Reports } from "./reports.ts";
import type { ReleaseResolution, RolloutPlace } from "./resolution.ts";

const RELEASE = digestOf(sha256(encodeUtf8("release")));
const WHERE: RolloutPlace = { rollout_id: "r", attempt: 1, stage: 0, window: 0, arm: "candidate" };
const NONE = { waiting: 0, added: 0, late: 0, refused: 0, dropped: 0 };

interface Batch {
  readonly batch_id: string;
  readonly ok_latency_us: readonly number[];
  readonly failed: number;
}

interface Body {
  readonly batches: readonly Batch[];
  readonly states?: readonly object[];
}

type Answer = (body: Body) => Response | Promise<Response>;

const added: Answer = ({ batches }) => Response.json({ results: batches.map(() => ({ outcome: "added" })) });
const BUSY = { status: 429, headers: { "retry-after": "30" } };
const busy: Answer = () => new Response("{}", { status: 503 });

/** Reports to a gateway that answers as it is told. */
function reporting(everyMs = 1_000) {
  const clock = new HandClock(1_000);
  const bodies: Body[] = [];
  const errors: AgentError[] = [];
  const told = { answer: added };
  const reports = new Reports({
    ...{ clock, everyMs, chance: () => 0.5 },
    send: async ({ body }) => {
      bodies.push(JSON.parse(JSON.stringify(body)) as Body);
      return told.answer(body as Body);
    },
    onCounts: () => undefined,
    onError: (error) => errors.push(error),
  });
  return { reports, clock, bodies, errors, told };
}

describe("reports", () => {
  it("go out together after a pause, by window and release", async () => {
    const { reports, clock, bodies } = reporting();
    for (const latency_us of [10, 20]) reports.note(WHERE, RELEASE, { ok: true, latency_us });
    reports.note(WHERE, RELEASE, { ok: false });
    reports.note({ ...WHERE, window: 1 }, RELEASE, { ok: true, latency_us: 30 });
    await settled();
    expect(bodies).toEqual([]);
    await clock.advance(1_000);
    expect(bodies).toHaveLength(1);
    expect(bodies[0]?.batches).toMatchObject([
      { rollout_id: "r", window: 0, release: RELEASE, ok_latency_us: [10, 20], failed: 1 },
      { window: 1, ok_latency_us: [30], failed: 0 },
    ]);
    expect(bodies[0]?.batches[0]).not.toHaveProperty("arm");
    expect(reports.counts).toEqual({ ...NONE, added: 4 });
  });

  it("are sent again under the same name until somebody takes them, at longer and longer pauses", async () => {
    const { reports, clock, bodies, errors, told } = reporting();
    told.answer = busy;
    reports.note(WHERE, RELEASE, { ok: false });
    const pauses: (number | undefined)[] = [];
    for (let nth = 0; nth < 4; nth++) {
      await settled();
      pauses.push(clock.nextMs);
      await clock.advance(clock.nextMs ?? 0);
    }
    expect(pauses).toEqual([1_000, 375, 750, 1_500]);
    told.answer = added;
    await clock.advance(AGENT_LIMITS.backoff_ms_max);
    expect(new Set(bodies.map(({ batches }) => batches[0]?.batch_id)).size).toBe(1);
    expect([bodies.length, errors.map(({ code }) => code)]).toEqual([5, Array(4).fill("gateway_unreachable")]);
    expect(reports.counts).toEqual({ ...NONE, added: 1 });
  });

  it("wait as long as the gateway asks, and send again only what it did not take", async () => {
    const { reports, clock, bodies, told } = reporting();
    told.answer = () =>
      Response.json(
        { code: "reporter_cap", results: [{ outcome: "added" }, { outcome: "limited" }] },
        { status: 429, headers: { "retry-after": "5" } },
      );
    reports.note(WHERE, RELEASE, { ok: false });
    reports.note({ ...WHERE, window: 1 }, RELEASE, { ok: false });
    await clock.advance(1_000);
    expect(reports.counts).toEqual({ ...NONE, waiting: 1, added: 1 });
    told.answer = added;
    await clock.advance(4_999);
    expect(bodies).toHaveLength(1);
    await clock.advance(1);
    expect(bodies[1]?.batches).toMatchObject([{ window: 1 }]);
  });

  it.each([
    ["refuses them all at once", () => Response.json({ code: "limited" }, BUSY)],
    ["has somebody before it who does", () => new Response("<html>", BUSY)],
  ])("wait as long as they are asked to by a gateway that %s", async (_name, answer) => {
    const { reports, clock, bodies, told } = reporting();
    told.answer = answer;
    reports.note(WHERE, RELEASE, { ok: false });
    await clock.advance(1_000);
    expect([bodies.length, clock.nextMs]).toEqual([1, 30_000]);
  });

  it("count what came late and what was refused", async () => {
    const { reports, clock, told } = reporting();
    told.answer = () =>
      Response.json({ results: [{ outcome: "late" }, { outcome: "refused" }, { outcome: "duplicate" }] });
    for (const window of [0, 1, 2]) reports.note({ ...WHERE, window }, RELEASE, { ok: false });
    await clock.advance(1_000);
    expect(reports.counts).toEqual({ ...NONE, late: 1, refused: 1, added: 1 });
  });

  it("are dropped, the oldest first and counted, when too many wait", () => {
    const { reports } = reporting();
    const most = AGENT_LIMITS.waiting_observations_max;
    for (let nth = 0; nth <= most; nth++) reports.note(WHERE, RELEASE, { ok: true, latency_us: nth });
    const { waiting, dropped } = reports.counts;
    expect(waiting).toBeLessThanOrEqual(most);
    expect([waiting + dropped, dropped]).toEqual([most + 1, AGENT_LIMITS.batch_observations_max]);
  });

  it("are counted once when they were dropped while they were told, or told twice at once", async () => {
    const { reports, told, bodies } = reporting();
    const answers: (() => void)[] = [];
    told.answer = (body) => new Promise((resolve) => answers.push(() => resolve(added(body))));
    reports.note(WHERE, RELEASE, { ok: false });
    const flushes = [reports.flush(), reports.flush()];
    const most = AGENT_LIMITS.waiting_observations_max;
    for (let nth = 0; nth < most; nth++) reports.note(WHERE, RELEASE, { ok: true, latency_us: nth });
    for (const answer of answers) answer();
    await Promise.all(flushes);
    expect(bodies).toHaveLength(2);
    expect(reports.counts).toEqual({ ...NONE, waiting: most, dropped: 1 });
  });

  it("are dropped and counted when nobody takes them for too long, and asked about no more", async () => {
    const { reports, clock, bodies, told } = reporting();
    told.answer = busy;
    reports.note(WHERE, RELEASE, { ok: false });
    for (let nth = 0; nth < 20; nth++) await clock.advance(AGENT_LIMITS.backoff_ms_max);
    expect(bodies).toHaveLength(AGENT_LIMITS.batch_tries_max);
    expect([reports.counts, clock.nextMs]).toEqual([{ ...NONE, dropped: 1 }, undefined]);
  });

  it("say what each blueprint does now, the newest only, also without an observation", async () => {
    const { reports, clock, bodies, told } = reporting();
    const place = { environment: "dev", blueprint: "shop" };
    told.answer = busy;
    reports.noteState({ ...place, state: "running", release: RELEASE });
    await clock.advance(1_000);
    reports.noteState({ ...place, state: "paused" });
    told.answer = added;
    await clock.advance(AGENT_LIMITS.backoff_ms_max);
    expect(bodies.map(({ states }) => states)).toEqual([
      [{ ...place, state: "running", release: RELEASE }],
      [{ ...place, state: "paused" }],
    ]);
  });

  it("are sent once more at the end, and then no more", async () => {
    const { reports, clock, bodies } = reporting();
    reports.note(WHERE, RELEASE, { ok: false });
    await reports.close();
    reports.note(WHERE, RELEASE, { ok: false });
    await clock.advance(AGENT_LIMITS.backoff_ms_max);
    expect(bodies).toHaveLength(1);
  });

  it("do not take an answer that does not say what became of each batch", async () => {
    const { reports, clock, errors, told } = reporting();
    told.answer = () => Response.json({ results: [] });
    reports.note(WHERE, RELEASE, { ok: false });
    await clock.advance(1_000);
    expect([errors[0]?.code, reports.counts]).toEqual(["answer_malformed", { ...NONE, waiting: 1 }]);
  });

  it("of an agent that nobody knows any more are dropped", async () => {
    const { reports, clock, told } = reporting();
    told.answer = () => {
      throw new AgentError("needs_link");
    };
    reports.note(WHERE, RELEASE, { ok: false });
    await clock.advance(1_000);
    expect([reports.counts, clock.nextMs]).toEqual([{ ...NONE, dropped: 1 }, undefined]);
  });
});

/** A key whose answer belongs to the open rollout. */
async function sampled({ agent }: Watched): Promise<ReleaseResolution & { readonly rollout: RolloutPlace }> {
  for (let nth = 0; nth < 64; nth++) {
    const resolution = await agent.resolve(...PLACE, { versionKey: `key-${nth}` });
    if (resolution.outcome === "release" && resolution.rollout?.arm === "candidate")
      return { ...resolution, rollout: resolution.rollout };
  }
  throw new Error("no key has the candidate");
}

describe("what a gateway makes of an agent's reports", () => {
  const counted = async (world: World, { rollout }: { readonly rollout: RolloutPlace }) => {
    const view = await world.story.access.reading.get(rollout.rollout_id);
    return JSON.stringify(view?.window);
  };

  it("is evidence in the agent's own name", async () => {
    const world = await openWorld();
    const watched = await world.member();
    const resolution = await sampled(watched);
    const before = await counted(world, resolution);
    const running = await watched.agent.run(await watched.agent.fetchVerified(resolution));
    await running.call("add", 1, 2);
    await running.call("boom").catch(() => undefined);
    await watched.agent.flush();
    expect(watched.agent.reported).toEqual({ ...NONE, added: 2 });
    expect(await counted(world, resolution)).not.toBe(before);
  });

  it("is a row of states in the directory", async () => {
    const world = await openWorld();
    const { agent } = await world.member({ reportEveryMs: NEVER_MS });
    const followed = agent.follow(...PLACE);
    await world.clock.asleep();
    await agent.flush();
    const [state] = (await world.directory.agent(agent.did ?? ""))?.states ?? [];
    expect(state).toMatchObject({ environment: "dev", blueprint: "shop", state: "running" });
    await followed.stop();
    await agent.close();
  });
});
