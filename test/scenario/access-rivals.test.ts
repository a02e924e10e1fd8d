/** Three processes do privileged things on one state directory at once: ledger and directory say the same afterwards. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NATIVE_KEY_DERIVATION, openState } from "@tau-edge/adapter-node";
import { importAgentKey } from "@tau-edge/adapter-webcrypto";
import { type Access, makeAccess } from "@tau-edge/control";
import { sha256 } from "@tau-edge/encoding";
import { didKeyOf, jwkThumbprint, readBootstrapLink } from "@tau-edge/identity";
import { ed25519PublicKey } from "@tau-edge/signature";
import { afterEach, beforeEach, expect, it } from "vitest";

const RIVALS = 3;
const ROUNDS = 6;
const GATEWAY = "https://gw.example";
const ACT = { actor: { kind: "token", id: "owner" } } as const;

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "tau-edge-rivals-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function openRival() {
  const state = await openState(dir);
  const { directory, ledger, clock } = state;
  const access = makeAccess(
    {
      ...{ directory, ledger, clock, derivation: NATIVE_KEY_DERIVATION, openSigner: importAgentKey },
      randomBytes: (count) => new Uint8Array(randomBytes(count)),
    },
    { network: "tau-prod", loopback: false, public_base_url: GATEWAY, configured: () => ({}) },
  );
  return { access, state };
}

function agentKey(nth: number) {
  const publicKey = ed25519PublicKey(new Uint8Array(32).fill(nth + 1));
  return { did: didKeyOf(publicKey).did, jkt: jwkThumbprint(publicKey, sha256) };
}

/** Everything that is privileged, by turns. @returns the tokens that it was told */
async function act(access: Access, rival: number): Promise<string[]> {
  const told: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const key = agentKey(rival * ROUNDS + round);
    const link = await access.createLink({ ...ACT, gateway_url: GATEWAY, subject: "browser-agent" });
    if (link.outcome === "created") {
      const { link_id, secret } = readBootstrapLink(link.url);
      await access.exchange({ link_id, secret, ...key, jti: `jti-${rival}-${round}`, gateway_url: GATEWAY });
    }
    await access.createToken({ ...ACT, name: "shared", scopes: ["operate"] });
    await access.revokeToken({ ...ACT, name: "shared", slot: "current" });
    if (round % 2 === 0) await access.revokeAgent({ ...ACT, did: key.did });
    const rotated = await access.rotate(ACT);
    if (rotated.outcome === "rotated") told.push(rotated.new_token ?? "");
    await access.settle();
  }
  return told;
}

it("leaves one epoch, one credential, and each revocation enforced", async () => {
  const rivals = await Promise.all(Array.from({ length: RIVALS }, openRival));
  const told = (await Promise.all(rivals.map(({ access }, rival) => act(access, rival)))).flat();
  const [first] = rivals;
  if (first === undefined) throw new Error("nobody is there");
  const { access, state } = first;
  expect(await access.settle()).toBe(0);

  const { ledger, directory } = state;
  const records = await readAll(ledger);
  const epochs = records.filter(({ type }) => type === "credentials_rotated").map(({ body }) => body["epoch"]);
  expect(await access.epoch()).toBe(Math.max(...epochs.map(Number)));
  expect(new Set(epochs).size).toBe(epochs.length);

  const good = await Promise.all(told.map((token) => access.isOwner("token", token)));
  expect(good.filter(Boolean)).toHaveLength(1);
  for (const { type, body } of records)
    if (type === "agent_revoked")
      expect((await directory.agent(String(body["did"])))?.revoked_unix_ms, String(body["did"])).toBeDefined();
  const revoked = new Set(
    records.filter(({ type }) => type === "token_revoked").flatMap(({ body }) => body["token_refs"]),
  );
  const kept = (await directory.operatorTokens()).map(({ token_hash }) =>
    Buffer.from(sha256(token_hash)).toString("hex").slice(0, 16),
  );
  expect(kept.filter((ref) => revoked.has(ref))).toEqual([]);
  for (const rival of rivals) await rival.state.close();
});

async function readAll(ledger: Awaited<ReturnType<typeof openState>>["ledger"]) {
  const records = [];
  for (let from = 0; ; ) {
    const page = await ledger.read("system", from, 256);
    if (page.length === 0) return records;
    records.push(...page.map(({ record }) => record));
    from += page.length;
  }
}
