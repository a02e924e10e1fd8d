import { describe, expect, it } from "vitest";
import { RESOLVE_AGE_MS_MAX, RESOLVED_KEY_CHARS_MAX, RESOLVED_KEYS_MAX } from "../limits.ts";
import { makeResolver } from "./resolve.ts";
import { emptyStream } from "./rollout-streams.ts";
import { Disk, diskWithStable, Process, planFor } from "./rollouts.test-helper.ts";

describe("resolving", () => {
  it("answers what is committed, and the release for its share of keys while it is exposed", async () => {
    const { disk, stable } = await diskWithStable();
    const process = new Process(disk);
    const resolver = makeResolver(process.ports);
    const asked = async (version_key: string) => (await resolver.resolve("dev", "shop", { version_key })).resolved;
    expect(await asked("user-1")).toMatchObject({ release: { release: stable.release }, by: "committed" });
    const next = await process.release(2);
    await process.start(planFor(next));
    await process.tick();
    disk.clock.advance(RESOLVE_AGE_MS_MAX);
    const keys = Array.from({ length: 200 }, (_, index) => `user-${index}`);
    const answers = await Promise.all(keys.map(asked));
    const served = answers.filter((answer) => answer.outcome === "release" && answer.release.release === next.release);
    expect(served.length).toBeGreaterThan(60);
    expect(served.length).toBeLessThan(140);
  });

  it("sees what another process did as soon as the last answer of the ledger is too old", async () => {
    const { disk, stable } = await diskWithStable();
    const process = new Process(disk);
    const resolver = makeResolver(new Process(disk).ports);
    const next = await process.release(2);
    const id = await process.start(planFor(next));
    await process.tick();
    const asked = async (version_key: string) => (await resolver.resolve("dev", "shop", { version_key })).resolved;
    const keys = Array.from({ length: 20 }, (_, index) => `user-${index}`);
    const before = await Promise.all(keys.map(asked));
    expect(before).toContainEqual(
      expect.objectContaining({ release: expect.objectContaining({ release: next.release }) }),
    );
    await process.rollouts.command(id, { do: "abort", reason: "now" });
    disk.clock.advance(RESOLVE_AGE_MS_MAX);
    for (const key of keys) expect(await asked(key)).toMatchObject({ release: { release: stable.release } });
  });

  it("gives each key its own answer, also when more ask than are remembered, and by name what is asked for", async () => {
    const { disk, stable } = await diskWithStable();
    const process = new Process(disk);
    const next = await process.release(2);
    await process.start(planFor(next));
    await process.tick();
    const resolver = makeResolver(process.ports);
    const asked = async (key: string) => (await resolver.resolve("dev", "shop", { version_key: key })).resolved;
    const first = await asked("user-0");
    for (let nth = 1; nth <= RESOLVED_KEYS_MAX; nth++) await asked(`user-${nth}`);
    expect(await asked("user-0")).toEqual(first);
    const byName = await resolver.resolve("dev", "shop", { version_key: "user-0", override: stable.release });
    expect(byName.resolved).toMatchObject({ by: "override", release: { release: stable.release } });
    expect(await asked("user-0")).toEqual(first);
  });

  it("remembers so many keys over all streams and no long ones, because anybody may make them up", async () => {
    const { disk, stable } = await diskWithStable();
    const candidate = { rollout_id: "default~dev~x~1", attempt: 1, stage: 0, window: 0, weight_bp: 5_000 };
    const committed = (await makeResolver(new Process(disk).ports).resolve("dev", "shop", {})).resolved;
    if (committed.outcome !== "release") throw new Error(`${stable.release} is committed`);
    const exposing = (blueprint: string) => {
      const place = { tenant: "default", environment: "dev", blueprint } as const;
      const assignment = { stable: committed.release, candidate: { ...candidate, target: committed.release } };
      return { ...emptyStream(place), assignment };
    };
    const known = new Map(["a", "b"].map((blueprint) => [`default/dev/${blueprint}`, exposing(blueprint)]));
    const { streams, ...ports } = new Process(disk).ports;
    const resolver = makeResolver({
      ...ports,
      streams: { ...streams, refresh: async () => new Map(), known: (name) => known.get(name) },
    });
    const asked = async (blueprint: string, version_key: string) =>
      (await resolver.resolve("dev", blueprint, { version_key })).resolved;
    const long = "k".repeat(RESOLVED_KEY_CHARS_MAX + 1);
    expect(await asked("a", long)).not.toBe(await asked("a", long));
    const first = await asked("a", "user");
    expect(await asked("a", "user")).toBe(first);
    for (let nth = 0; nth < RESOLVED_KEYS_MAX; nth++) await asked("b", `user-${nth}`);
    const again = await asked("a", "user");
    expect(again).toEqual(first);
    expect(again).not.toBe(first);
  });

  it("answers none for a stream without a release, and says nothing about one that cannot be read", async () => {
    const resolver = makeResolver(new Process(new Disk()).ports);
    expect(await resolver.resolve("dev", "shop", {})).toEqual({ resolved: { outcome: "none", code: "no_release" } });
    const { disk } = await diskWithStable();
    disk.rows.set("default/dev/abc", (disk.rows.get("default/dev/shop") ?? []).slice(0, 1));
    const broken = makeResolver(new Process(disk).ports);
    await expect(broken.resolve("dev", "abc", {})).rejects.toMatchObject({ code: "ledger_corrupt" });
    expect((await broken.resolve("dev", "shop", {})).resolved.outcome).toBe("release");
  });
});
