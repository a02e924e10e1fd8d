import { MemoryDeploymentFiles, MemoryLedgerStore, MemoryPublicFile } from "@tau-edge/adapter-memory";
import { sha256 } from "@tau-edge/encoding";
import {
  type DerivationRequest,
  deriveIdentity,
  jwkThumbprint,
  PORTABLE_KEY_DERIVATION,
  parseDidKey,
  writeBootstrapPayload,
} from "@tau-edge/identity";
import { describe, expect, it } from "vitest";
import { initDid } from "../init-did.ts";
import {
  ADMIN,
  type AgentKey,
  agentKey,
  invite,
  letIn,
  QUICK_DERIVATION,
  renewed,
  showing,
  World,
} from "./access.test-helper.ts";
import { WELL_KNOWN_DIDS } from "./dev-keys.ts";

const DEVNET = { network: "tau-devnet" };
const LOOPBACK = { loopback: true };
const PLACE = { method: "key", network: "tau-devnet", subject: "browser-agent" } as const;
const PATH = ".tau/deployment/browser-did.json";

function keyOf(did: string): AgentKey {
  return { did, jkt: jwkThumbprint(parseDidKey(did).publicKey, sha256) };
}

/** As `tau-edge did init` does it, with entropy of which nobody's list knows. */
async function recorded(world: World, changes: Partial<DerivationRequest> = {}) {
  const files = new Map<string, Uint8Array>();
  const request = { ...PLACE, entropy: "a phrase of this test", output_path: PATH, actor: ADMIN.actor, ...changes };
  const report = await initDid(request, {
    ledger: new MemoryLedgerStore({ rows: world.rows }),
    files: new MemoryDeploymentFiles({ objects: new Map(), files }),
    payload_file: new MemoryPublicFile({ path: PATH, files }),
    clock: world.clock,
    derivation: QUICK_DERIVATION,
  });
  if (report.outcome === "refused") throw new Error(report.code);
  return { did: report.did, file: files.get(PATH) };
}

async function recordedDevKey(world: World): Promise<AgentKey> {
  return keyOf((await recorded(world)).did);
}

it("knows the keys that S1's documentation gives to everybody", () => {
  const found = ["local-dev-seed", "tau-browser-seed", "default-seed", "seed-001"].map((entropy) => {
    const derived = deriveIdentity({ ...PLACE, entropy }, PORTABLE_KEY_DERIVATION);
    return derived.outcome === "derived" ? derived.identity.did : derived.code;
  });
  expect([...WELL_KNOWN_DIDS]).toEqual(found);
});

describe("a key that can be guessed", () => {
  const documented = keyOf([...WELL_KNOWN_DIDS][0] ?? "");

  it.each([
    ["on a devnet", DEVNET],
    ["where only this machine comes", LOOPBACK],
  ])("is let in %s, and reply, list and payload call it dev", async (_, config) => {
    const { access } = new World().open(config);
    expect(await letIn(access, documented)).toMatchObject({ did: documented.did, assurance: "dev" });
    expect((await access.listAgents()).agents).toMatchObject([{ assurance: "dev" }]);
    expect(await access.payloadOf(documented.did)).toMatchObject({ assurance: "dev", subject: "browser-agent" });
    expect(await renewed(access, documented)).toMatchObject({ outcome: "renewed", grant: { assurance: "dev" } });
  });

  it.each([
    ["is in the documentation", async () => ({ key: documented, said: {} })],
    ["was made here from a phrase", async (world: World) => ({ key: await recordedDevKey(world), said: {} })],
    ["says so itself", async () => ({ key: agentKey(1), said: { assurance: "dev" } as const })],
  ])("is refused elsewhere when it %s, and the link stays open", async (_, make) => {
    const world = new World();
    const { access, events } = world.open();
    const { key, said } = await make(world);
    const link = await invite(access);
    expect(await access.exchange(showing(link, key, said))).toMatchObject({
      outcome: "refused",
      code: "invalid_grant",
    });
    expect(events).toMatchObject([{ code: "exchange_refused", reason: "dev_refused" }]);
    expect((await access.exchange(showing(link, agentKey(9)))).outcome).toBe("registered");
  });

  it("is not let in for saying that it is strong", async () => {
    const { access } = new World().open();
    const request = showing(await invite(access), documented, { assurance: "strong" });
    expect((await access.exchange(request)).outcome).toBe("refused");
  });

  it("gets no further token when the gateway leaves the devnet, nor a new link", async () => {
    const world = new World();
    const key = agentKey(1);
    const dev = world.open(DEVNET).access;
    await dev.exchange(showing(await invite(dev), key, { assurance: "dev" }));
    const { access, events } = world.open();
    expect((await renewed(access, key)).outcome).toBe("refused");
    expect((await access.exchange(showing(await invite(access), key))).outcome).toBe("refused");
    expect(events).toMatchObject([{ reason: "dev_refused" }, { reason: "dev_refused" }]);
  });
});

it.each([
  ["dev", PLACE],
  ["strong", { ...PLACE, method: "web", network: "edge.example", entropy: `hex:${"5a".repeat(32)}` } as const],
])("serves of a %s identity that was made here the payload of its file, to the byte", async (assurance, request) => {
  const world = new World();
  const { did, file } = await recorded(world, { entropy: "a phrase of this test", ...request });
  const payload = await world.open(DEVNET).access.payloadOf(did);
  expect(payload).toMatchObject({ did, assurance });
  expect(payload && writeBootstrapPayload(payload)).toEqual(file);
});
