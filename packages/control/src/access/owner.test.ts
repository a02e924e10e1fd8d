import { newPassword } from "@tau-edge/identity";
import { describe, expect, it } from "vitest";
import {
  ADMIN,
  agentKey,
  hashOf,
  invite,
  letIn,
  OWNER_TOKEN,
  QUICK_DERIVATION,
  renewed,
  showing,
  verifierOf,
  World,
} from "./access.test-helper.ts";
import type { RotateRequest } from "./access-acts.ts";

const KEY = agentKey(1);
const LATER = agentKey(2);
const PASSWORD = "correct horse battery staple";
const NEXT_PASSWORD = "another horse, another staple";

function phc(password: string, salt = 1): string {
  const hashing = newPassword(password, new Uint8Array(16).fill(salt));
  return hashing.phc(QUICK_DERIVATION.scrypt(hashing.passphrase, hashing.salt, hashing.cost));
}

async function rotate(world: World, changes: Partial<RotateRequest> = {}) {
  const result = await world.open().access.rotate({ ...ADMIN, ...changes });
  if (result.outcome === "refused") throw new Error(result.code);
  return result;
}

describe("the owner's credential", () => {
  it("is the configured token, as itself or as its hash, and no other text", async () => {
    const world = new World();
    const { access } = world.open();
    for (const owner of [{ secret: OWNER_TOKEN }, { verifier: verifierOf(OWNER_TOKEN).toUpperCase() }]) {
      world.configured = { owner: { kind: "token", ...owner } };
      expect(await access.isOwner("token", OWNER_TOKEN)).toBe(true);
      for (const other of ["", `${OWNER_TOKEN} `, OWNER_TOKEN.slice(1), verifierOf(OWNER_TOKEN), "x".repeat(2_000)])
        expect(await access.isOwner("token", other)).toBe(false);
      expect(await access.isOwner("password", OWNER_TOKEN)).toBe(false);
    }
  });

  it("is the configured password, as itself or as its hash", async () => {
    const world = new World();
    const { access } = world.open();
    for (const owner of [{ secret: PASSWORD }, { verifier: phc(PASSWORD) }]) {
      world.configured = { owner: { kind: "password", ...owner } };
      expect(await access.isOwner("password", PASSWORD)).toBe(true);
      expect(await access.isOwner("password", `${PASSWORD}!`)).toBe(false);
      expect(await access.isOwner("token", PASSWORD)).toBe(false);
    }
  });

  it("is nobody's where none is configured, and a verifier that is none verifies nothing", async () => {
    const world = new World();
    const { access } = world.open();
    world.configured = {};
    expect(await access.ownerInForce()).toBeUndefined();
    expect(await access.isOwner("token", OWNER_TOKEN)).toBe(false);
    for (const kind of ["token", "password"] as const) {
      world.configured = { owner: { kind, verifier: "" } };
      expect(await access.isOwner(kind, "anything")).toBe(false);
    }
  });

  it("follows the configuration without a restart", async () => {
    const world = new World();
    const { access } = world.open();
    world.configured = { owner: { kind: "token", secret: "another-token-of-the-configuration" } };
    expect(await access.isOwner("token", OWNER_TOKEN)).toBe(false);
    expect(await access.isOwner("token", "another-token-of-the-configuration")).toBe(true);
  });
});

describe("a rotation", () => {
  it("makes a new token, and the old one is refused although the configuration still says it", async () => {
    const world = new World();
    const { access } = world.open();
    const { new_token = "", epoch, proof } = await rotate(world);
    expect(epoch).toBe(1);
    expect(proof).toMatchObject({ epoch: 1, credential_replaced: true, bootstrap_key_replaced: false });
    for (const process of [access, world.open().access]) {
      expect(await process.isOwner("token", OWNER_TOKEN)).toBe(false);
      expect(await process.isOwner("token", new_token)).toBe(true);
      expect(await process.ownerInForce()).toEqual({
        ...{ kind: "token", verifier: verifierOf(new_token), source: "rotated" },
      });
    }
  });

  it("never brings an old credential back, from whatever source and after however many rotations", async () => {
    const world = new World();
    const { access } = world.open();
    const tokens = [OWNER_TOKEN];
    for (let n = 0; n < 3; n += 1) tokens.push((await rotate(world)).new_token ?? "");
    const inForce = tokens.pop() ?? "";
    for (const old of tokens) {
      world.configured = { owner: { kind: "token", secret: old } };
      expect(await access.isOwner("token", old)).toBe(false);
      world.configured = { owner: { kind: "token", verifier: verifierOf(old) } };
      expect(await access.isOwner("token", old)).toBe(false);
      expect(await access.isOwner("token", inForce)).toBe(true);
    }
  });

  it("retires what it made itself when another credential was configured since", async () => {
    const world = new World();
    const { access } = world.open();
    const { new_token = "" } = await rotate(world);
    world.configured = { owner: { kind: "token", secret: "configured-after-the-first-rotation" } };
    expect(await access.isOwner("token", new_token)).toBe(false);
    await rotate(world);
    for (const secret of [new_token, "configured-after-the-first-rotation"]) {
      world.configured = { owner: { kind: "token", secret } };
      expect(await access.isOwner("token", secret)).toBe(false);
    }
  });

  it("takes a new password, and refuses the old one also under a new salt", async () => {
    const world = new World();
    const { access } = world.open();
    world.configured = { owner: { kind: "password", secret: PASSWORD } };
    expect(await rotate(world, { new_password: NEXT_PASSWORD })).not.toHaveProperty("new_token");
    expect(await access.isOwner("password", NEXT_PASSWORD)).toBe(true);
    const sources = [{ secret: PASSWORD }, { verifier: phc(PASSWORD, 2) }];
    for (const source of sources) {
      world.configured = { owner: { kind: "password", ...source } };
      for (const process of [access, world.open().access])
        expect(await process.isOwner("password", PASSWORD)).toBe(false);
    }
  });

  it.each([
    ["new_password_missing", {}],
    ["new_password_weak", { new_password: "short" }],
    ["new_password_weak", { new_password: `${NEXT_PASSWORD}\ud800` }],
    ["new_password_weak", { new_password: "x".repeat(1_025) }],
    ["credential_retired", { new_password: PASSWORD }],
  ])("of a password is refused as %s for %j", async (code, changes) => {
    const world = new World();
    world.configured = { owner: { kind: "password", secret: PASSWORD } };
    const { access } = world.open();
    expect(await access.rotate({ ...ADMIN, ...changes })).toMatchObject({ outcome: "refused", code });
    expect(await access.epoch()).toBe(0);
    expect(await world.types()).toEqual([]);
  });

  it("takes no password that was in use before the last one", async () => {
    const world = new World();
    world.configured = { owner: { kind: "password", secret: PASSWORD } };
    await rotate(world, { new_password: NEXT_PASSWORD });
    const { access } = world.open();
    const again = await access.rotate({ ...ADMIN, new_password: PASSWORD });
    expect(again).toMatchObject({ outcome: "refused", code: "credential_retired" });
  });

  it.each([
    ["rotation_empty", { scope: [] }],
    ["rotation_empty", { scope: ["credential", "everything"] }],
    ["agents_since_malformed", { agents_since_unix_ms: -1 }],
    ["agents_since_malformed", { agents_since_unix_ms: Number.NaN }],
    ["agents_since_malformed", { agents_since_unix_ms: Number.MAX_SAFE_INTEGER }],
    ["new_password_unused", { new_password: NEXT_PASSWORD }],
    ["rotated_meanwhile", { expected_epoch: 1 }],
  ])("of a token is refused as %s for %j, and ends nothing", async (code, changes) => {
    const world = new World();
    const { access } = world.open();
    expect(await access.rotate({ ...ADMIN, ...changes })).toMatchObject({ outcome: "refused", code });
    expect(await access.isOwner("token", OWNER_TOKEN)).toBe(true);
    expect(await world.types()).toEqual([]);
  });

  it("kills links, access tokens and the epoch; agents prove themselves again and go on", async () => {
    const world = new World();
    const { access, directory, events } = world.open();
    const { access_token } = await letIn(access, KEY);
    const link = await invite(access);
    await access.createToken({ ...ADMIN, name: "ci", scopes: ["operate"] });
    const { proof } = await rotate(world);
    expect(proof).toMatchObject({
      ...{ epoch: 1, links_voided: 1, access_tokens_voided: 1, agents_revoked: 0, operator_tokens_kept: 1 },
      sessions_voided: true,
    });
    expect(await access.epoch()).toBe(1);
    expect(await directory.findAccess(hashOf(access_token))).toBeUndefined();
    expect((await access.exchange(showing(link, LATER))).outcome).toBe("refused");
    expect(events).toMatchObject([{ reason: "rotated" }]);
    expect(await renewed(access, KEY)).toMatchObject({ outcome: "renewed" });
    expect((await access.exchange(showing(await invite(access), LATER))).outcome).toBe("registered");
  });

  it("keeps credential and access tokens when only links were asked for", async () => {
    const world = new World();
    const { access, directory } = world.open();
    const { access_token } = await letIn(access, KEY);
    const { proof } = await rotate(world, { scope: ["links"] });
    expect(proof).toMatchObject({ credential_replaced: false, access_tokens_voided: 0 });
    expect(await access.isOwner("token", OWNER_TOKEN)).toBe(true);
    expect(await directory.findAccess(hashOf(access_token))).toMatchObject({ did: KEY.did });
  });

  it("revokes the agents that came since, and those before go on", async () => {
    const world = new World();
    const { access } = world.open();
    await letIn(access, KEY);
    world.clock.advance(60_000);
    const agents_since_unix_ms = world.clock.nowUnixMs();
    await letIn(access, LATER);
    const { proof } = await rotate(world, { agents_since_unix_ms });
    expect(proof.agents_revoked).toBe(1);
    expect((await renewed(access, KEY)).outcome).toBe("renewed");
    expect((await renewed(access, LATER)).outcome).toBe("refused");
    expect((await rotate(world, { scope: ["agents"] })).proof.agents_revoked).toBe(1);
    expect((await renewed(access, KEY)).outcome).toBe("refused");
  });

  it("says in its record what it ends, and nothing secret", async () => {
    const world = new World();
    await rotate(world, { scope: ["agents"], after_incident: true });
    const [stored] = await world.records();
    expect(stored?.record).toMatchObject({ type: "credentials_rotated", actor: ADMIN.actor });
    expect(stored?.record.body).toEqual({
      ...{ epoch: 1, owner: true, bootstrap: true, links: true, tokens: true, agents_since_unix_ms: 0 },
    });
  });

  it("gives two that come at once two epochs, and the credential of the last one", async () => {
    const world = new World();
    const { access } = world.open();
    const results = await Promise.all([rotate(world), rotate(world)]);
    expect(results.map(({ epoch }) => epoch).sort()).toEqual([1, 2]);
    const good = await Promise.all(results.map(({ new_token = "" }) => access.isOwner("token", new_token)));
    expect(good.filter(Boolean)).toHaveLength(1);
  });

  it("never brings back the credential of the one that came first, though the second had not heard of it", async () => {
    const world = new World();
    const first = (await Promise.all([rotate(world), rotate(world)])).find(({ epoch }) => epoch === 1);
    world.configured = { owner: { kind: "token", secret: first?.new_token ?? "" } };
    expect(await world.open().access.isOwner("token", first?.new_token ?? "")).toBe(false);
  });

  it("begins again when somebody settled it in between, and says so when somebody else rotated", async () => {
    const settled = new World();
    const slow = settled.open();
    const { rotate: store } = slow.directory;
    slow.directory.rotate = async (rotation) => {
      slow.directory.rotate = store;
      settled.clock.advance(5_000);
      expect(await settled.open().access.settle()).toBe(1);
      return store.call(slow.directory, rotation);
    };
    const result = await slow.access.rotate(ADMIN);
    const token = result.outcome === "rotated" ? (result.new_token ?? "") : "";
    expect(await slow.access.isOwner("token", token)).toBe(true);
    expect(await settled.types()).toEqual(["credentials_rotated", "rotation_settled", "credentials_rotated"]);

    const raced = new World();
    const slower = raced.open();
    slower.directory.rotate = async (rotation) => {
      slower.directory.rotate = store;
      await rotate(raced);
      return store.call(slower.directory, rotation);
    };
    expect(await slower.access.rotate(ADMIN)).toMatchObject({ outcome: "refused", code: "rotated_meanwhile" });
  });

  it("does nothing for whoever was let in before another one, also when both came at once", async () => {
    const world = new World();
    const [first, late] = [world.open(), world.open()];
    const { append } = late.ledger;
    late.ledger.append = async (request) => {
      late.ledger.append = append;
      expect(await first.access.rotate({ ...ADMIN, expected_epoch: 0 })).toMatchObject({ outcome: "rotated" });
      return append.call(late.ledger, request);
    };
    const result = await late.access.rotate({ ...ADMIN, expected_epoch: 0, scope: ["agents"] });
    expect(result).toMatchObject({ outcome: "refused", code: "rotated_meanwhile" });
    expect(await world.types()).toEqual(["credentials_rotated"]);
    const both = [first, late].map(({ access }) => access.rotate({ ...ADMIN, expected_epoch: 1 }));
    expect((await Promise.all(both)).map(({ outcome }) => outcome).sort()).toEqual(["refused", "rotated"]);
    expect(await first.access.epoch()).toBe(2);
  });
});

describe("after an incident", () => {
  it("replaces credential and bootstrap key in one transaction", async () => {
    const world = new World();
    const { access, directory } = world.open();
    await invite(access);
    const before = (await directory.facts()).bootstrap_key;
    const rotations: unknown[] = [];
    const { rotate: store } = directory;
    directory.rotate = (rotation) => {
      rotations.push(rotation);
      return store.call(directory, rotation);
    };
    const result = await access.rotate({ ...ADMIN, after_incident: true, scope: ["links"] });
    expect(result).toMatchObject({
      ...{ outcome: "rotated", new_token: expect.any(String) },
      proof: { credential_replaced: true, bootstrap_key_replaced: true },
    });
    expect(rotations).toHaveLength(1);
    expect(rotations[0]).toMatchObject({ owner: { kind: "token" }, bootstrap_key: expect.any(Uint8Array) });
    expect((await directory.facts()).bootstrap_key).not.toEqual(before);
  });
});

describe("links hang", () => {
  async function survives(change: (world: World) => unknown, configured = new World().configured): Promise<boolean> {
    const world = new World();
    world.configured = configured;
    const link = await invite(world.open().access);
    await change(world);
    return (await world.open().access.exchange(showing(link, KEY))).outcome === "registered";
  }

  const secretOfItsOwn = { ...new World().configured, bootstrap_secret: "a secret of its own" };
  const otherOwner = { kind: "token", secret: "another-token-of-the-configuration" } as const;

  it("on the owner's credential: another one voids them", async () => {
    expect(await survives(() => undefined)).toBe(true);
    expect(await survives((world) => (world.configured = { owner: otherOwner }))).toBe(false);
  });

  it("on the configured password itself, whatever salt a process gave it", async () => {
    const configured = { owner: { kind: "password", secret: PASSWORD } } as const;
    expect(await survives(() => undefined, configured)).toBe(true);
  });

  it("on the bootstrap secret where one is configured, and then on no credential", async () => {
    expect(
      await survives((world) => (world.configured = { ...secretOfItsOwn, owner: otherOwner }), secretOfItsOwn),
    ).toBe(true);
    const other = { ...secretOfItsOwn, bootstrap_secret: "another one" };
    expect(await survives((world) => (world.configured = other), secretOfItsOwn)).toBe(false);
  });

  it("on a random key too, so that the configuration alone makes none", async () => {
    const world = new World();
    world.configured = secretOfItsOwn;
    const link = await invite(world.open().access);
    const key = world.agents.rows.secret("bootstrap_key");
    expect(key).toHaveLength(32);
    world.agents.rows.setSecret("bootstrap_key", new Uint8Array(32));
    expect((await world.open().access.exchange(showing(link, KEY))).outcome).toBe("refused");
  });
});
