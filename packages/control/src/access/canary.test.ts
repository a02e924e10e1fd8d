/** Secrets go through every use case; then everything that anybody may read is searched for them. */
import { Faults } from "@tau-edge/adapter-memory";
import { encodeUtf8, fromBase64url, sha256, toHex } from "@tau-edge/encoding";
import { readBootstrapLink } from "@tau-edge/identity";
import { expect, it } from "vitest";
import { placesOf, type Readable } from "../../../../test/canary/encodings.ts";
import { ADMIN, agentKey, GATEWAY, OWNER_TOKEN, showing, World } from "./access.test-helper.ts";
import type { Access } from "./access.ts";

const KEY = agentKey(1);
const OTHER = agentKey(2);
const PASSWORD = "correct horse battery staple";
const NEXT_PASSWORD = "another horse, another staple";
const BOOTSTRAP_SECRET = "the bootstrap secret of this test";

/** What was read, and what in it was told on purpose, to whoever asked. */
class Story {
  readonly readables: Readable[] = [];
  readonly told: string[] = [];

  async hear(place: string, answer: Promise<unknown>): Promise<void> {
    const text = await answer.then(textOf, (error: unknown) => `${error} ${textOf(error)}`);
    this.readables.push([place, encodeUtf8(text)]);
  }

  /** The one member of the answer that is a secret is kept aside. */
  async learn<Answer extends object>(place: string, member: string, answer: Promise<Answer>): Promise<string> {
    const members = Object.entries(await answer);
    const secret: unknown = members.find(([name]) => name === member)?.[1];
    await this.hear(place, Promise.resolve(Object.fromEntries(members.filter(([name]) => name !== member))));
    if (typeof secret !== "string") throw new Error(`${place} has no ${member}`);
    this.told.push(secret);
    return secret;
  }
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, part) => (part instanceof Uint8Array ? toHex(part) : part)) ?? "";
}

async function invited(story: Story, access: Access) {
  const request = { ...ADMIN, gateway_url: GATEWAY, subject: "browser-agent" };
  const link = readBootstrapLink(await story.learn("createLink", "url", access.createLink(request)));
  story.told.push(link.secret);
  return link;
}

async function letIn(story: Story, access: Access): Promise<void> {
  const link = await invited(story, access);
  const exchanged = await access.exchange(showing(link, KEY));
  if (exchanged.outcome === "refused") throw new Error(exchanged.code);
  await story.learn("exchange", "access_token", Promise.resolve(exchanged.grant));
  await story.hear("exchange by another", access.exchange(showing(link, OTHER)));
  await story.hear("exchange, malformed", access.exchange(showing(link, { ...OTHER, jkt: "" })));
  const renewal = await access.renew({ ...KEY, jti: "jti-0002-0002-0002", gateway_url: GATEWAY });
  if (renewal.outcome === "refused") throw new Error(renewal.code);
  await story.learn("renew", "access_token", Promise.resolve(renewal.grant));
}

async function look(story: Story, access: Access): Promise<void> {
  await story.hear("listLinks", access.listLinks());
  await story.hear("listAgents", access.listAgents());
  await story.hear("listTokens", access.listTokens());
  await story.hear("payloadOf", access.payloadOf(KEY.did));
  const { publicKey: _bytes, keys: _same, ...identity } = await access.gatewayIdentity();
  await story.hear("gatewayIdentity", Promise.resolve(identity));
}

async function fail(story: Story, world: World): Promise<void> {
  for (const fault of ["store_full", "crash_after"] as const)
    for (let nth = 1; nth <= 3; nth += 1) {
      const broken = () => world.open({}, new Faults().plan(nth, fault)).access;
      const request = { ...ADMIN, gateway_url: GATEWAY, subject: "browser-agent" };
      const unheard = { url: "", token: "", new_token: "", grant: "" };
      const without = async (answer: Promise<object>) => ({ ...(await answer), ...unheard });
      await story.hear(`createLink, ${fault}`, without(broken().createLink(request)));
      await story.hear(
        `createToken, ${fault}`,
        without(broken().createToken({ ...ADMIN, name: "x", scopes: ["report"] })),
      );
      await story.hear(
        `rotate, ${fault}`,
        without(broken().rotate({ ...ADMIN, new_password: `${PASSWORD} ${nth} ${fault}` })),
      );
      world.clock.advance(10_000);
    }
}

async function tell() {
  const world = new World();
  const story = new Story();
  world.configured = { owner: { kind: "token", secret: OWNER_TOKEN }, bootstrap_secret: BOOTSTRAP_SECRET };
  const { access, events, directory } = world.open();
  await letIn(story, access);
  await story.learn("createToken", "token", access.createToken({ ...ADMIN, name: "ci", scopes: ["operate"] }));
  await story.hear("isOwner", access.isOwner("token", OWNER_TOKEN));
  await look(story, access);
  await story.learn("rotate", "new_token", access.rotate({ ...ADMIN, after_incident: true }));
  world.configured = { owner: { kind: "password", secret: PASSWORD }, bootstrap_secret: BOOTSTRAP_SECRET };
  await story.hear("isOwner", access.isOwner("password", PASSWORD));
  await story.hear("rotate", access.rotate({ ...ADMIN, new_password: NEXT_PASSWORD }));
  await story.hear("rotate again", access.rotate({ ...ADMIN, new_password: NEXT_PASSWORD }));
  const { link_id } = await invited(story, access);
  await story.hear("revokeLink", access.revokeLink({ ...ADMIN, link_id }));
  await story.hear("revokeToken", access.revokeToken({ ...ADMIN, name: "ci" }));
  await fail(story, world);
  await story.hear("revokeAgent", access.revokeAgent({ ...ADMIN, did: KEY.did }));
  await story.hear("settle", access.settle());
  await look(story, access);
  await story.hear("events", Promise.resolve(events));
  for (const rows of world.rows.values()) for (const { bytes } of rows) story.readables.push(["ledger", bytes]);
  // Bootstrap key and gateway key lie there by design, and nothing else of what is secret does.
  const { bootstrap_key: _kept, ...facts } = await directory.facts();
  await story.hear("facts", Promise.resolve(facts));
  return { world, story };
}

it("finds no secret in any record, event, error or answer beside the one that was to be told", async () => {
  const { world, story } = await tell();
  const texts = [OWNER_TOKEN, PASSWORD, NEXT_PASSWORD, BOOTSTRAP_SECRET, ...story.told];
  const tokens = texts.filter((text) => text !== PASSWORD && text !== NEXT_PASSWORD);
  const secrets = [
    ...texts.map(encodeUtf8),
    // Whatever chance made of the length of a key: seeds, keys, and what tokens and links are made of.
    ...world.drawn.filter(({ length }) => length >= 32),
    ...story.told.filter((text) => text.length === 43).map((text) => fromBase64url(text)),
  ];
  expect(secrets.length).toBeGreaterThan(30);
  expect(placesOf(secrets, story.readables)).toEqual([]);
  // The log and the ledger have not even what is stored of them.
  const hashes = tokens.map((text) => sha256(encodeUtf8(text)));
  const logged = story.readables.filter(([place]) => place === "ledger" || place === "events");
  expect(logged.length).toBeGreaterThan(15);
  expect(placesOf(hashes, logged)).toEqual([]);
});

it("finds them where they are told on purpose, so that the search above means something", async () => {
  const { story } = await tell();
  const answers = story.told.map((text): Readable => ["answer", encodeUtf8(`{"token":"${text}"}`)]);
  expect(placesOf(story.told.map(encodeUtf8), [...story.readables, ...answers])).toEqual(["answer"]);
});

it("has no link's id in any record or event", async () => {
  const { world, story } = await tell();
  const ids = world.drawn.filter(({ length }) => length === 12);
  const logged = story.readables.filter(([place]) => place === "ledger" || place === "events");
  expect(ids.length).toBeGreaterThan(1);
  expect(placesOf(ids, logged)).toEqual([]);
});
