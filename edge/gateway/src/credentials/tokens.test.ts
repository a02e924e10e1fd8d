/** Which tokens a gateway takes, and what it says about those that it does not. */
import { scopesOf } from "@tau-edge/control";
import { sha256 } from "@tau-edge/encoding";
import { expect, it } from "vitest";
import { readTokens } from "./tokens.ts";

const ALICE = "a".repeat(32);
const BOB = "b".repeat(32);

function tokens(...entries: readonly object[]) {
  return readTokens(JSON.stringify(entries), sha256);
}

it("finds who has a token, and nobody for another text", () => {
  const table = tokens(
    { name: "alice", scopes: ["operate"], token: ALICE },
    { name: "fleet-1", scopes: ["report", "operate-safe"], token: BOB },
  );
  expect(table.find(ALICE)).toEqual({ kind: "token", name: "alice", scopes: scopesOf(["operate"]) });
  expect(table.find(BOB)?.scopes).toEqual(new Set(["events:write", "status:read", "rollout:rollback"]));
  const others = [
    "",
    ALICE.slice(1),
    `${ALICE}a`,
    ALICE.toUpperCase(),
    `${ALICE} `,
    "ä".repeat(32),
    "a".repeat(10_000),
  ];
  for (const other of others) expect(table.find(other), other.slice(0, 40)).toBeUndefined();
});

it("has no tokens where nothing is said", () => {
  for (const text of [undefined, "", " \n", "[]"]) expect(readTokens(text, sha256).empty).toBe(true);
  expect(readTokens("[]", sha256).find(ALICE)).toBeUndefined();
});

it("refuses what is weak, unclear or said twice, and never repeats it", () => {
  const good = { name: "alice", scopes: ["operate"], token: ALICE };
  const secret = "s3cret-but-short";
  const wrong: readonly (readonly [string, string])[] = [
    [JSON.stringify([{ ...good, token: secret }]), "$[0].token"],
    [JSON.stringify([{ ...good, token: `${ALICE} ${secret}` }]), "$[0].token"],
    [JSON.stringify([{ ...good, scopes: [] }]), "$[0].scopes"],
    [JSON.stringify([{ ...good, scopes: ["root"] }]), "$[0].scopes[0]"],
    [JSON.stringify([{ ...good, name: "Alice Smith" }]), "$[0].name"],
    [JSON.stringify([{ ...good, name: "owner" }]), "$[0].name"],
    [JSON.stringify([{ ...good, [secret]: 1 }]), "$[0]"],
    [JSON.stringify([good, { ...good, token: BOB }]), "$[1].name"],
    [JSON.stringify([good, { ...good, name: "bob" }]), "$[1].token"],
    [`[{"name":"a","name":"b","scopes":["operate"],"token":"${ALICE}"}]`, "$"],
    [`alice=${ALICE}`, "$"],
    [JSON.stringify({ alice: ALICE }), "$"],
  ];
  for (const [text, at] of wrong) {
    const refused = (): unknown => readTokens(text, sha256);
    expect(refused, text).toThrow(expect.objectContaining({ code: "usage", at: `TAU_EDGE_TOKENS ${at}` }));
    try {
      refused();
    } catch (error) {
      expect(String(error)).not.toContain(ALICE);
      expect(String(error)).not.toContain(secret);
    }
  }
});
