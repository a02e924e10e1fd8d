/** How a resolution is asked for and told: keys, names, validators, and how long it may be kept. */
import type { Paused } from "@tau-edge/control";
import { PortError } from "@tau-edge/ports";
import { type Asking, type ReleaseRef, type Resolved, VERSION_KEY_BYTES_MAX } from "@tau-edge/rollout";
import { expect, it } from "vitest";
import { digestFor, type FakeUseCases, fakeGateway, ROLLOUT_ID } from "../rollouts/rollouts.test-helper.ts";
import { PausedSchema, ResolveSchema } from "./resolve.ts";

function releaseFor(label: string): ReleaseRef {
  return { release: digestFor(label), manifest: digestFor(`${label} m`), artifact: digestFor(`${label} a`) };
}

const CANDIDATE = {
  rollout_id: ROLLOUT_ID,
  target: releaseFor("new"),
  attempt: 1,
  stage: 0,
  window: 3,
  weight_bp: 100,
};
const COHORT: Resolved = {
  outcome: "release",
  release: CANDIDATE.target,
  by: "cohort",
  bucket: 42,
  arm: { name: "candidate", candidate: CANDIDATE },
};
const STABLE: Resolved = { outcome: "release", release: releaseFor("old"), by: "committed" };
const PATH = "/v1/resolve/prod/edge-wasm";

const FROZEN: Paused = { outcome: "paused", frozen: { reason: "it deletes carts", since_unix_ms: 1_767_225_600_000 } };

function resolving(resolved: Resolved | Paused = COHORT, config: object = {}, more: FakeUseCases = {}) {
  const asked: Asking[] = [];
  const gateway = fakeGateway(
    {
      resolve: async (_environment, _blueprint, asking) => {
        asked.push(asking);
        return { resolved };
      },
      ...more,
    },
    {},
    config,
  );
  const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    gateway.app.request(path, { method, headers });
  return { asked, get, faults: gateway.faults };
}

const KEY = "cloudflare-workers-version-key";

it("says what a key gets, by which arm of which window, and for how long", async () => {
  const { get } = resolving();
  const response = await get(PATH, { [KEY]: "user-1" });
  expect(response.headers.get("cache-control")).toBe("private, no-cache");
  expect(response.headers.get("vary")).toBe("Authorization, Cloudflare-Workers-Version-Key");
  expect(ResolveSchema.strict().parse(await response.json())).toEqual({
    schema_version: 1,
    environment: "prod",
    blueprint: "edge-wasm",
    ...CANDIDATE.target,
    artifact_url: `/v1/artifacts/${CANDIDATE.target.artifact}`,
    manifest_url: `/v1/manifests/${CANDIDATE.target.manifest}`,
    assigned_by: "cohort",
    rollout: { rollout_id: ROLLOUT_ID, attempt: 1, stage: 0, window: 3, arm: "candidate" },
    max_age_ms: 5_000,
    bucket: 42,
  });
});

it("leaves out what is not there, and makes links and times from the configuration", async () => {
  const { get } = resolving(STABLE, { publicBaseUrl: "https://edge.example", resolveSeconds: 2 });
  const response = await get(PATH.replace("prod", "production"));
  const told = ResolveSchema.strict().parse(await response.json());
  expect(told).toMatchObject({ environment: "prod", assigned_by: "committed", max_age_ms: 2_000 });
  expect(told.artifact_url).toMatch(/^https:\/\/edge\.example\/v1\/artifacts\//);
  expect([told.rollout, told.bucket]).toEqual([undefined, undefined]);
});

it("names the derived code of the release that it gives, and where that is", async () => {
  const derived = digestFor("derived");
  const derivedOf = (blueprint: string, release: string) =>
    blueprint === "edge-wasm" && release === CANDIDATE.target.release ? derived : undefined;
  const { get } = resolving(COHORT, { publicBaseUrl: "https://edge.example" }, { derivedOf });
  const told = ResolveSchema.strict().parse(await (await get(PATH)).json());
  expect([told.derived, told.derived_url]).toEqual([derived, `https://edge.example/v1/objects/${derived}`]);
  const other = await (await resolving(STABLE, {}, { derivedOf }).get(PATH)).json();
  expect(Object.keys(other as object)).not.toContain("derived");
});

it("tells everybody to stop what is frozen, why, and when to ask again", async () => {
  const { get } = resolving(FROZEN, { resolveSeconds: 2 });
  const first = await get(PATH);
  expect(first.status).toBe(200);
  expect(PausedSchema.strict().parse(await first.clone().json())).toEqual({
    schema_version: 1,
    environment: "prod",
    blueprint: "edge-wasm",
    outcome: "paused",
    reason: "it deletes carts",
    since_unix_ms: 1_767_225_600_000,
    max_age_ms: 2_000,
  });
  expect(await first.text()).not.toContain("sha256:");
  const etag = first.headers.get("etag") ?? "";
  for (const [path, headers] of [
    [PATH, { [KEY]: "user-1" }],
    [`${PATH}?release=${CANDIDATE.target.release}`, {}],
  ] as const)
    expect((await get(path, headers)).headers.get("etag"), path).toBe(etag);
  const same = await get(PATH, { "if-none-match": etag });
  expect([same.status, await same.text(), same.headers.get("cache-control")]).toEqual([304, "", "private, no-cache"]);
  const again = { ...FROZEN, frozen: { ...FROZEN.frozen, since_unix_ms: 1_767_225_600_001 } };
  expect((await resolving(again, { resolveSeconds: 2 }).get(PATH)).headers.get("etag")).not.toBe(etag);
});

it("takes the key from the field or from the query, and the release from the query", async () => {
  const { get, asked } = resolving();
  for (const [path, headers, asking] of [
    [PATH, {}, {}],
    [PATH, { [KEY]: "user 1, the first" }, { version_key: "user 1, the first" }],
    [`${PATH}?key=user%2D1`, {}, { version_key: "user-1" }],
    [`${PATH}?key=%C3%A4`, {}, { version_key: "ä" }],
    [
      `${PATH}?release=${CANDIDATE.target.release}`,
      { [KEY]: "k" },
      { version_key: "k", override: CANDIDATE.target.release },
    ],
  ] as const) {
    expect((await get(path, headers)).status, path).toBe(200);
    expect(asked.at(-1)).toEqual(asking);
  }
});

it("refuses keys that are none or two, and asks nobody", async () => {
  const { get, asked } = resolving();
  const long = "k".repeat(VERSION_KEY_BYTES_MAX);
  expect((await get(PATH, { [KEY]: long })).status).toBe(200);
  const { length } = asked;
  for (const [path, headers, code] of [
    [PATH, { [KEY]: "" }, "version_key_malformed"],
    [PATH, { [KEY]: `${long}k` }, "version_key_malformed"],
    [PATH, { [KEY]: "\u00e4" }, "version_key_malformed"],
    [PATH, { [KEY]: "a\tb" }, "version_key_malformed"],
    [`${PATH}?key=`, {}, "version_key_malformed"],
    [`${PATH}?key=${"%C3%A4".repeat(300)}&x=`, {}, "query_invalid"],
    [`${PATH}?key=${long}k`, {}, "version_key_malformed"],
    [`${PATH}?key=a`, { [KEY]: "a" }, "version_key_malformed"],
    [`${PATH}?key=a&key=b`, {}, "query_invalid"],
    [`${PATH}?key=%ff`, {}, "query_invalid"],
    [`${PATH}?key=%ed%a0%80`, {}, "query_invalid"],
    [`${PATH}?key=%`, {}, "query_invalid"],
    [`${PATH}?release=latest`, {}, "query_invalid"],
    [`${PATH}?version=1`, {}, "query_invalid"],
  ] as const) {
    const response = await get(path, headers);
    expect([response.status, (await response.json()) as object]).toMatchObject([400, { code }]);
  }
  expect(asked).toHaveLength(length);
});

it("has one ETag for one text, and answers 304 to whoever has it", async () => {
  const { get } = resolving();
  const first = await get(PATH);
  const etag = first.headers.get("etag") ?? "";
  expect(etag).toMatch(/^"[0-9a-f]{32}-42"$/);
  expect((await get(PATH)).headers.get("etag")).toBe(etag);
  const same = await get(PATH, { "if-none-match": `W/"x", ${etag}` });
  expect([same.status, await same.text()]).toEqual([304, ""]);
  for (const field of ["cache-control", "vary", "etag"]) expect(same.headers.get(field)).toBe(first.headers.get(field));
  expect((await get(PATH, { "if-none-match": '"other"' })).status).toBe(200);
  expect((await get(PATH, { "if-match": '"other"' })).status).toBe(412);
  const head = await get(PATH, {}, "HEAD");
  expect([head.status, head.headers.get("content-length")]).toEqual([200, String((await first.text()).length)]);
});

it("has another ETag for every other text", async () => {
  const others: readonly Resolved[] = [
    COHORT,
    { ...COHORT, bucket: 43 },
    { ...COHORT, arm: { name: "candidate", candidate: { ...CANDIDATE, window: 4 } } },
    { ...COHORT, by: "outside_cohort", release: releaseFor("old"), arm: { name: "baseline", candidate: CANDIDATE } },
    STABLE,
    { ...STABLE, by: "no_key" },
    { ...STABLE, by: "override" },
    { ...STABLE, release: releaseFor("older") },
  ];
  const etags = new Set<string | null>();
  for (const resolved of others) etags.add((await resolving(resolved).get(PATH)).headers.get("etag"));
  etags.add((await resolving(STABLE, { resolveSeconds: 1 }).get(PATH)).headers.get("etag"));
  etags.add((await resolving(STABLE).get("/v1/resolve/dev/edge-wasm")).headers.get("etag"));
  expect(etags.size).toBe(others.length + 2);
});

it("says what it has nothing for, and keeps no such answer", async () => {
  for (const code of ["no_release", "override_unknown"] as const) {
    const response = await resolving({ outcome: "none", code }).get(PATH);
    expect([response.status, response.headers.get("cache-control")]).toEqual([404, "no-store"]);
    expect(await response.json()).toMatchObject({ code });
  }
  const { get, asked } = resolving();
  expect(await (await get("/v1/resolve/mars/edge-wasm")).json()).toMatchObject({ code: "environment_unknown" });
  expect(await (await get("/v1/resolve/prod/..%2fx")).json()).toMatchObject({ code: "no_release" });
  expect(asked).toEqual([]);
});

it("answers nothing from memory when the ledger cannot be read", async () => {
  const { app } = fakeGateway({ resolve: () => Promise.reject(new PortError("store_unavailable", "x", "gone")) });
  expect((await app.request(PATH)).status).toBe(503);
});
