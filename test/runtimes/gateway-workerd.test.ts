/** The gateway suite against real workerd under `wrangler dev --local`. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeGatewayFixtures } from "./gateway-fixtures.ts";
import type { GatewayProcess } from "./gateway-process.ts";
import { artifactPath, gatewaySuite, type RequestLike } from "./gateway-suite.ts";
import { headSuite } from "./gateway-wire-suite.ts";
import { plantWorkerState, startWorker } from "./wrangler-dev.ts";

const fixtures = makeGatewayFixtures();
let stateDir: string;
let worker: GatewayProcess;

beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "tau-edge-workerd-"));
  await plantWorkerState(fixtures, stateDir);
  worker = await startWorker(stateDir);
}, 120_000);

afterAll(async () => {
  await worker.end("SIGTERM");
  await rm(stateDir, { recursive: true, force: true });
});

describe("workerd", () => {
  // First of all, while nothing is cached: requests that start together wait for each other's reads of the ledger.
  it("answers everybody although the first clients go away at once", async () => {
    for (const { digest, bytes } of [fixtures.small, fixtures.big]) {
      const path = worker.url + artifactPath({ digest });
      const gone = Array.from({ length: 8 }, () => {
        const leave = new AbortController();
        setTimeout(() => leave.abort(), 1);
        return fetch(path, { signal: leave.signal }).catch(() => undefined);
      });
      const stay = Array.from({ length: 8 }, async () => (await fetch(path)).arrayBuffer());
      for (const body of await Promise.all(stay)) expect(body.byteLength).toBe(bytes.length);
      // Some may have been answered before they left.
      for (const response of await Promise.all(gone)) await response?.body?.cancel().catch(() => undefined);
    }
  });

  // Wrangler's stand-in for Cloudflare's front compresses although the answer says no-transform; the real one does not.
  const send = (path: string, init?: RequestLike): Promise<Response> =>
    fetch(worker.url + path, { ...init, headers: { "accept-encoding": "identity", ...init?.headers } });
  gatewaySuite({ test: (name, run) => it(name, run) }, send, fixtures);
  headSuite({ test: (name, run) => it(name, run) }, () => worker.url, fixtures);

  it("has no files, and a gate without evidence", async () => {
    expect(await (await send("/gateway/status")).json()).toMatchObject({
      rollout_gate: "hold",
      deployment: {
        state_present: false,
        events_log_present: false,
        gate_reason: "no_evidence",
        evidence_age_ms: null,
      },
    });
  });

  it("has no way in: nothing but reading is answered, whatever the path", async () => {
    for (const path of ["/records?stream=system", "/object?key=sha256/abc", "/importRecords", "/v1/artifacts"])
      for (const method of ["PUT", "POST", "DELETE"])
        expect((await fetch(worker.url + path, { method, body: "[]" })).status, path).toBeOneOf([404, 405]);
  });
});
