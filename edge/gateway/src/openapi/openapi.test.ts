/** Is the API document true? Every route is asked in every way that it knows, and the answers are held against it. */
import {
  ManualClock,
  MemoryChecks,
  MemoryCommitPointers,
  MemoryLedgerStore,
  MemoryMetricWindows,
  MemoryObjectStore,
  MemorySpace,
} from "@tau-edge/adapter-memory";
import { draftPackaged, packagingStream, storeDerived } from "@tau-edge/control";
import { type Digest, digestOf, encodeUtf8, sha256 } from "@tau-edge/encoding";
import { NO_DEPLOYMENT_FACTS, type ObjectStore, PortError, type PortErrorCode } from "@tau-edge/ports";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, expect, it } from "vitest";
import { type Story, tellStory } from "../../../../test/runtimes/rollout-story.ts";
import { readTokens } from "../credentials/tokens.ts";
import { type GatewayApp, makeGateway } from "../gateway.ts";
import type { GatewayPorts } from "../ports.ts";
import { HEALTH_PROBLEMS, LEDGER_PROBLEMS } from "../problems/problem-sets.ts";
import { openRollouts, type WritingAccess } from "../rollouts/rollout-access.ts";
import { TOKENS, TOKENS_TEXT } from "../rollouts/rollouts.test-helper.ts";
import { ROUTES } from "../routes.ts";
import { HeldDocument, templatesOf } from "./openapi.test-helper.ts";
import { templateOf } from "./openapi-document.ts";

const ARTIFACT = encodeUtf8("an artifact");
const MANIFEST = encodeUtf8("{}");
const digestIn = (bytes: Uint8Array): Digest => digestOf(sha256(bytes));
const etag = `"${digestIn(ARTIFACT)}"`;

/** The same story on each call. */
let story: Story;
let derived: Digest;

async function gateway(ports: Partial<GatewayPorts> = {}, stored = true): Promise<GatewayApp> {
  const objects = new MemoryObjectStore();
  const ledger = new MemoryLedgerStore({ objects: objects.objects });
  const clock = new ManualClock();
  const pointers = new MemoryCommitPointers();
  const stores = { objects, ledger, pointers, windows: new MemoryMetricWindows(), clock, sha256 };
  story = await tellStory(stores);
  for (const bytes of [ARTIFACT, MANIFEST]) await objects.putIfAbsent(digestIn(bytes), bytes);
  for (const blueprint_id of ["one", "two"])
    await ledger.append({
      stream: packagingStream(blueprint_id),
      expected_seq: -1,
      drafts: [draftOf(blueprint_id), draftOf(blueprint_id)],
      objects: [],
      now_unix_ms: 1_767_225_600_000,
    });
  const rollouts = openRollouts({ ...stores, checks: new MemoryChecks(), space: new MemorySpace() });
  derived = await deriveCode(rollouts, objects);
  if (!stored) objects.objects.clear();
  const deployment = { facts: async () => NO_DEPLOYMENT_FACTS };
  const fixed = { clock, randomBytes: (count: number) => new Uint8Array(count), deployment };
  const writing = { objects, ledger, rollouts, tokens: readTokens(TOKENS_TEXT, sha256) };
  // A ledger of a test's own is for reading.
  const all = { ...fixed, ...writing, ...("ledger" in ports ? { rollouts: undefined } : {}), ...ports };
  return makeGateway(all as GatewayPorts, { allowedHosts: ["localhost"], publicBaseUrl: "https://edge.example/base" });
}

async function deriveCode({ catalog, as }: WritingAccess, objects: ObjectStore): Promise<Digest> {
  const manifest_digest = story.stable.manifest;
  const description = { transpiler: "jco", version: "1.0.0", options: [], entry: "shop.js" };
  const files = new Map([["shop.js", encodeUtf8("export {};")]]);
  const result = await storeDerived({ manifest_digest, description, files }, { objects, catalog, sha256 });
  if (result.outcome === "refused") throw new Error(result.detail);
  const { derived_hash } = result;
  await as?.({ kind: "local", id: "tester" }).createRelease({ manifest_digest, derived_hash });
  return derived_hash;
}

function draftOf(blueprint_id: string) {
  return draftPackaged(
    {
      blueprint_id,
      artifact: digestIn(ARTIFACT),
      manifest: digestIn(MANIFEST),
      artifact_size_bytes: ARTIFACT.length,
      manifest_size_bytes: MANIFEST.length,
      artifact_kind: "module",
      profile_id: "p",
      runtime_profile: "wasm_wasi",
      file_name: "a.wasm",
      policy_revision: "r+1",
      generated_unix_ms: 315_532_800_000,
      constraint_profile_id: "c",
      required_abi: "wasi:*",
      required_feature_gates: [],
    },
    { kind: "local", id: "tester" },
  );
}

/** Path, template, and header fields. */
type Ask = readonly [path: string, template: string, headers?: Record<string, string>];

const JSON_PLEASE = { accept: "application/json" };
const ARTIFACT_PATH = `/v1/artifacts/${digestIn(ARTIFACT)}`;
const OBJECT_ASKS: readonly Ask[] = [
  [ARTIFACT_PATH, "/v1/artifacts/{digest}"],
  [ARTIFACT_PATH, "/v1/artifacts/{digest}", { range: "bytes=0-3" }],
  [ARTIFACT_PATH, "/v1/artifacts/{digest}", { range: "bytes=99-" }],
  [ARTIFACT_PATH, "/v1/artifacts/{digest}", { "if-none-match": etag }],
  [ARTIFACT_PATH, "/v1/artifacts/{digest}", { "if-match": `"x"` }],
  ["/v1/artifacts/x", "/v1/artifacts/{digest}"],
  [`/v1/artifacts/sha256:${"0".repeat(64)}`, "/v1/artifacts/{digest}"],
  [`/v1/manifests/${digestIn(MANIFEST)}`, "/v1/manifests/{digest}"],
];
const ASKS: readonly Ask[] = [
  ["/livez", "/livez"],
  ["/readyz", "/readyz"],
  ["/readyz", "/readyz", JSON_PLEASE],
  ["/readyz?verbose&exclude=ledger", "/readyz"],
  ["/readyz/ledger", "/readyz/{check}", JSON_PLEASE],
  ["/readyz/ledger", "/readyz/{check}"],
  ["/readyz/nothing", "/readyz/{check}"],
  ["/metrics", "/metrics"],
  ["/metrics", "/metrics", { accept: "application/openmetrics-text;version=1.0.0" }],
  ["/gateway/status", "/gateway/status"],
  ["/v1/blueprints?limit=1", "/v1/blueprints"],
  ["/v1/blueprints?limit=0", "/v1/blueprints"],
  ["/v1/blueprints/one/deliverables?limit=1", "/v1/blueprints/{blueprint_id}/deliverables"],
  ["/v1/blueprints/one/deliverables?cursor=x", "/v1/blueprints/{blueprint_id}/deliverables"],
  ["/v1/blueprints/none/deliverables", "/v1/blueprints/{blueprint_id}/deliverables"],
  ["/openapi.json", "/openapi.json"],
  ...OBJECT_ASKS,
  ["/livez?x".padEnd(3_000, "x"), "/livez"],
  ["http://evil.example/livez", "/livez"],
];

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** What is asked about rollouts. */
function rolloutAsks(): readonly Ask[] {
  const rollout = `/v1/rollouts/${story.rollout_id}`;
  const template = "/v1/rollouts/{rollout_id}";
  const resolve = "/v1/resolve/{environment}/{blueprint}";
  return [
    ["/v1/resolve/dev/shop?key=user-1", resolve],
    ["/v1/resolve/dev/shop", resolve, { "cloudflare-workers-version-key": "user-2" }],
    ["/v1/resolve/dev/shop", resolve, { "if-none-match": "*" }],
    ["/v1/resolve/dev/shop", resolve, { "if-match": '"x"' }],
    [`/v1/resolve/dev/shop?release=${story.candidate.release}`, resolve],
    [`/v1/resolve/dev/shop?release=${story.candidate.manifest}`, resolve],
    ["/v1/resolve/dev/nothing", resolve],
    ["/v1/resolve/mars/shop", resolve],
    ["/v1/resolve/dev/shop?key=", resolve],
    ["/v1/rollouts", "/v1/rollouts"],
    ["/v1/rollouts?limit=1", "/v1/rollouts"],
    ["/v1/rollouts?limit=0", "/v1/rollouts"],
    [rollout, template],
    [`/v1/rollouts/${story.committed_rollout_id}`, template],
    ["/v1/rollouts/nothing", template],
    [`${rollout}/trace`, `${template}/trace`],
    [`/v1/rollouts/${story.committed_rollout_id}/events`, `${template}/events`],
    [`/v1/rollouts/${story.committed_rollout_id}/events?after=3`, `${template}/events`],
    [`/v1/rollouts/${story.committed_rollout_id}/events?after=x`, `${template}/events`],
    [`/v1/rollouts/${story.committed_rollout_id}/events?after=999`, `${template}/events`],
    [`/v1/rollouts/${story.committed_rollout_id}/events?after=8`, `${template}/events`],
    [`${rollout}/events`, `${template}/events`, { "last-event-id": "x" }],
    ["/v1/rollouts/nothing/events", `${template}/events`],
    [`${rollout}/replay`, `${template}/replay`, bearer(TOKENS.safe)],
    [`${rollout}/replay`, `${template}/replay`, bearer(TOKENS.reporter)],
    [`${rollout}/replay`, `${template}/replay`],
    [`/v1/objects/${derived}`, "/v1/objects/{digest}"],
    [`/v1/objects/${derived}`, "/v1/objects/{digest}", { range: "bytes=0-3" }],
    [`/v1/objects/${story.stable.artifact}`, "/v1/objects/{digest}"],
    ["/v1/blueprints/shop/releases", "/v1/blueprints/{blueprint_id}/releases"],
    ["/v1/history/dev", "/v1/history/{environment}"],
    ["/v1/history/dev?at_seq=x", "/v1/history/{environment}"],
    ["/v1/history/mars", "/v1/history/{environment}"],
  ];
}

/** Path, template, document, and the status that it comes to. */
type Sent = readonly [path: string, template: string, body: unknown, status: number, token?: string];

/** What is sent, in an order in which it can be done. */
function rolloutDocuments(): readonly Sent[] {
  const { candidate, stable, plan, rollout_id } = story;
  const commands = "/v1/rollouts/{rollout_id}/commands";
  const path = commands.replace("{rollout_id}", rollout_id);
  const start = { plan, environment: "dev", accept_noise: true };
  const batch = {
    reporter: "agent",
    batch_id: "b",
    rollout_id,
    attempt: 1,
    stage: 0,
    window: 0,
    release: candidate.release,
    ok_latency_us: [1],
  };
  const { release: manifest_digest } = { release: candidate.manifest };
  const undo = { environment: "dev", blueprint: "shop", release: stable.release };
  const freeze = { environment: "dev", blueprint: "shop", reason: "it deletes carts" };
  const validate = { environment: "dev", blueprint: "shop", manifest: candidate.manifest, validation: "deep" };
  const { reporter } = TOKENS;
  return [
    ["/v1/reports", "/v1/reports", { batches: [batch, { ...batch, window: 9 }] }, 200, reporter],
    ["/v1/reports", "/v1/reports", { batches: [{ ...batch, batch_id: "c", ok_latency_us: [1, 2, 3] }] }, 429, reporter],
    ["/v1/reports", "/v1/reports", {}, 422, reporter],
    ["/v1/reports", "/v1/reports", "{", 400, reporter],
    ["/v1/reports", "/v1/reports", " ".repeat(600_000), 413, reporter],
    ["/v1/reports", "/v1/reports", {}, 401, "nobody".repeat(6)],
    ["/v1/reports", "/v1/reports", {}, 403],
    ["/v1/releases", "/v1/releases", { manifest_digest }, 200],
    ["/v1/releases", "/v1/releases", { manifest_digest: candidate.artifact }, 409],
    ["/v1/preflights", "/v1/preflights", start, 200],
    ["/v1/rollouts", "/v1/rollouts", start, 409],
    [`${path}?dry_run=true`, commands, { do: "pause", reason: "lunch" }, 200],
    [`${path}?dry_run=1`, commands, { do: "pause", reason: "lunch" }, 400],
    [path, commands, { do: "pause", reason: "lunch" }, 200],
    [path, commands, { do: "pause", reason: "again" }, 409],
    [path, commands, { do: "abort", reason: "enough" }, 200],
    ["/v1/undos", "/v1/undos", undo, 409],
    ["/v1/freezes", "/v1/freezes", { ...freeze, blueprint: "shopp" }, 409],
    ["/v1/freezes", "/v1/freezes", { ...freeze, reason: "" }, 409],
    ["/v1/freezes?dry_run=true", "/v1/freezes", freeze, 200],
    ["/v1/freezes", "/v1/freezes", freeze, 200, TOKENS.safe],
    ["/v1/unfreezes", "/v1/unfreezes", freeze, 403, TOKENS.safe],
    ["/v1/unfreezes", "/v1/unfreezes", freeze, 200],
    ["/v1/unfreezes", "/v1/unfreezes", freeze, 200],
    ["/v1/revalidations", "/v1/revalidations", validate, 409],
    ["/v1/revalidations", "/v1/revalidations", { ...validate, validation: "profile:wasi_preview2_v1" }, 200],
    ["/v1/rollouts", "/v1/rollouts", start, 200],
    [
      `/v1/rollouts/${story.committed_rollout_id}/replay`,
      "/v1/rollouts/{rollout_id}/replay",
      { schema_version: 1, attempts: [] },
      200,
    ],
  ];
}

let held: HeldDocument;

beforeAll(async () => {
  held = await HeldDocument.of(await gateway());
});

/** @returns template, method and status of the answer */
async function holdAgainstDocument(app: GatewayApp, [path, template, headers = {}]: Ask, method: "GET" | "HEAD") {
  return held.hold(await app.request(path, { method, headers }), template, method, path);
}

async function holdAll(app: GatewayApp, asks: readonly Ask[] = [...ASKS, ...rolloutAsks()]): Promise<Set<string>> {
  const seen = new Set<string>();
  for (const ask of asks)
    for (const method of ["GET", "HEAD"] as const) seen.add(await holdAgainstDocument(app, ask, method));
  return seen;
}

it("is true of every route, asked rightly and wrongly", async () => {
  const seen = await holdAll(await gateway());
  for (const template of templatesOf("GET", false))
    expect(
      [...seen].some((entry) => entry.startsWith(`${template} GET 200`)),
      template,
    ).toBe(true);
  for (const status of [200, 206, 304, 400, 404, 412, 416])
    expect(seen).toContain(`/v1/artifacts/{digest} GET ${status}`);
  expect(seen).toContain("/livez GET 414");
  expect(seen).toContain("/livez GET 421");
});

it("is true of every document that can be sent, rightly and wrongly", async () => {
  const app = await gateway();
  const seen = new Set<string>();
  for (const [path, template, body, status, token = TOKENS.operator] of rolloutDocuments()) {
    const headers = { "content-type": "application/json", ...bearer(token) };
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await app.request(path, { method: "POST", headers, body: text });
    const label = `${path} ${text.slice(0, 200)} ${response.status}`;
    expect([label, response.status], await response.clone().text()).toEqual([label, status]);
    seen.add(await held.hold(response, template, "POST", path));
  }
  // Of the story's releases only one was committed, so that there is nothing to go back to.
  const others = templatesOf("POST", false).filter((template) => template !== "/v1/undos");
  for (const template of others) expect(seen).toContain(`${template} POST 200`);
});

it("is true of a blueprint that is frozen", async () => {
  const app = await gateway();
  const body = JSON.stringify({ environment: "dev", blueprint: "shop", reason: "it deletes carts" });
  const headers = { "content-type": "application/json", ...bearer(TOKENS.safe) };
  expect((await app.request("/v1/freezes", { method: "POST", headers, body })).status).toBe(200);
  const told = await (await app.request("/v1/resolve/dev/shop")).json();
  expect(told).toMatchObject({ outcome: "paused", reason: "it deletes carts" });
  const seen = await holdAll(app, [...rolloutAsks(), ["/gateway/status", "/gateway/status"]]);
  for (const template of ["/v1/resolve/{environment}/{blueprint}", "/v1/rollouts", "/v1/history/{environment}"])
    expect(seen).toContain(`${template} GET 200`);
});

it("names for every document that can be sent its shape, its limit and the token that it needs", () => {
  const ajv = new Ajv2020({ strict: false, formats: { uri: true } });
  for (const route of ROUTES) {
    if (route.method !== "POST") continue;
    const post = held.document.paths[templateOf(route.path)]?.post;
    const schema = post?.requestBody?.content["application/json"]?.schema;
    const agent = route.scope === "events:write" ? [{ agent: [route.scope] }] : [];
    expect(post?.security).toEqual(route.scope === undefined ? undefined : [{ token: [route.scope] }, ...agent]);
    expect(post?.requestBody?.description).toContain(String(route.body?.bytesMax));
    expect(schema?.$ref).toBe(`#/components/schemas/${route.body?.schema}`);
    expect(() => ajv.compile({ ...held.document, $ref: schema?.$ref })).not.toThrow();
  }
});

it("is true when stores fail", async () => {
  for (const code of [...LEDGER_PROBLEMS, undefined]) {
    const fail = () => Promise.reject(failure(code));
    const broken = { streams: fail, head: fail, read: fail, ends: fail };
    const seen = await holdAll(await gateway({ ledger: broken }));
    expect(seen).toContain("/readyz GET 503");
    expect([...seen].some((entry) => /^\/v1\/blueprints GET 50[03]$/.test(entry))).toBe(true);
  }
  for (const code of ["object_corrupt", "store_unavailable", undefined]) {
    const fail = () => Promise.reject(failure(code));
    const seen = await holdAll(await gateway({ objects: { stat: fail, open: fail, read: fail } }), OBJECT_ASKS);
    expect([...seen].some((entry) => /^\/v1\/artifacts\/{digest} GET 50[03]$/.test(entry))).toBe(true);
  }
  for (const code of [...HEALTH_PROBLEMS, undefined]) {
    const seen = await holdAll(await gateway({ deployment: { facts: () => Promise.reject(failure(code)) } }));
    expect(seen).toContain("/gateway/status GET 500");
    expect(seen).toContain("/readyz GET 503");
  }
  const grown = { stat: async () => undefined, open: () => Promise.reject(failure(undefined)) };
  const read = () => Promise.reject(failure("object_too_large"));
  const seen = await holdAll(await gateway({ objects: { ...grown, read } }), OBJECT_ASKS);
  expect(seen).toContain("/v1/artifacts/{digest} GET 500");
  expect(await holdAll(await gateway({}, false), OBJECT_ASKS)).toContain("/v1/artifacts/{digest} GET 500");
});

function failure(code: string | undefined): Error {
  return code === undefined ? new TypeError("a bug") : new PortError(code as PortErrorCode, "somewhere", "it failed");
}
