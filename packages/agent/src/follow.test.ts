import type { Actor } from "@tau-edge/ledger";
import { describe, expect, it } from "vitest";
import type { AgentOptions, FollowOptions } from "./agent.ts";
import { NEVER_MS, openWorld, PLACE, type Watched, type World } from "./agent-world.test-helper.ts";
import type { Followed } from "./follow.ts";
import type { Running } from "./running.ts";

const MAX_AGE_MS = 5_000;
const OLGA: Actor = { kind: "token", id: "olga" };

interface Following extends Watched {
  readonly world: World;
  readonly followed: Followed;
  readonly told: readonly string[];
  /** What ran, in order. */
  readonly ran: readonly Running[];
}

async function following(options: FollowOptions = {}, agentOptions: Partial<AgentOptions> = {}): Promise<Following> {
  const world = await openWorld();
  const watched = await world.member({ reportEveryMs: NEVER_MS, ...agentOptions });
  const told: string[] = [];
  const ran: Running[] = [];
  const followed = watched.agent.follow(...PLACE, {
    onRun: (running, { release }) => {
      told.push(release === world.story.candidate.release ? "runs candidate" : "runs stable");
      ran.push(running);
    },
    onPaused: ({ reason }) => told.push(`paused: ${reason}`),
    onWithdrawn: (why) => told.push(`withdrawn: ${why}`),
    onError: ({ code }) => told.push(`error: ${code}`),
    versionKey: await keyOf(world, "candidate"),
    ...options,
  });
  await world.clock.asleep();
  return { ...watched, world, followed, told, ran };
}

/** A key that the open rollout puts there. */
async function keyOf(world: World, arm: "candidate" | "baseline"): Promise<string> {
  for (let nth = 0; nth < 64; nth++) {
    const { resolved } = await world.story.access.resolver.resolve("dev", "shop", { version_key: `key-${nth}` });
    if (resolved.outcome === "release" && resolved.arm?.name === arm) return `key-${nth}`;
  }
  throw new Error(`no key is of ${arm}`);
}

function operator({ story }: World) {
  const rollouts = story.access.as?.(OLGA);
  if (rollouts === undefined) throw new Error("the story can be written to");
  return rollouts;
}

const frozen = (world: World, reason: string) =>
  operator(world).freeze({ environment: "dev", blueprint: "shop", reason });

const released = (world: World) =>
  operator(world).unfreeze({ environment: "dev", blueprint: "shop", reason: "mended" });

describe("an agent that follows a rollout", () => {
  it("runs what it is given, and asks again before that is too old", async () => {
    const { world, told, ran, followed } = await following();
    expect(told).toEqual(["runs candidate"]);
    expect(await ran[0]?.call("add", 20, 22)).toBe(42);
    expect(world.clock.nextMs).toBeLessThan(MAX_AGE_MS);
    world.asked.length = 0;
    await world.clock.turn(MAX_AGE_MS);
    expect(world.asked.filter((line) => line.includes("/v1/resolve/"))).toHaveLength(1);
    // Nothing is fetched again that has not changed.
    expect(world.asked.filter((line) => line.includes("sha256:"))).toEqual([]);
    expect([followed.running, told.length]).toEqual([ran[0], 1]);
    await followed.stop();
    expect(ran[0]?.stopped).toBe(true);
  });

  it("stops what is withdrawn and runs what takes its place", async () => {
    const { world, told, ran, followed } = await following();
    const aborted = await operator(world).command(world.story.rollout_id, { do: "abort", reason: "no" });
    expect(aborted.outcome).toBe("done");
    await world.clock.turn(MAX_AGE_MS);
    expect(told).toEqual(["runs candidate", "runs stable"]);
    expect(ran.map(({ stopped }) => stopped)).toEqual([true, false]);
    await followed.stop();
  });

  it("stops everything while the blueprint is frozen, says so, and goes on when it is released", async () => {
    const { world, agent, told, ran, followed } = await following();
    await frozen(world, "it loses orders");
    await world.clock.turn(MAX_AGE_MS);
    expect(told).toEqual(["runs candidate", "paused: it loses orders"]);
    expect([ran[0]?.stopped, followed.running]).toEqual([true, undefined]);
    await expect(ran[0]?.call("add", 1, 1)).rejects.toThrow(expect.objectContaining({ code: "instance_stopped" }));
    await agent.flush();
    expect((await world.directory.agent(agent.did ?? ""))?.states).toMatchObject([{ state: "paused" }]);
    await world.clock.turn(MAX_AGE_MS);
    expect(told).toHaveLength(2);
    await released(world);
    await world.clock.turn(MAX_AGE_MS);
    expect(told).toEqual(["runs candidate", "paused: it loses orders", "runs candidate"]);
    await agent.flush();
    expect((await world.directory.agent(agent.did ?? ""))?.states).toMatchObject([{ state: "running" }]);
    expect(await followed.running?.call("add", 1, 1)).toBe(2);
    await followed.stop();
  });

  it("runs nothing where the answer cannot be verified, not even what it ran before, and goes on trying", async () => {
    const { world, told, ran, followed } = await following();
    await operator(world).command(world.story.rollout_id, { do: "abort", reason: "no" });
    world.tamper = (path, response) =>
      path.startsWith("/v1/artifacts/")
        ? new Response(new Uint8Array(1), { headers: { "content-type": "application/wasm" } })
        : response;
    await world.clock.turn(MAX_AGE_MS);
    expect(told).toEqual(["runs candidate", "withdrawn: not_verified", "error: content_truncated"]);
    expect([ran[0]?.stopped, followed.running]).toEqual([true, undefined]);
    world.tamper = undefined;
    await world.clock.turn(MAX_AGE_MS);
    expect(told.at(-1)).toBe("runs stable");
    await followed.stop();
  });

  it("goes on while the gateway is away, asks at longer pauses, and stops when that takes too long", async () => {
    const silentMsMax = 60_000;
    const { world, told, ran, followed } = await following({}, { silentMsMax });
    world.tamper = () => Promise.reject(new TypeError("no route to host"));
    const pauses: number[] = [];
    for (let nth = 0; nth < 4; nth++) {
      await world.clock.turn(world.clock.nextMs ?? 0);
      pauses.push(world.clock.nextMs ?? 0);
    }
    expect(pauses.toSorted((a, b) => a - b)).toEqual(pauses);
    expect([told.includes("withdrawn: gateway_silent"), ran[0]?.stopped]).toEqual([false, false]);
    for (let nth = 0; nth < 8; nth++) await world.clock.turn(silentMsMax / 4);
    expect([told.includes("withdrawn: gateway_silent"), ran[0]?.stopped]).toEqual([true, true]);
    world.tamper = undefined;
    await world.clock.turn(silentMsMax);
    expect(told.at(-1)).toBe("runs candidate");
    await followed.stop();
  });

  it("stops in time also when the gateway wants to be left alone for longer than that", async () => {
    const silentMsMax = 60_000;
    const { world, told, ran, followed } = await following({}, { silentMsMax });
    const asked = (): number => world.asked.filter((line) => line.includes("/v1/resolve/")).length;
    world.tamper = () => Response.json({ code: "busy" }, { status: 503, headers: { "retry-after": "600" } });
    await world.clock.turn(MAX_AGE_MS);
    const before = asked();
    await world.clock.turn(silentMsMax);
    expect([told.includes("withdrawn: gateway_silent"), ran[0]?.stopped]).toEqual([true, true]);
    world.tamper = undefined;
    await world.clock.turn(500_000);
    expect(asked()).toBe(before);
    await world.clock.turn(100_000);
    expect(told.at(-1)).toBe("runs candidate");
    await followed.stop();
  });

  it("waits as the gateway asks from when it said so, not from when it was asked", async () => {
    const { world, followed } = await following();
    world.tamper = async () => {
      await world.clock.advance(4_000);
      return Response.json({ code: "busy" }, { status: 503, headers: { "retry-after": "5" } });
    };
    await world.clock.turn(MAX_AGE_MS);
    expect(world.clock.nextMs).toBe(5_000);
    await followed.stop();
  });

  it("does not run what was frozen or withdrawn while it was fetched", async () => {
    const { world, told, ran, followed } = await following();
    await operator(world).command(world.story.rollout_id, { do: "abort", reason: "no" });
    world.tamper = async (path, response) => {
      if (!path.startsWith("/v1/artifacts/")) return response;
      world.tamper = undefined;
      await frozen(world, "it loses orders");
      await world.clock.advance(MAX_AGE_MS);
      return response;
    };
    await world.clock.turn(MAX_AGE_MS);
    expect(told).toEqual(["runs candidate", "paused: it loses orders"]);
    expect([ran.length, followed.running]).toEqual([1, undefined]);
    await followed.stop();
  });

  it("starts nothing any more when it was stopped while something was fetched", async () => {
    const { world, told, ran, followed } = await following();
    await operator(world).command(world.story.rollout_id, { do: "abort", reason: "no" });
    let stopping: Promise<void> | undefined;
    world.tamper = (path, response) => {
      if (path.startsWith("/v1/artifacts/")) stopping = followed.stop();
      return response;
    };
    await world.clock.advance(MAX_AGE_MS);
    await expect.poll(() => stopping !== undefined).toBe(true);
    await stopping;
    expect([told, ran.length]).toEqual([["runs candidate"], 1]);
  });

  it("stops when it is revoked, and goes on by itself when it has got in again", async () => {
    const { world, agent, told, ran, followed } = await following();
    await world.revoke(agent.did);
    await world.clock.turn(MAX_AGE_MS);
    expect(told).toEqual(["runs candidate", "withdrawn: needs_link", "error: needs_link"]);
    expect(ran[0]?.stopped).toBe(true);
    await agent.bootstrap(await world.link());
    await world.clock.turn(60_000);
    expect(told.at(-1)).toBe("runs candidate");
    await followed.stop();
  });

  it("goes on over a rotation without anybody noticing", async () => {
    const { world, told, ran, followed } = await following();
    await world.rotate();
    await world.clock.turn(MAX_AGE_MS);
    await world.clock.turn(MAX_AGE_MS);
    expect([told, ran[0]?.stopped]).toEqual([["runs candidate"], false]);
    await followed.stop();
  });
});
