import { isSecretToken } from "@tau-edge/identity";
import { describe, expect, it } from "vitest";
import { ADMIN, hashOf, World } from "./access.test-helper.ts";

const asked = { ...ADMIN, name: "ci", scopes: ["operate"] };

async function made(world: World, changes: Partial<Parameters<typeof request>[0]> = {}) {
  const result = await world.open().access.createToken(request(changes));
  if (result.outcome === "refused") throw new Error(result.code);
  return result;
}

function request(changes: { name?: string; scopes?: readonly string[]; expires_in_s?: number }) {
  return { ...asked, ...changes };
}

describe("a token", () => {
  it("is told once, kept as a hash and recorded by name, slot and scopes", async () => {
    const world = new World();
    const { access, directory } = world.open();
    const { token, ...rest } = await made(world, { scopes: ["operate", "operate", "status:read"], expires_in_s: 60 });
    const expires_unix_ms = world.clock.nowUnixMs() + 60_000;
    const facts = { name: "ci", slot: "current", scopes: ["operate", "status:read"], expires_unix_ms };
    expect(rest).toEqual({ outcome: "created", ...facts });
    expect(isSecretToken(token)).toBe(true);
    expect(await directory.findOperator(hashOf(token))).toMatchObject({ ...facts, created_by: "owner" });
    const created_unix_ms = world.clock.nowUnixMs();
    expect(await access.listTokens()).toEqual([{ ...facts, created_unix_ms, created_by: "owner" }]);
    const [stored] = await world.records();
    expect(stored?.record).toMatchObject({ type: "token_created", actor: ADMIN.actor });
    expect(stored?.record.body).toEqual({ ...facts, token_ref: expect.stringMatching(/^[0-9a-f]{16}$/) });
  });

  it("has a successor beside it, and no third", async () => {
    const world = new World();
    const { access, directory } = world.open();
    const first = await made(world);
    const second = await made(world);
    expect([first.slot, second.slot]).toEqual(["current", "next"]);
    expect(await access.createToken(asked)).toMatchObject({ outcome: "refused", code: "token_slots_taken" });
    expect(await access.revokeToken({ ...ADMIN, name: "ci", slot: "current" })).toEqual({
      ...{ outcome: "revoked", revoked: 1 },
    });
    expect(await directory.findOperator(hashOf(first.token))).toBeUndefined();
    expect(await directory.findOperator(hashOf(second.token))).toMatchObject({ slot: "current" });
    expect((await made(world)).slot).toBe("next");
    expect(await access.revokeToken({ ...ADMIN, name: "ci" })).toEqual({ outcome: "revoked", revoked: 2 });
    expect(await access.revokeToken({ ...ADMIN, name: "ci" })).toMatchObject({ code: "token_unknown" });
    expect(await access.listTokens()).toEqual([]);
  });

  it("gives way when it has expired", async () => {
    const world = new World();
    await made(world, { expires_in_s: 60 });
    await made(world);
    world.clock.advance(60_000);
    expect((await made(world)).slot).toBe("next");
  });

  it.each([
    ["token_name_malformed", { name: "Alice Smith" }],
    ["token_name_malformed", { name: "" }],
    ["token_name_malformed", { name: "owner" }],
    ["scope_missing", { scopes: [] }],
    ["scope_unknown", { scopes: ["operate", "root"] }],
    ["token_expiry_out_of_range", { expires_in_s: 59 }],
    ["token_expiry_out_of_range", { expires_in_s: 366 * 86_400 + 1 }],
    ["token_expiry_out_of_range", { expires_in_s: Number.NaN }],
  ])("is refused as %s for %j, and nothing is recorded", async (code, changes) => {
    const world = new World();
    expect(await world.open().access.createToken(request(changes))).toMatchObject({ outcome: "refused", code });
    expect(await world.types()).toEqual([]);
  });

  it("is refused when there are as many as may be, and the record of it is taken back", async () => {
    const world = new World();
    for (let n = 0; n < 256; n += 1) await made(world, { name: `t${n}` });
    expect(await world.open().access.createToken(asked)).toMatchObject({ outcome: "refused", code: "tokens_full" });
    const { ledger } = world.open();
    expect((await ledger.read("system", 256, 9)).map(({ record }) => record.type)).toEqual([
      "token_created",
      "token_revoked",
    ]);
  });

  it("of the same name that was made later outlives the revocation of the one before", async () => {
    const world = new World();
    const { access, directory } = world.open();
    await made(world);
    await access.revokeToken({ ...ADMIN, name: "ci" });
    const { token } = await made(world);
    expect(await world.open().access.settle()).toBe(0);
    expect(await directory.findOperator(hashOf(token))).toMatchObject({ name: "ci" });
  });
});
