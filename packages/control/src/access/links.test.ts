import { Faults } from "@tau-edge/adapter-memory";
import { encodeUtf8, sha256, toBase64url, toHex } from "@tau-edge/encoding";
import { didJwtFault, parseDidKey, readDidJwt } from "@tau-edge/identity";
import { verifyEd25519 } from "@tau-edge/signature";
import { describe, expect, it } from "vitest";
import { ADMIN, agentKey, GATEWAY, hashOf, invite, letIn, renewed, showing, World } from "./access.test-helper.ts";

const KEY = agentKey(1);
const OTHER = agentKey(2);
const asked = { ...ADMIN, gateway_url: GATEWAY, subject: "browser-agent" };

function refOf(link_id: string): string {
  return toHex(sha256(encodeUtf8(link_id))).slice(0, 16);
}

describe("a link", () => {
  it("lets one key in, once, with what it is for", async () => {
    const world = new World();
    const { access, directory } = world.open();
    const made = await access.createLink({ ...asked, scopes: ["status:read"] });
    expect(made).toMatchObject({ outcome: "created", scopes: ["status:read"] });
    const link = await invite(access);
    const result = await access.exchange(showing(link, KEY));
    expect(result).toMatchObject({
      outcome: "registered",
      grant: {
        ...{ token_type: "DPoP", expires_in: 900, did: KEY.did, scope: "manifest:read events:write" },
        ...{ subject: "browser-agent", network: "tau-prod", assurance: "strong", gateway_did: "did:web:gw.example" },
        payload_url: `${GATEWAY}/v1/dids/${KEY.did}`,
      },
    });
    const token = result.outcome === "refused" ? "" : result.grant.access_token;
    expect(await directory.findAccess(hashOf(token))).toMatchObject({
      ...{ ...KEY, scopes: ["manifest:read", "events:write"] },
      expires_unix_ms: world.clock.nowUnixMs() + 900_000,
    });
    expect(await access.listLinks()).toMatchObject([{ state: "used", used_by: KEY.did }, { state: "open" }]);
  });

  it("has an id that no command line takes for an option", async () => {
    const { access } = new World().open();
    for (let nth = 0; nth < 300; nth += 1) {
      const { link_id } = await invite(access);
      expect(link_id).toMatch(/^[A-Za-z][A-Za-z0-9_-]{15}$/);
      await access.revokeLink({ ...ADMIN, link_id });
    }
  });

  it("is recorded before it counts, by a reference and with everything that it is for", async () => {
    const world = new World();
    const { access } = world.open();
    const { link_id } = await invite(access, { expected_did: KEY.did });
    const [stored] = await world.records();
    expect(stored?.record).toMatchObject({ type: "bootstrap_link_created", actor: ADMIN.actor });
    expect(stored?.record.body).toEqual({
      ...{ link_ref: refOf(link_id), subject: "browser-agent", scopes: ["manifest:read", "events:write"] },
      ...{ expected_did: KEY.did, expires_unix_ms: world.clock.nowUnixMs() + 300_000 },
    });
  });

  it.each([
    ["subject_malformed", { subject: "Browser Agent" }],
    ["scope_missing", { scopes: [] }],
    ["scope_unknown", { scopes: ["everything"] }],
    ["scope_not_for_agents", { scopes: ["status:read", "rollout:promote"] }],
    ["scope_not_for_agents", { scopes: ["admin"] }],
    ["scope_not_for_agents", { scopes: ["report"] }],
    ["ttl_out_of_range", { ttl_s: 29 }],
    ["ttl_out_of_range", { ttl_s: 601 }],
    ["ttl_out_of_range", { ttl_s: Number.NaN }],
    ["ttl_out_of_range", { ttl_s: 60.5 }],
    ["expected_did_malformed", { expected_did: "did:web:gw.example" }],
  ])("is refused as %s for %j, and nothing is recorded", async (code, changes) => {
    const world = new World();
    expect(await world.open().access.createLink({ ...asked, ...changes })).toMatchObject({ outcome: "refused", code });
    expect(await world.types()).toEqual([]);
  });

  it.each([30, 600])("may be good for %d seconds, and not for one millisecond more", async (ttl_s) => {
    const world = new World();
    const { access, events } = world.open();
    const links = [];
    for (let n = 0; n < 2; n += 1) {
      const made = await access.createLink({ ...asked, ttl_s });
      if (made.outcome === "created") links.push(made.url.split("#v1.")[1]?.split(".") ?? []);
    }
    const [[first = "", secret = ""] = [], [second = "", other = ""] = []] = links;
    world.clock.advance(ttl_s * 1_000 - 1);
    expect((await access.exchange(showing({ link_id: first, secret }, KEY))).outcome).toBe("registered");
    world.clock.advance(1);
    expect((await access.exchange(showing({ link_id: second, secret: other }, OTHER))).outcome).toBe("refused");
    expect(events).toMatchObject([{ code: "exchange_refused", reason: "expired" }]);
  });

  it("is not made where agents would send its secret in clear", async () => {
    const world = new World();
    const made = world.open().access.createLink({ ...asked, gateway_url: "http://gw.example" });
    await expect(made).rejects.toMatchObject({ code: "link_insecure" });
    expect(await world.types()).toEqual([]);
  });

  it("is refused when as many are open as may be, also when somebody else made the last one meanwhile", async () => {
    const world = new World();
    const { access, directory } = world.open();
    for (let n = 0; n < 499; n += 1) await invite(access);
    const { links } = directory;
    // The look before sees 499; what comes in between is only seen by the directory.
    directory.links = async (now_unix_ms) => {
      const seen = await links.call(directory, now_unix_ms);
      directory.links = links;
      await world.open().access.createLink(asked);
      return seen;
    };
    expect(await access.createLink(asked)).toMatchObject({ outcome: "refused", code: "links_full" });
    expect((await world.open().ledger.read("system", 500, 9)).map(({ record }) => record.type)).toEqual([
      "bootstrap_link_created",
      "bootstrap_link_revoked",
    ]);
    expect(await access.createLink(asked)).toMatchObject({ outcome: "refused", code: "links_full" });
    expect((await directory.links(world.clock.nowUnixMs())).filter(({ state }) => state === "open")).toHaveLength(500);
  });

  it("is void when a rotation comes between its record and its row", async () => {
    const world = new World();
    const { access, directory } = world.open();
    const { addLink } = directory;
    directory.addLink = async (...link) => {
      directory.addLink = addLink;
      await world.open().access.rotate({ ...ADMIN, scope: ["links"] });
      return addLink.apply(directory, link);
    };
    const link = await invite(access);
    const states = (await access.listLinks()).map(({ link_id, state }) => [link_id === link.link_id, state]);
    expect(states.sort()).toEqual([
      [false, "revoked"],
      [true, "open"],
    ]);
  });

  it("is revoked once, and lets nobody in then", async () => {
    const world = new World();
    const { access, events } = world.open();
    const link = await invite(access);
    expect(await access.revokeLink({ ...ADMIN, link_id: link.link_id })).toEqual({ outcome: "revoked" });
    expect(await access.revokeLink({ ...ADMIN, link_id: link.link_id })).toEqual({ outcome: "unchanged" });
    expect(await access.revokeLink({ ...ADMIN, link_id: "AAAAAAAAAAAAAAAA" })).toMatchObject({ code: "link_unknown" });
    expect(await access.exchange(showing(link, KEY))).toMatchObject({ outcome: "refused", code: "invalid_grant" });
    expect(events).toMatchObject([{ code: "exchange_refused", reason: "revoked" }]);
    expect(await world.types()).toEqual(["bootstrap_link_created", "bootstrap_link_revoked"]);
  });

  it("is revoked also when a thousand came after it and are over", async () => {
    const { access, directory } = new World().open();
    const link = await invite(access);
    const [row] = await access.listLinks();
    if (row === undefined) throw new Error("there is a link");
    for (let n = 0; n < 1_000; n += 1) {
      await directory.addLink({ ...row, link_id: `over ${n}`, check: new Uint8Array(32) }, { open_links_max: 2 });
      await directory.revokeLink(`over ${n}`, row.created_unix_ms);
    }
    expect(await access.revokeLink({ ...ADMIN, link_id: link.link_id })).toEqual({ outcome: "revoked" });
  });
});

describe("an exchange that is refused", () => {
  it("says the same outward whatever the reason is, and the reason to the log", async () => {
    const world = new World();
    const { access, events } = world.open();
    const link = await invite(access);
    const used = await invite(access);
    await access.exchange(showing(used, OTHER));
    const bound = await invite(access, { expected_did: OTHER.did });
    const wrong = toBase64url(new Uint8Array(32));
    const cases = [
      ["unknown", showing({ ...link, link_id: "AAAAAAAAAAAAAAAA" }, KEY)],
      ["wrong_secret", showing({ ...link, secret: wrong }, KEY)],
      ["other_did", showing(bound, KEY)],
      ["used", showing(used, KEY)],
      ["malformed", showing({ ...link, secret: "" }, KEY)],
      ["malformed", showing({ ...link, link_id: "x".repeat(100_000) }, KEY)],
      ["malformed", showing(link, { ...KEY, jkt: OTHER.jkt })],
      ["malformed", showing(link, { ...KEY, did: "did:web:gw.example" })],
      ["dev_refused", showing(link, KEY, { assurance: "dev" })],
    ] as const;
    const answers = [];
    for (const [reason, request] of cases) {
      events.length = 0;
      answers.push(JSON.stringify(await access.exchange(request)));
      expect(events[0], reason).toMatchObject({ code: "exchange_refused", reason, did: request.did });
    }
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('"invalid_grant"');
    expect((await access.exchange(showing(link, KEY))).outcome).toBe("registered");
  });

  it("burns the link at the fifth wrong secret", async () => {
    const world = new World();
    const { access, events } = world.open();
    const link = await invite(access);
    const secret = toBase64url(new Uint8Array(32));
    for (let n = 0; n < 5; n += 1) await access.exchange(showing({ ...link, secret }, KEY));
    expect((await access.exchange(showing(link, KEY))).outcome).toBe("refused");
    const reasons = events.map((event) => ("reason" in event ? event.reason : event.code));
    expect(reasons).toEqual([...Array(4).fill("wrong_secret"), "burned", "burned"]);
  });

  it("tells the log that a link leaked when another key has its secret, and not when its own key is late", async () => {
    const world = new World();
    const { access, events } = world.open();
    const link = await invite(access);
    await access.exchange(showing(link, KEY));
    await access.exchange(showing(link, OTHER));
    const link_ref = refOf(link.link_id);
    expect(events.at(-1)).toEqual({ code: "link_used_again", link_ref, did: OTHER.did });
    world.clock.advance(60_001);
    events.length = 0;
    await access.exchange(showing(link, KEY));
    expect(events).toEqual([{ code: "exchange_refused", link_ref, did: KEY.did, reason: "used" }]);
  });

  it("gives the same key its access again for a minute, because the reply was lost", async () => {
    const world = new World();
    const { access, directory } = world.open();
    const link = await invite(access);
    await access.exchange(showing(link, KEY));
    world.clock.advance(60_000);
    const again = await access.exchange(showing(link, KEY));
    expect(again.outcome).toBe("repeated");
    const token = again.outcome === "refused" ? "" : again.grant.access_token;
    expect(await directory.findAccess(hashOf(token))).toMatchObject({ did: KEY.did });
    world.clock.advance(1);
    expect((await access.exchange(showing(link, KEY))).outcome).toBe("refused");
  });

  it("lets exactly one of two hundred in that come at once", async () => {
    const world = new World();
    const { access } = world.open();
    const link = await invite(access);
    const keys = Array.from({ length: 200 }, (_, nth) => agentKey(nth));
    const results = await Promise.all(keys.map((key) => access.exchange(showing(link, key))));
    expect(results.filter(({ outcome }) => outcome === "registered")).toHaveLength(1);
    expect((await access.listLinks())[0]).toMatchObject({ state: "used", second_uses: 199 });
  });
});

describe("the gateway's signature under a reply", () => {
  it("is over this reply, for this agent, by the key of the link's pin", async () => {
    const world = new World();
    const { access } = world.open();
    const link = await invite(access);
    const result = await access.exchange(showing(link, KEY));
    if (result.outcome === "refused") throw new Error(result.code);
    const { gateway_proof, gateway_did, access_token } = result.grant;
    const jwt = readDidJwt(gateway_proof);
    const { publicKey, key_id, pin } = await access.gatewayIdentity();
    expect(pin).toBe(link.pin);
    expect(toBase64url(sha256(publicKey))).toBe(link.pin);
    expect(verifyEd25519(jwt.signature, jwt.signingInput, publicKey)).toEqual({ ok: true });
    expect(jwt).toMatchObject({ issuer: gateway_did, kid: key_id, audiences: [KEY.did] });
    expect(jwt.payload).toMatchObject({
      ...{ nonce: "jti-0001-0001-0001", ath: toBase64url(hashOf(access_token)) },
      gateway_key: { kty: "OKP", crv: "Ed25519", x: toBase64url(publicKey) },
    });
    const expected = { audience: KEY.did, now_unix_ms: world.clock.nowUnixMs(), skew_ms: 0 };
    expect(didJwtFault(jwt, expected)).toBeUndefined();
    expect(didJwtFault(jwt, { ...expected, now_unix_ms: expected.now_unix_ms + 60_000 })).toBe("did_jwt_expired");
  });

  it.each([
    ["https://gw.example", "did:web:gw.example"],
    ["https://gw.example:8443", "did:web:gw.example%3A8443"],
  ])("is of a did:web under %s", async (public_base_url, did) => {
    const { access } = new World().open({ public_base_url });
    const identity = await access.gatewayIdentity();
    expect(identity).toMatchObject({ did, document: { id: did, assertionMethod: [identity.key_id] } });
  });

  it.each([["https://10.0.0.1"], ["http://127.0.0.1:8080"], ["https://gw.example/base"], ["https://localhost"]])(
    "is of a did:key under %s, where a did:web's document would not be found",
    async (public_base_url) => {
      const { did, publicKey } = await new World().open({ public_base_url }).access.gatewayIdentity();
      expect(parseDidKey(did).publicKey).toEqual(publicKey);
    },
  );

  it("is by one key for all processes, made once", async () => {
    const world = new World();
    const identities = await Promise.all([world.open(), world.open()].map(({ access }) => access.gatewayIdentity()));
    expect(identities[1]).toEqual(identities[0]);
  });

  it("is there again when the directory was away for a moment", async () => {
    const { access } = new World().open({}, new Faults().plan(1, "store_unavailable"));
    const both = [access.gatewayIdentity(), access.gatewayIdentity()];
    for (const one of both) await expect(one).rejects.toMatchObject({ code: "store_unavailable" });
    expect(await access.gatewayIdentity()).toMatchObject({ did: "did:web:gw.example" });
  });

  it("does not change with a directory that gives its own bytes out, which the signer overwrites", async () => {
    const world = new World();
    const seed = new Uint8Array(32).fill(7);
    const identities = [];
    for (const { access, directory } of [world.open(), world.open()]) {
      directory.keepSecret = async () => seed;
      identities.push(await access.gatewayIdentity());
    }
    expect(identities[1]).toEqual(identities[0]);
  });
});

describe("an agent", () => {
  it("is listed in pages, and told of what it runs as of now", async () => {
    const world = new World();
    const { access } = world.open();
    const keys = [1, 2, 3].map(agentKey);
    for (const key of keys) await letIn(access, key);
    const dids = keys.map(({ did }) => did).sort();
    const first = await access.listAgents({ limit: 2 });
    expect([first.agents.map(({ did }) => did), first.next]).toEqual([dids.slice(0, 2), dids[1]]);
    const second = await access.listAgents({ after: dids[1] ?? "", limit: 2 });
    expect([second.agents.map(({ did }) => did), second.next]).toEqual([dids.slice(2), undefined]);
    await access.noteStates(KEY.did, [{ environment: "prod", blueprint: "edge-wasm", state: "running" }]);
    const noted = (await access.listAgents()).agents.find(({ did }) => did === KEY.did);
    expect(noted?.states).toMatchObject([{ state: "running", at_unix_ms: world.clock.nowUnixMs() }]);
    const many = Array(101).fill({ environment: "prod", blueprint: "edge-wasm", state: "running" });
    await expect(access.noteStates(KEY.did, many)).rejects.toThrow("at most 100");
  });

  it("renews for as long as it is registered, and not after it was revoked", async () => {
    const world = new World();
    const { access, directory, events } = world.open();
    expect(await renewed(access, KEY)).toMatchObject({ outcome: "refused", code: "invalid_grant" });
    const { access_token } = await letIn(access, KEY);
    expect(await renewed(access, KEY)).toMatchObject({ outcome: "renewed", grant: { did: KEY.did, expires_in: 900 } });
    expect(await renewed(access, { ...KEY, jkt: OTHER.jkt })).toMatchObject({ outcome: "refused" });
    expect(await access.revokeAgent({ ...ADMIN, did: KEY.did })).toEqual({ outcome: "revoked" });
    expect(await access.revokeAgent({ ...ADMIN, did: KEY.did })).toEqual({ outcome: "unchanged" });
    expect(await access.revokeAgent({ ...ADMIN, did: OTHER.did })).toMatchObject({ code: "agent_unknown" });
    expect(await directory.findAccess(hashOf(access_token))).toBeUndefined();
    expect(await renewed(access, KEY)).toMatchObject({ outcome: "refused", code: "invalid_grant" });
    expect(events.map((event) => "reason" in event && event.reason)).toEqual(["unknown", "unknown", "revoked"]);
    const records = await world.records();
    expect(records.at(-1)?.record).toMatchObject({ type: "agent_revoked", body: { did: KEY.did } });
  });

  it("stays out once it is revoked, with another link, and after somebody deleted the directory", async () => {
    const world = new World();
    const { access, events } = world.open();
    await letIn(access, KEY);
    await access.revokeAgent({ ...ADMIN, did: KEY.did });
    expect((await access.exchange(showing(await invite(access), KEY))).outcome).toBe("refused");
    expect(await access.createLink({ ...asked, expected_did: KEY.did })).toMatchObject({ code: "agent_revoked" });
    const bare = new World();
    for (const [stream, rows] of world.rows) bare.rows.set(stream, rows);
    const later = bare.open();
    expect((await later.access.exchange(showing(await invite(later.access), KEY))).outcome).toBe("refused");
    expect((await renewed(later.access, KEY)).outcome).toBe("refused");
    expect([...events, ...later.events].map((event) => "reason" in event && event.reason)).toEqual(
      Array(3).fill("revoked"),
    );
  });

  it("has a payload that says where it belongs, until it is revoked", async () => {
    const world = new World();
    const { access } = world.open();
    expect(await access.payloadOf(KEY.did)).toBeUndefined();
    expect(await access.payloadOf("did:key:zNothing")).toBeUndefined();
    await letIn(access, KEY);
    expect(await access.payloadOf(KEY.did)).toMatchObject({
      ...{ did: KEY.did, method: "key", network: "tau-prod", subject: "browser-agent", assurance: "strong" },
      ...{ gateway_did: "did:web:gw.example", interoperability_profile: "kamn_browser_v1" },
    });
    await access.revokeAgent({ ...ADMIN, did: KEY.did });
    expect(await access.payloadOf(KEY.did)).toBeUndefined();
  });
});
