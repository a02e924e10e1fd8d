import { sha256, toBase64url } from "@tau-edge/encoding";
import { finishJws, jwsSigningInput, okpJwk, readBootstrapLink, readCompactJws } from "@tau-edge/identity";
import { describe, expect, it, vi } from "vitest";
import { GATEWAY, openWorld, PLACE, settled, type World } from "./agent-world.test-helper.ts";
import { didKeyText } from "./did-key-text.ts";
import { memoryKeyStore } from "./key-store.ts";
import { AGENT_LIMITS } from "./limits.ts";
import { strictVerify } from "./strict-verifier.ts";

const refused = (code: string, more: object = {}) => expect.objectContaining({ name: "AgentError", code, ...more });
const HOUR_MS = 3_600_000;

describe("an agent with a link", () => {
  it("gets in once, with a key that is its own and cannot be exported", async () => {
    const world = await openWorld();
    const keys = memoryKeyStore();
    const { agent, seen } = await world.agent({ keys });
    const link = await world.link();
    const introduction = await agent.bootstrap(link);
    expect(introduction).toMatchObject({ did: agent.did, subject: "browser-agent", gateway: "pinned" });
    expect(introduction.scopes).toEqual(["manifest:read", "events:write"]);
    expect([agent.standing, seen[0]?.kind]).toEqual(["registered", "introduced"]);
    const kept = await keys.load(GATEWAY);
    expect(kept?.keys.privateKey.extractable).toBe(false);
    await expect(crypto.subtle.exportKey("pkcs8", kept?.keys.privateKey as CryptoKey)).rejects.toThrow();
    const again = await world.agent();
    await expect(again.agent.bootstrap(link)).rejects.toThrow(refused("link_refused", { problem: "invalid_grant" }));
  });

  it("tells nobody the secret: it is in no event, error, key store or path", async () => {
    const world = await openWorld();
    const keys = memoryKeyStore();
    const { agent, seen } = await world.agent({ keys });
    const link = await world.link();
    const { secret } = readBootstrapLink(link);
    await agent.bootstrap(link);
    const error: unknown = await agent.bootstrap(link.slice(0, -44)).catch((reason: unknown) => reason);
    const told = JSON.stringify([seen, world.asked, await keys.load(GATEWAY), String(error), world.events]);
    expect(told).not.toContain(secret);
    const token = /"access_token"/.exec(told);
    expect(token).toBeNull();
  });

  it("makes another key for another link, and the first DID is not asked with again", async () => {
    const world = await openWorld();
    const { agent } = await world.member();
    const first = agent.did;
    await world.revoke(first);
    await expect(agent.renew()).rejects.toThrow(refused("needs_link"));
    await agent.bootstrap(await world.link());
    expect(agent.did).not.toBe(first);
    expect((await agent.resolve(...PLACE)).outcome).toBe("release");
  });

  it("asks again with the same key when the reply was lost, and is let in", async () => {
    const world = await openWorld();
    const keys = memoryKeyStore();
    const link = await world.link();
    const first = await world.agent({ keys });
    world.tamper = () => Promise.reject(new TypeError("connection reset"));
    await expect(first.agent.bootstrap(link)).rejects.toThrow(refused("gateway_unreachable"));
    world.tamper = undefined;
    // Another process over the same store, as after a crash or a reload.
    const { agent } = await world.agent({ keys });
    expect(agent.standing).toBe("needs_link");
    await agent.bootstrap(link);
    expect([agent.did, agent.standing]).toEqual([first.agent.did, "registered"]);
  });

  it("stays who it is until another link has been taken, whatever a link says that is none", async () => {
    const world = await openWorld();
    const keys = memoryKeyStore();
    const link = await world.link();
    const { did } = await (await world.agent({ keys })).agent.bootstrap(link);
    // As after a reload, when the same link is opened again.
    const { agent } = await world.agent({ keys });
    await expect(agent.bootstrap(link)).rejects.toThrow(refused("link_refused"));
    expect([agent.did, agent.standing]).toEqual([did, "registered"]);
    expect((await agent.resolve(...PLACE, { anew: true })).outcome).toBe("release");
    expect((await world.agent({ keys })).agent.standing).toBe("registered");
    const { did: next } = await agent.bootstrap(await world.link());
    expect([agent.did === next, next === did]).toEqual([true, false]);
    expect((await world.agent({ keys })).agent.did).toBe(next);
  });

  it("does not take a link without its pin, and then with it, for one", async () => {
    const world = await openWorld();
    const { agent } = await world.agent();
    const link = await world.link();
    world.tamper = () => Promise.reject(new TypeError("connection reset"));
    await expect(agent.bootstrap(link.replace(/\.[^.]{43}$/, ""))).rejects.toThrow(refused("gateway_unreachable"));
    world.tamper = undefined;
    await expect(agent.bootstrap(link)).rejects.toThrow(refused("link_refused"));
  });

  it("comes back with the key that was kept", async () => {
    const world = await openWorld();
    const keys = memoryKeyStore();
    const { agent } = await world.member({ keys });
    const { agent: later } = await world.agent({ keys });
    expect([later.did, later.standing]).toEqual([agent.did, "registered"]);
    expect((await later.resolve(...PLACE)).outcome).toBe("release");
    await later.forget();
    expect((await world.agent({ keys })).agent.did).toBeUndefined();
  });

  it("that was told to forget its key does not use it for the same link again", async () => {
    const world = await openWorld();
    const { agent } = await world.agent();
    const link = await world.link();
    await agent.bootstrap(link);
    await agent.forget();
    await expect(agent.bootstrap(link)).rejects.toThrow(refused("link_refused"));
  });

  it.each([
    ["of another gateway", (link: string) => link.replace("8787", "8788"), "link_of_another_gateway"],
    ["cut short", (link: string) => link.slice(0, 60), "link_malformed"],
    ["with a query", (link: string) => link.replace("#", "?a#"), "link_malformed"],
    ["in clear to another machine", (link: string) => link.replace("localhost", "gw.example"), "link_malformed"],
    ["with another secret", (link: string) => link.replace(/\.[^.]{43}(?=\.)/, `.${"A".repeat(43)}`), "link_refused"],
  ])("refuses a link %s", async (_name, change, code) => {
    const world = await openWorld();
    const { agent } = await world.agent();
    await expect(agent.bootstrap(change(await world.link()))).rejects.toThrow(refused(code));
  });

  it("says `unpinned` where the link has no pin, and knows the gateway's key from then on", async () => {
    const world = await openWorld();
    const keys = memoryKeyStore();
    const { agent } = await world.agent({ keys });
    const introduction = await agent.bootstrap((await world.link()).replace(/\.[^.]{43}$/, ""));
    expect(introduction.gateway).toBe("unpinned");
    const kept = await keys.load(GATEWAY);
    expect(kept?.gateway_pin).toHaveLength(43);
    if (kept !== undefined) await keys.save(GATEWAY, { ...kept, gateway_pin: "A".repeat(43) });
    await expect((await world.agent({ keys })).agent.renew()).rejects.toThrow(refused("gateway_key_differs"));
  });
});

type Said = Readonly<Record<string, unknown>>;
type Change = (said: Said) => object | Promise<object>;

/** Other members in the answers that let an agent in. */
function answering(world: World, change: Change): void {
  world.tamper = async (path, response) => {
    if (!/exchange|token/.test(path) || !response.ok) return response;
    const said = (await response.json()) as Said;
    return new Response(JSON.stringify({ ...said, ...(await change(said)) }), response);
  };
}

/** What another gateway would say in this one's place. */
async function forged(said: Said, changes: object, withOwnKey = true): Promise<object> {
  const { header, payload } = readCompactJws(String(said["gateway_proof"]));
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const gateway_did = didKeyText(raw);
  const own = withOwnKey ? { gateway_key: { ...okpJwk(raw) }, iss: gateway_did } : {};
  const input = jwsSigningInput(header, { ...payload, ...own, ...changes });
  const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, Uint8Array.from(input)));
  return { ...(withOwnKey ? { gateway_did } : {}), gateway_proof: finishJws(input, signature) };
}

describe("a gateway that is not the one of the link", () => {
  it.each<[string, Change, string]>([
    ["has another key", (said) => forged(said, {}), "gateway_key_differs"],
    ["signs with another key than it names", (said) => forged(said, {}, false), "gateway_proof_signature"],
    ["says nothing of itself", () => ({ gateway_proof: undefined }), "answer_malformed"],
    ["says what is no token", () => ({ gateway_proof: "a.b.c" }), "gateway_proof_malformed"],
    ["answers for another DID", () => ({ did: "did:key:z6MkOther" }), "answer_malformed"],
    ["says that it is another", () => ({ gateway_did: "did:key:z6MkOther" }), "gateway_proof_malformed"],
    ["gives another token than it signed for", () => ({ access_token: "x".repeat(60) }), "gateway_proof_malformed"],
    ["gives a token that anybody can use", () => ({ token_type: "Bearer" }), "answer_malformed"],
    ["gives a token for ever", () => ({ expires_in: 1e9 }), "answer_malformed"],
    ["gives a token that breaks a header", () => ({ access_token: "a\r\nb" }), "answer_malformed"],
  ])("is not believed when it %s", async (_name, change, code) => {
    for (const verifier of [undefined, async () => strictVerify]) {
      const world = await openWorld();
      const { agent } = await world.agent(verifier === undefined ? {} : { verifier });
      const link = await world.link();
      answering(world, change);
      await expect(agent.bootstrap(link)).rejects.toThrow(refused(code));
      expect(agent.standing).toBe("needs_link");
    }
  });

  it.each(["aud", "nonce", "ath", "iss"])("is not believed with another `%s`, whatever it signs", async (claim) => {
    const world = await openWorld();
    const { agent } = await world.agent();
    // Without a pin its own key is all that it can be known by, so only what it says stands against it.
    const link = (await world.link()).replace(/\.[^.]{43}$/, "");
    answering(world, (said) => forged(said, { [claim]: "another" }));
    await expect(agent.bootstrap(link)).rejects.toThrow(
      refused("gateway_proof_malformed", { message: expect.stringContaining(`\`${claim}\``) }),
    );
  });

  it("is believed by an agent without a pin, which says so: that is all that a pin is for", async () => {
    const world = await openWorld();
    const { agent } = await world.agent();
    answering(world, (said) => forged(said, {}));
    const introduction = await agent.bootstrap((await world.link()).replace(/\.[^.]{43}$/, ""));
    expect(introduction.gateway).toBe("unpinned");
  });

  it("is not believed for an old proof, sent again with the token that it was for", async () => {
    const world = await openWorld();
    const { agent } = await world.agent();
    let first: Said | undefined;
    answering(world, (said) => {
      first ??= said;
      return first;
    });
    await agent.bootstrap(await world.link());
    await expect(agent.renew()).rejects.toThrow(refused("gateway_proof_malformed"));
  });

  it("is not believed on the platform's word: crafted signatures that platforms take are refused before", async () => {
    const world = await openWorld();
    const { agent } = await world.agent();
    // The neutral element as key and as R, and S = 0: that "signature" is good for every message.
    const neutral = Uint8Array.of(1, ...new Uint8Array(31));
    const gateway_did = didKeyText(neutral);
    const link = (await world.link()).replace(/[^.]{43}$/, toBase64url(sha256(neutral)));
    answering(world, (said) => {
      const { header, payload } = readCompactJws(String(said["gateway_proof"]));
      const input = jwsSigningInput(header, { ...payload, gateway_key: { ...okpJwk(neutral) }, iss: gateway_did });
      return { gateway_did, gateway_proof: finishJws(input, Uint8Array.of(...neutral, ...new Uint8Array(32))) };
    });
    // Some platforms refuse it, and some do not.
    const lax = vi.spyOn(crypto.subtle, "verify").mockResolvedValue(true);
    await expect(agent.bootstrap(link)).rejects.toThrow(refused("gateway_proof_signature"));
    lax.mockRestore();
  });
});

describe("a token", () => {
  it("is renewed before its end, without anybody asking", async () => {
    const world = await openWorld();
    const { agent } = await world.member();
    await agent.resolve(...PLACE);
    world.asked.length = 0;
    await world.clock.advance(900_000 - AGENT_LIMITS.renew_before_ms + 1);
    await agent.resolve(...PLACE);
    const asked = world.asked.map((line) => line.split("/").slice(0, 3).join("/"));
    // The nonce of a quarter of an hour ago is stale, and the gateway says so once.
    expect(asked).toEqual(["POST /v1/token", "POST /v1/token", "GET /v1/resolve"]);
  });

  it("is renewed once for many who wait", async () => {
    const world = await openWorld();
    const { agent } = await world.member();
    await world.clock.advance(HOUR_MS);
    world.asked.length = 0;
    await Promise.all(
      Array.from({ length: 8 }, (_, nth) => agent.resolve("dev", "shop", { versionKey: `key-${nth}` })),
    );
    expect(world.asked.filter((line) => line === "POST /v1/token")).toHaveLength(2);
  });

  it("that a rotation killed is replaced by proving the key again", async () => {
    const world = await openWorld();
    const { agent, seen } = await world.member();
    await agent.resolve(...PLACE);
    await world.rotate();
    world.asked.length = 0;
    expect((await agent.resolve(...PLACE, { anew: true })).outcome).toBe("release");
    expect(world.asked.filter((line) => line === "POST /v1/token").length).toBeGreaterThan(0);
    expect(seen.filter(({ kind }) => kind === "needs_link")).toEqual([]);
  });

  it("of a revoked agent is not replaced: it needs a link, and asks nobody until it has one", async () => {
    const world = await openWorld();
    const { agent, seen } = await world.member();
    await world.revoke(agent.did);
    await expect(agent.resolve(...PLACE)).rejects.toThrow(refused("needs_link"));
    expect([agent.standing, seen.at(-1)?.kind]).toEqual(["needs_link", "needs_link"]);
    world.asked.length = 0;
    await expect(agent.resolve(...PLACE)).rejects.toThrow(refused("needs_link"));
    expect(world.asked).toEqual([]);
  });

  it("does not make an agent forget itself when the gateway is away or too busy", async () => {
    const world = await openWorld();
    const { agent } = await world.member();
    for (const status of [500, 502, 503, 429]) {
      world.tamper = () => new Response("{}", { status });
      await expect(agent.renew()).rejects.toThrow();
      expect(agent.standing).toBe("registered");
    }
    world.tamper = undefined;
    await agent.renew();
  });
});

describe("a nonce", () => {
  it("that is stale is replaced once, and the request is sent again with another proof", async () => {
    const world = await openWorld();
    const { agent } = await world.member();
    await agent.resolve(...PLACE);
    // Nonces live for two buckets of five minutes.
    await world.clock.advance(11 * 60_000);
    const statuses: number[] = [];
    world.tamper = (_path, response) => {
      statuses.push(response.status);
      return response;
    };
    expect((await agent.resolve(...PLACE)).outcome).toBe("release");
    expect(statuses).toEqual([401, 304]);
  });

  it("that is asked for again and again does not make a loop", async () => {
    const world = await openWorld();
    const { agent } = await world.member();
    world.asked.length = 0;
    const headers = { "www-authenticate": 'DPoP error="use_dpop_nonce"', "dpop-nonce": "n" };
    world.tamper = () => new Response("{}", { status: 401, headers });
    await expect(agent.resolve(...PLACE)).rejects.toThrow();
    await settled();
    expect(world.asked.length).toBeLessThanOrEqual(6);
  });
});

describe("a machine", () => {
  it("whose clock is wrong is told so", async () => {
    const world = await openWorld();
    const { clock } = world;
    const { agent } = await world.agent({
      clock: { nowUnixMs: () => clock.nowUnixMs() + HOUR_MS, monotonicMs: clock.monotonicMs, sleep: clock.sleep },
    });
    await expect(agent.bootstrap(await world.link())).rejects.toThrow(refused("clock_disagrees"));
  });

  it("without Ed25519 is told so, and gets no other key", async () => {
    const world = await openWorld();
    const { agent } = await world.agent();
    const { subtle } = crypto;
    const link = await world.link();
    const none = vi.spyOn(subtle, "generateKey").mockRejectedValue(new DOMException("no", "NotSupportedError"));
    await expect(agent.bootstrap(link)).rejects.toThrow(refused("ed25519_missing"));
    none.mockRestore();
    expect(agent.did).toBeUndefined();
  });
});
