/** What clients see of a gateway below what `fetch` shows. The names that it answers for are those of Node and Deno. */
import assert from "node:assert/strict";
import type { TestRegistrar } from "@tau-edge/ports/suites";
import type { GatewayFixtures } from "./gateway-fixtures.ts";
import { artifactPath } from "./gateway-suite.ts";
import { askRaw, requestText } from "./raw-request.ts";

export function hostSuite(t: TestRegistrar, url: () => string): void {
  const statusFor = async (...fields: string[]): Promise<number> =>
    (await askRaw(url(), requestText("GET", "/livez", fields))).status;

  t.test("answers for the names of this machine and for no other", async () => {
    for (const host of ["localhost", "localhost:1", "127.0.0.1", "[::1]:80", "LOCALHOST"])
      assert.equal(await statusFor(`Host: ${host}`), 200, host);
    const others = ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "localhost.", "2130706433"];
    for (const host of others) assert.equal(await statusFor(`Host: ${host}`), 421, host);
  });

  t.test("refuses a Host field that is more than a name and a port, or stands twice", async () => {
    for (const host of ["localhost#.evil.example", "localhost/x", "evil@localhost", "localhost evil", "", "\xff"])
      assert.equal(await statusFor(`Host: ${host}`), 400, host);
    assert.equal(await statusFor("Host: localhost", "Host: evil.example"), 400);
    assert.equal(await statusFor("Host: localhost", "hOST: localhost"), 400);
  });

  t.test("takes the name from a target that is a whole URL, and the Host field then says nothing", async () => {
    const ask = async (target: string, host: string): Promise<number> =>
      (await askRaw(url(), requestText("GET", target, [`Host: ${host}`]))).status;
    assert.equal(await ask("http://localhost/livez", "evil.example"), 200);
    assert.equal(await ask("http://evil.example/livez", "localhost"), 421);
  });
}

export function headSuite(t: TestRegistrar, url: () => string, fixtures: GatewayFixtures): void {
  const artifact = artifactPath(fixtures.small);
  const targets = [
    "/livez",
    "/readyz",
    "/readyz/ledger",
    "/readyz/nothing",
    "/gateway/status",
    "/v1/blueprints",
    "/v1/blueprints/many/deliverables",
    "/openapi.json",
    "/nowhere",
    artifact,
    artifactPath(fixtures.big),
    `/v1/artifacts/sha256:${"0".repeat(64)}`,
    artifactPath({ digest: fixtures.missing }),
  ];
  /** Differ from one request to the next, or belong to the connection, or to what a GET alone carries. */
  const own = new Set(["date", "x-request-id", "connection", "keep-alive", "transfer-encoding", "content-digest"]);

  t.test("HEAD says of every resource what GET says, and never another length", async () => {
    for (const target of targets) {
      const get = await askRaw(url(), requestText("GET", target));
      const head = await askRaw(url(), requestText("HEAD", target));
      assert.equal(head.status, get.status, target);
      assert.equal(head.body, "", target);
      for (const [name, value] of get.headers)
        if (!own.has(name)) assert.equal(head.headers.get(name), value, `${target} ${name}`);
      for (const name of head.headers.keys()) assert.ok(own.has(name) || get.headers.has(name), `${target} ${name}`);
    }
  });

  t.test("answers without a body have neither body nor length", async () => {
    const etag = `If-None-Match: "${fixtures.small.digest}"`;
    const notModified = await askRaw(url(), requestText("GET", artifact, ["Host: localhost", etag]));
    const options = await askRaw(url(), requestText("OPTIONS", artifact));
    for (const [answer, status] of [
      [notModified, 304],
      [options, 204],
    ] as const) {
      assert.equal(answer.status, status);
      assert.equal(answer.body, "");
      assert.equal(answer.headers.get("content-length"), undefined);
      assert.equal(answer.headers.get("transfer-encoding"), undefined);
      assert.match(answer.headers.get("content-security-policy") ?? "", /^default-src 'none'/);
    }
  });

  t.test("refuses every method that it does not have, where there is something", async () => {
    for (const method of ["POST", "PROPFIND", "PURGE", "QUERY", "TRACE"]) {
      const answer = await askRaw(url(), requestText(method, artifact));
      assert.deepEqual([answer.status, answer.headers.get("allow")], [405, "GET, HEAD, OPTIONS"], method);
      assert.equal((await askRaw(url(), requestText(method, "/nowhere"))).status, 404, method);
    }
  });
}
