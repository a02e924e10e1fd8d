/** The gateway suite against a real server on Node, and what only a process can show: handles, signals, host names. */
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { serve } from "@tau-edge/edge-node";
import { ProblemSchema } from "@tau-edge/gateway";
import { afterAll, expect, it } from "vitest";
import { NODE_MAIN } from "./gateway-commands.ts";
import { makeGatewayFixtures } from "./gateway-fixtures.ts";
import { startGateway } from "./gateway-process.ts";
import { artifactPath, gatewaySuite } from "./gateway-suite.ts";
import { headSuite, hostSuite } from "./gateway-wire-suite.ts";
import { plantState } from "./planted-state.ts";
import { askRaw, requestText } from "./raw-request.ts";

const fixtures = makeGatewayFixtures();
const planted = await plantState(fixtures);
// Every object from its file; the runner for Deno keeps what fits in memory.
const options = { stateDir: planted.stateDir, port: 0, memoryBytes: 0, readOnly: true };
const running = await serve({ ...options, onFault: () => undefined });
afterAll(async () => {
  await running.stop();
  await planted.remove();
});

gatewaySuite({ test: (name, run) => it(name, run) }, (path, init) => fetch(running.url + path, init ?? {}), fixtures);
hostSuite({ test: (name, run) => it(name, run) }, () => running.url);
headSuite({ test: (name, run) => it(name, run) }, () => running.url, fixtures);

it("answers what Node's parser refuses like every other error", async () => {
  const cases = [
    ["GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n", 400, "request_malformed"],
    ["BREW /livez HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "request_malformed"],
    [requestText("GET", "/livez", ["Host: localhost", `X-Long: ${"x".repeat(20_000)}`]), 431, "header_too_large"],
  ] as const;
  for (const [text, status, code] of cases) {
    const answer = await askRaw(running.url, text);
    expect(answer.status).toBe(status);
    expect(ProblemSchema.parse(JSON.parse(answer.body))).toMatchObject({ status, code });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.headers.get("content-length")).toBe(String(answer.body.length));
    expect(answer.headers.get("content-security-policy")).toMatch(/^default-src 'none'/);
  }
});

it("writes no error into the middle of an answer", async () => {
  const two = `GET ${artifactPath(fixtures.big)} HTTP/1.1\r\nHost: localhost\r\n\r\nnonsense\r\n\r\n`;
  const answer = await askRaw(running.url, two);
  expect(answer.body).not.toContain("request_malformed");
});

it("closes the file of every client that goes away", async () => {
  const openFiles = (): number =>
    readdirSync("/proc/self/fd").filter((fd) => linkOf(fd).startsWith(`${planted.stateDir}/tau-edge/objects`)).length;
  const readers = await Promise.all(
    Array.from({ length: 20 }, async () => (await fetch(running.url + artifactPath(fixtures.big))).body?.getReader()),
  );
  for (const reader of readers) await reader?.cancel();
  for (let waited = 0; openFiles() > 0 && waited < 100; waited++) await pause(20);
  expect(openFiles()).toBe(0);
});

it("does not listen where others reach it unless told to", async () => {
  await expect(serve({ stateDir: planted.stateDir, host: "0.0.0.0", port: 0 })).rejects.toMatchObject({
    code: "not_public",
  });
  const open = await serve({ stateDir: planted.stateDir, host: "0.0.0.0", port: 0, public: true, readOnly: true });
  const { port } = new URL(open.url);
  expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200);
  await open.stop();
  await expect(serve({ stateDir: planted.stateDir, port: Number(new URL(running.url).port) })).rejects.toMatchObject({
    code: "address_unusable",
  });
});

it("sees what another process packages while it serves, and serves an empty state before", async () => {
  const empty = `${planted.stateDir}-later`;
  const early = await serve({ stateDir: empty, port: 0, readOnly: true, onFault: () => undefined });
  const path = artifactPath(fixtures.small);
  expect((await fetch(early.url + path)).status).toBe(404);
  expect(await (await fetch(`${early.url}/gateway/status`)).json()).toMatchObject({
    rollout_gate: "hold",
    deployment: { state_present: false, reason_codes: ["no_evidence"] },
  });
  const later = await plantState(fixtures, empty);
  expect((await fetch(early.url + path)).status).toBe(200);
  await early.stop();
  await later.remove();
});

it("shows what the deployment's counters say, and takes a state file that cannot be read for no health at all", async () => {
  const stateDir = mkdtempSync(join(tmpdir(), "tau-edge-health-"));
  const faults: string[] = [];
  const gateway = await serve({ stateDir, port: 0, readOnly: true, onFault: ({ code }) => faults.push(code) });
  const statusWith = async (text: string) => {
    writeFileSync(join(stateDir, "state.json"), text);
    const status = await fetch(`${gateway.url}/gateway/status`);
    return { ready: (await fetch(`${gateway.url}/readyz`)).status, status: status.status, told: await status.json() };
  };
  try {
    const clean = (updated_unix_ms: number) => JSON.stringify({ health: { updated_unix_ms, last_cycle_completed: 1 } });
    expect(await statusWith(clean(Date.now()))).toMatchObject({
      ready: 200,
      told: { health_state: "healthy", rollout_gate: "pass", deployment: { gate_reason: "healthy", stale: false } },
    });
    expect(await statusWith(clean(1))).toMatchObject({
      ready: 200,
      told: { rollout_gate: "hold", deployment: { state_present: true, gate_reason: "state_stale", stale: true } },
    });
    expect(await statusWith('{"health":{"failure_streak":3}}')).toMatchObject({
      ready: 503,
      told: { health_state: "failing", rollout_gate: "hold" },
    });
    for (const [code, text] of [["state_corrupt", "{"] as const, ["state_newer", '{"schema_version":2}'] as const])
      expect(await statusWith(text)).toMatchObject({ ready: 503, status: 500, told: { code } });
    expect(faults).toEqual([
      "check_failed:deployment",
      "state_corrupt",
      "check_failed:deployment",
      "state_newer",
      "check_failed:deployment",
    ]);
  } finally {
    await gateway.stop();
    rmSync(stateDir, { recursive: true });
  }
});

it("finishes what it has begun when a signal comes, takes nothing new, and exits with 0", async () => {
  const options = ["--state-dir", planted.stateDir, "--port", "0", "--memory-bytes", "0", "--read-only"];
  const gateway = await startGateway(process.execPath, [NODE_MAIN, ...options]);
  const response = await fetch(gateway.url + artifactPath(fixtures.big));
  const ended = gateway.end("SIGTERM");
  for (let waited = 0; waited < 100 && (await reachable(gateway.url)); waited++) await pause(20);
  expect(await reachable(gateway.url)).toBe(false);
  expect((await response.arrayBuffer()).byteLength).toBe(fixtures.big.bytes.length);
  expect(await ended).toBe(0);
});

async function reachable(url: string): Promise<boolean> {
  return fetch(`${url}/livez`).then(
    () => true,
    () => false,
  );
}

function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    // Closed since the directory was read.
    return "";
  }
}
