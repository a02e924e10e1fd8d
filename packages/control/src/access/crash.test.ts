/** A process dies before or after any of its writes; whoever comes next brings directory and ledger to one state. */
import { Faults } from "@tau-edge/adapter-memory";
import { describe, expect, it } from "vitest";
import {
  ADMIN,
  agentKey,
  GATEWAY,
  hashOf,
  invite,
  letIn,
  OWNER_TOKEN,
  renewed,
  showing,
  World,
} from "./access.test-helper.ts";
import type { Access } from "./access.ts";

const KEY = agentKey(1);
const OTHER = agentKey(2);

/** What is so for whoever asks, without times and without what chance made. */
async function stateOf(world: World) {
  const { access } = world.open();
  const links = await access.listLinks();
  const { agents } = await access.listAgents();
  return {
    epoch: await access.epoch(),
    links: links.map(({ state, subject }) => ({ state, subject })),
    agents: agents.map(({ did, revoked_unix_ms }) => ({ did, revoked: revoked_unix_ms !== undefined })),
    tokens: (await access.listTokens()).map(({ name, slot }) => ({ name, slot })),
  };
}

interface UseCase {
  readonly title: string;
  readonly act: (access: Access) => Promise<unknown>;
  /** What is left of it that nobody was told of, so that nobody can miss it. */
  readonly unheard?: (state: Awaited<ReturnType<typeof stateOf>>) => unknown;
}

const USE_CASES: readonly UseCase[] = [
  {
    title: "revokeLink",
    async act(access) {
      const [link] = (await access.listLinks()).filter(({ state }) => state === "open");
      return access.revokeLink({ ...ADMIN, link_id: link?.link_id ?? "" });
    },
  },
  { title: "revokeAgent", act: (access) => access.revokeAgent({ ...ADMIN, did: KEY.did }) },
  { title: "revokeToken, both", act: (access) => access.revokeToken({ ...ADMIN, name: "ci" }) },
  { title: "revokeToken, current", act: (access) => access.revokeToken({ ...ADMIN, name: "ci", slot: "current" }) },
  { title: "revokeToken, next", act: (access) => access.revokeToken({ ...ADMIN, name: "ci", slot: "next" }) },
  { title: "rotate", act: (access) => access.rotate(ADMIN) },
  { title: "rotate after an incident", act: (access) => access.rotate({ ...ADMIN, after_incident: true }) },
  { title: "rotate links only", act: (access) => access.rotate({ ...ADMIN, scope: ["links"] }) },
  { title: "rotate agents", act: (access) => access.rotate({ ...ADMIN, scope: ["agents"] }) },
];

async function makeWorld(): Promise<World> {
  const world = new World();
  const { access } = world.open();
  await letIn(access, KEY);
  await invite(access);
  for (let n = 0; n < 2; n += 1) await access.createToken({ ...ADMIN, name: "ci", scopes: ["operate"] });
  await access.createToken({ ...ADMIN, name: "fleet", scopes: ["report"] });
  await access.gatewayIdentity();
  return world;
}

/** Dies at its nth write. @returns false when it has fewer */
async function dieAt(nth: number, fault: "crash_before" | "crash_after", world: World, act: UseCase["act"]) {
  const faults = new Faults();
  const { access } = world.open({}, faults);
  faults.plan(nth, fault);
  const ended = await act(access).then(
    () => false,
    () => true,
  );
  world.clock.advance(5_000);
  return ended;
}

describe.each(USE_CASES)("$title", ({ act }) => {
  it("ends in one state, wherever it was broken off after its record, and changes nothing before", async () => {
    const untouched = await stateOf(await makeWorld());
    const whole = await makeWorld();
    await act(whole.open().access);
    const done = await stateOf(whole);
    expect(done).not.toEqual(untouched);
    let crashes = 0;
    for (let nth = 1; nth < 9; nth += 1)
      for (const fault of ["crash_before", "crash_after"] as const) {
        const world = await makeWorld();
        const records = (await world.types()).length;
        if (!(await dieAt(nth, fault, world, act))) continue;
        crashes += 1;
        const isRecorded = (await world.types()).length > records;
        await world.open().access.settle();
        expect(await stateOf(world), `${fault} ${nth}`).toEqual(isRecorded ? done : untouched);
        expect(await world.open().access.settle(), "settled once").toBe(0);
      }
    expect(crashes).toBeGreaterThanOrEqual(4);
  });

  it("is settled by two at once", async () => {
    const whole = await makeWorld();
    await act(whole.open().access);
    const world = await makeWorld();
    expect(await dieAt(1, "crash_after", world, act)).toBe(true);
    await Promise.all([world.open().access.settle(), world.open().access.settle()]);
    expect(await stateOf(world)).toEqual(await stateOf(whole));
  });
});

it.each([
  ["createLink", (access: Access) => access.createLink({ ...ADMIN, gateway_url: GATEWAY, subject: "browser-agent" })],
  ["createToken", (access: Access) => access.createToken({ ...ADMIN, name: "new", scopes: ["operate"] })],
])("%s leaves a secret that nobody heard, or nothing, and the same call works again", async (_, act) => {
  for (let nth = 1; nth <= 2; nth += 1)
    for (const fault of ["crash_before", "crash_after"] as const) {
      const world = await makeWorld();
      expect(await dieAt(nth, fault, world, act), `${fault} ${nth}`).toBe(true);
      const { access } = world.open();
      await access.settle();
      expect(await act(access), `${fault} ${nth}`).toMatchObject({ outcome: "created" });
    }
});

it("exchange registers and uses the link together, or does neither; the same key asks again", async () => {
  const ends = new Set<string>();
  for (let nth = 1; nth < 5; nth += 1)
    for (const fault of ["crash_before", "crash_after"] as const) {
      const world = await makeWorld();
      const link = await invite(world.open().access);
      if (!(await dieAt(nth, fault, world, (access) => access.exchange(showing(link, OTHER))))) continue;
      const { access } = world.open();
      const known = (await access.listAgents()).agents.some(({ did }) => did === OTHER.did);
      expect((await access.listLinks())[0]?.state, `${fault} ${nth}`).toBe(known ? "used" : "open");
      const again = await access.exchange(showing(link, OTHER));
      expect(again.outcome, `${fault} ${nth}`).toBe(known ? "repeated" : "registered");
      ends.add(again.outcome);
    }
  expect([...ends]).toEqual(["registered", "repeated"]);
});

describe("a rotation that was broken off", () => {
  it("leaves the owner the credential that is known, says so on record, and the next one replaces it", async () => {
    const world = await makeWorld();
    const { access_token } = await letIn(world.open().access, OTHER);
    expect(await dieAt(1, "crash_after", world, (access) => access.rotate({ ...ADMIN, after_incident: true }))).toBe(
      true,
    );
    const { access, directory, events } = world.open();
    const before = (await directory.facts()).bootstrap_key;
    expect(await access.settle()).toBe(1);
    expect(events).toEqual([{ code: "settled", record: "credentials_rotated", seq: expect.any(Number) }]);
    expect((await world.types()).slice(-2)).toEqual(["credentials_rotated", "rotation_settled"]);
    expect((await directory.facts()).bootstrap_key).not.toEqual(before);
    expect(await directory.findAccess(hashOf(access_token))).toBeUndefined();
    expect(await access.isOwner("token", OWNER_TOKEN)).toBe(true);
    expect((await renewed(access, OTHER)).outcome).toBe("renewed");
    expect(await access.rotate(ADMIN)).toMatchObject({ outcome: "rotated", epoch: 2 });
    expect(await access.isOwner("token", OWNER_TOKEN)).toBe(false);
  });

  it.each([
    ["agents", { scope: ["agents"] }],
    ["after an incident", { after_incident: true }],
  ])("is not lost where another one comes before it was settled: %s", async (_title, broken) => {
    const world = await makeWorld();
    const { access, directory } = world.open();
    const { access_token } = await letIn(access, OTHER);
    const { bootstrap_key } = await directory.facts();
    const faults = new Faults().plan(1, "crash_after");
    await expect(world.open({}, faults).access.rotate({ ...ADMIN, ...broken })).rejects.toThrow("write");
    expect(await access.rotate({ ...ADMIN, scope: ["links"] })).toMatchObject({ outcome: "rotated", epoch: 2 });
    world.clock.advance(5_000);
    expect(await world.open().access.settle()).toBe(0);
    expect(await directory.findAccess(hashOf(access_token))).toBeUndefined();
    expect((await directory.agent(OTHER.did))?.revoked_unix_ms !== undefined).toBe("scope" in broken);
    expect((await directory.facts()).bootstrap_key?.join() !== bootstrap_key?.join()).toBe("after_incident" in broken);
  });

  it("is not taken for broken off while it may be at work", async () => {
    const world = await makeWorld();
    const faults = new Faults().plan(1, "crash_after");
    await expect(world.open({}, faults).access.rotate(ADMIN)).rejects.toThrow("write");
    const { access } = world.open();
    expect(await access.settle()).toBe(0);
    expect(await access.epoch()).toBe(0);
    world.clock.advance(4_999);
    expect(await access.settle()).toBe(0);
    world.clock.advance(1);
    expect(await access.settle()).toBe(1);
    expect(await access.epoch()).toBe(1);
  });

  it("is enforced also by a clock that is behind, which nobody vouches for", async () => {
    const world = await makeWorld();
    await dieAt(1, "crash_after", world, (access) => access.rotate(ADMIN));
    world.clock.advance(-60 * 60 * 1000);
    const { access } = world.open();
    expect(await access.settle()).toBe(1);
    expect(await access.epoch()).toBe(1);
    expect((await world.types()).at(-1)).toBe("credentials_rotated");
  });
});

describe("what another process did", () => {
  it("counts here within ten seconds, and sooner while something waits", async () => {
    const world = await makeWorld();
    const { access, directory } = world.open();
    await access.keepSettled();
    await dieAt(1, "crash_after", world, (other) => other.revokeAgent({ ...ADMIN, did: KEY.did }));
    await access.keepSettled();
    expect((await directory.agent(KEY.did))?.revoked_unix_ms).toBeUndefined();
    world.clock.advance(5_000);
    await access.keepSettled();
    expect((await directory.agent(KEY.did))?.revoked_unix_ms).toBeDefined();

    const faults = new Faults().plan(1, "crash_after");
    await expect(world.open({}, faults).access.rotate(ADMIN)).rejects.toThrow("write");
    world.clock.advance(10_000 - 1);
    await access.keepSettled();
    world.clock.advance(1);
    await Promise.all([access.keepSettled(), access.keepSettled()]);
    expect(await access.epoch()).toBe(1);
  });

  it("is followed from the beginning on another ledger, when somebody put one in its place", async () => {
    const world = await makeWorld();
    const { access } = world.open();
    await access.settle();
    const restored = new World();
    const elsewhere = restored.open().access;
    await letIn(elsewhere, KEY);
    await elsewhere.revokeAgent({ ...ADMIN, did: KEY.did });
    for (let n = 0; n < 9; n += 1) await invite(elsewhere);
    for (const rows of [restored.rows.get("system")?.slice(0, 1), restored.rows.get("system")]) {
      world.rows.set("system", rows ?? []);
      expect(await access.settle()).toBe(rows?.length === 1 ? 0 : 1);
    }
    expect((await renewed(access, KEY)).outcome).toBe("refused");
  });

  it("is refused as a whole where a record of it cannot be read", async () => {
    const world = new World();
    const { ledger, access } = world.open();
    const drafts = [{ type: "agent_revoked", actor: ADMIN.actor, body: {} }];
    const now_unix_ms = world.clock.nowUnixMs();
    await ledger.append({ stream: "system", expected_seq: -1, drafts, objects: [], now_unix_ms });
    await expect(access.settle()).rejects.toMatchObject({ code: "ledger_corrupt" });
    await expect(invite(access)).rejects.toMatchObject({ code: "ledger_corrupt" });
    await expect(renewed(access, KEY)).rejects.toMatchObject({ code: "ledger_corrupt" });
  });
});

it("vouches for no clock that is behind, unless the actor does", async () => {
  const world = await makeWorld();
  world.clock.advance(-60 * 60 * 1000);
  const { access } = world.open();
  const before = await stateOf(world);
  await expect(access.rotate(ADMIN)).rejects.toMatchObject({ code: "clock_jump" });
  await expect(access.revokeAgent({ ...ADMIN, did: KEY.did })).rejects.toMatchObject({ code: "clock_jump" });
  expect(await stateOf(world)).toEqual(before);
  expect(await access.revokeAgent({ ...ADMIN, did: KEY.did, accept_clock: true })).toEqual({ outcome: "revoked" });
  expect((await world.types()).slice(-2)).toEqual(["agent_revoked", "clock_accepted"]);
});
