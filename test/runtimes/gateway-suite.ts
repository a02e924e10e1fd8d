/**
 * What the gateway promises over HTTP, whatever it runs on. A plain function: each runtime's runner hands in how to
 * reach its gateway, which serves the fixtures of gateway-fixtures.ts.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { BlueprintPageSchema, DeliverablePageSchema, ProblemSchema, StatusSchema } from "@tau-edge/gateway";
import type { TestRegistrar } from "@tau-edge/ports/suites";
import type { GatewayFixtures, NamedBytes } from "./gateway-fixtures.ts";
import { objectsSuite } from "./gateway-objects-suite.ts";

export interface RequestLike {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request for this path and query. */
export type FetchLike = (path: string, init?: RequestLike) => Promise<Response>;

export function gatewaySuite(t: TestRegistrar, send: FetchLike, fixtures: GatewayFixtures): void {
  healthSuite(t, send);
  listingSuite(t, send, fixtures);
  refusalSuite(t, send, fixtures);
  objectsSuite(t, send, fixtures);
}

export async function expectProblem(response: Response, status: number, code: string): Promise<void> {
  assert.equal(response.status, status, code);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  assert.equal(response.headers.get("cache-control"), "no-store");
  const problem = ProblemSchema.parse(await response.json());
  assert.deepEqual([problem.status, problem.code, problem.reason_codes], [status, code, [code]]);
  assert.equal(problem.request_id, response.headers.get("x-request-id"));
}

export function artifactPath({ digest }: Pick<NamedBytes, "digest">): string {
  return `/v1/artifacts/${digest}`;
}

export function base64Sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64");
}

function healthSuite(t: TestRegistrar, send: FetchLike): void {
  t.test("livez answers without asking a store", async () => {
    const response = await send("/livez");
    assert.deepEqual([response.status, await response.text()], [200, "ok\n"]);
    assert.equal(await (await send("/livez?verbose")).text(), "[+]ping ok\nlivez check passed\n");
  });

  t.test("readyz names its checks, leaves some out and answers for one", async () => {
    assert.equal(await (await send("/readyz")).text(), "ok\n");
    // Where counters of deployment cycles are kept, there is a third check.
    const lines = async (path: string) => (await (await send(path)).text()).replace("[+]deployment ok\n", "");
    assert.equal(await lines("/readyz?verbose"), "[+]ledger ok\n[+]objects ok\nreadyz check passed\n");
    assert.equal(
      await lines("/readyz?verbose&exclude=ledger&exclude=nothing"),
      "[+]objects ok\nwarn: 1 excluded names match no check\nreadyz check passed\n",
    );
    assert.equal(await (await send("/readyz/ledger?verbose")).text(), "[+]ledger ok\nreadyz check passed\n");
    await expectProblem(await send("/readyz/nothing"), 404, "check_unknown");
  });

  t.test("readyz speaks the health check format to those who ask for it", async () => {
    const response = await send("/readyz", { headers: { accept: "application/health+json" } });
    assert.equal(response.headers.get("content-type"), "application/health+json");
    const health: unknown = await response.json();
    assert.ok(typeof health === "object" && health !== null && "status" in health && "checks" in health);
    assert.equal(health.status, "pass");
    assert.deepEqual(Object.keys(health.checks ?? {}).slice(0, 2), ["ledger", "objects"]);
  });

  t.test("status holds without evidence and counts what is packaged", async () => {
    const response = await send("/gateway/status");
    assert.equal(response.headers.get("content-type"), "application/json");
    assert.equal(response.headers.get("cache-control"), "no-store");
    const status = StatusSchema.parse(await response.json());
    assert.deepEqual([status.rollout_gate, status.reason_codes], ["hold", ["deployment:no_evidence"]]);
    assert.deepEqual([status.deployment.rollout_gate, status.deployment.reason_codes], ["hold", ["no_evidence"]]);
    assert.deepEqual([status.deployment.blueprint_count, status.deployment.deliverable_count], [7, 16]);
    assert.equal(status.deployment.health.failure_streak, 0);
    assert.equal(status.service.service_status, "running");
  });

  t.test("the API document describes every path that exists, and its references resolve", async () => {
    const text = await (await send("/openapi.json")).text();
    const document = JSON.parse(text) as { openapi: string; paths: object; components: { schemas: object } };
    assert.equal(document.openapi, "3.1.0");
    const paths = ["/v1/artifacts/{digest}", "/v1/manifests/{digest}", "/gateway/status", "/livez", "/openapi.json"];
    for (const path of paths) assert.ok(Object.hasOwn(document.paths, path), path);
    for (const [, name = ""] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g))
      assert.ok(Object.hasOwn(document.components.schemas, name), name);
  });
}

function listingSuite(t: TestRegistrar, send: FetchLike, fixtures: GatewayFixtures): void {
  t.test("blueprints are listed page by page, each with its newest deliverable", async () => {
    const seen = new Map<string, number>();
    let cursor: string | undefined;
    do {
      const next = cursor === undefined ? "" : `&cursor=${cursor}`;
      const page = BlueprintPageSchema.parse(await (await send(`/v1/blueprints?limit=3${next}`)).json());
      assert.ok(page.blueprints.length <= 3);
      for (const entry of page.blueprints) seen.set(entry.blueprint_id, entry.deliverable_count);
      cursor = page.next_cursor;
    } while (cursor !== undefined);
    assert.deepEqual(seen, fixtures.deliverable_counts);
  });

  t.test("deliverables are listed newest first, and their URLs lead to the bytes", async () => {
    const path = "/v1/blueprints/many/deliverables";
    const all = DeliverablePageSchema.parse(await (await send(path)).json());
    assert.deepEqual(
      all.deliverables.map(({ seq }) => seq),
      [6, 5, 4, 3, 2, 1, 0],
    );
    const first = DeliverablePageSchema.parse(await (await send(`${path}?limit=4`)).json());
    const second = await send(`${path}?limit=4&cursor=${first.next_cursor ?? ""}`);
    const rest = DeliverablePageSchema.parse(await second.json());
    assert.equal(rest.next_cursor, undefined);
    assert.deepEqual([...first.deliverables, ...rest.deliverables], all.deliverables);
    const [newest] = all.deliverables;
    assert.ok(newest !== undefined);
    const manifest = await send(newest.manifest_url);
    assert.equal(await manifest.text(), `{"blueprint_id":"many","nth":6}`);
  });

  t.test("listings refuse what they do not understand", async () => {
    for (const query of ["limit=0", "limit=201", "limit=1e1", "limit=", "limit=1&limit=2", "page=2"])
      await expectProblem(await send(`/v1/blueprints?${query}`), 400, "query_invalid");
    const path = "/v1/blueprints/many/deliverables";
    await expectProblem(await send(`${path}?cursor=${"0".repeat(64)}`), 400, "cursor_unknown");
    for (const id of ["nobody", "__proto__", "..%2f..", "%00"])
      await expectProblem(await send(`/v1/blueprints/${id}/deliverables`), 404, "blueprint_unknown");
  });

  t.test("what lists is not for pages of other origins", async () => {
    for (const path of ["/v1/blueprints", "/gateway/status", "/readyz", "/openapi.json"])
      assert.equal((await send(path)).headers.get("access-control-allow-origin"), null, path);
  });
}

function refusalSuite(t: TestRegistrar, send: FetchLike, fixtures: GatewayFixtures): void {
  t.test("what is not there is a problem document", async () => {
    await expectProblem(await send("/"), 404, "path_unknown");
    await expectProblem(await send("/v1/artifacts"), 404, "path_unknown");
    await expectProblem(await send(`/v1/artifacts/sha256:${"0".repeat(64)}`), 404, "object_unknown");
    await expectProblem(await send(`/v1/blueprints?${"x".repeat(3_000)}`), 414, "url_too_long");
  });

  t.test("only objects that a record names, as what it names them, are served", async () => {
    await expectProblem(await send(artifactPath({ digest: fixtures.unnamed })), 404, "object_unknown");
    await expectProblem(await send(artifactPath(fixtures.manifest)), 404, "object_unknown");
    await expectProblem(await send(`/v1/manifests/${fixtures.small.digest}`), 404, "object_unknown");
  });

  t.test("a digest has one written form", async () => {
    const hex = fixtures.small.digest.slice("sha256:".length);
    const others = [hex, `sha256:${hex.toUpperCase()}`, `sha256:${hex.slice(1)}`, `sha512:${hex}`, `sha256:${hex}%0A`];
    for (const other of others) await expectProblem(await send(`/v1/artifacts/${other}`), 400, "digest_malformed");
    assert.equal((await send(`/v1/artifacts/sha256%3A${hex}`, { method: "HEAD" })).status, 200, "percent-encoded");
  });

  t.test("other methods are refused, and preflights answered", async () => {
    for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
      const response = await send(artifactPath(fixtures.small), { method });
      assert.equal(response.headers.get("allow"), "GET, HEAD, OPTIONS");
      await expectProblem(response, 405, "method_not_allowed");
    }
    const headers = { origin: "https://elsewhere.example", "access-control-request-method": "GET" };
    const preflight = await send(artifactPath(fixtures.small), { method: "OPTIONS", headers });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get("access-control-allow-origin"), "*");
    assert.match(preflight.headers.get("access-control-allow-headers") ?? "", /If-None-Match/);
    const closed = await send("/v1/blueprints", { method: "OPTIONS", headers });
    assert.deepEqual([closed.status, closed.headers.get("access-control-allow-origin")], [204, null]);
  });

  t.test("every answer is hardened, numbered, and does not say what serves it", async () => {
    const ids = new Set<string | null>();
    for (const path of ["/livez", "/readyz", "/gateway/status", "/nowhere", artifactPath(fixtures.big)]) {
      const { headers, body } = await send(path);
      await body?.cancel();
      assert.match(headers.get("content-security-policy") ?? "", /^default-src 'none';.*frame-ancestors 'none'/, path);
      assert.equal(headers.get("x-content-type-options"), "nosniff");
      assert.equal(headers.get("referrer-policy"), "no-referrer");
      assert.equal(headers.get("server"), null);
      assert.equal(headers.get("x-powered-by"), null);
      ids.add(headers.get("x-request-id"));
    }
    assert.equal(ids.size, 5);
    assert.ok(!ids.has(null));
  });
}
