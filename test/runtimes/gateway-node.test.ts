/** The gateway suite against a real server on Node, and what only a process can show: handles, signals, host names. */
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { serve } from "@tau-edge/edge-node";
import { afterAll, expect, it } from "vitest";
import { makeGatewayFixtures } from "./gateway-fixtures.ts";
import { startGateway } from "./gateway-process.ts";
import { artifactPath, gatewaySuite } from "./gateway-suite.ts";
import { plantState } from "./planted-state.ts";

const fixtures = makeGatewayFixtures();
const planted = await plantState(fixtures);
// Every object from its file; the runner for Deno keeps what fits in memory.
const running = await serve({ stateDir: planted.stateDir, port: 0, memoryBytes: 0, onFault: () => undefined });
afterAll(async () => {
  await running.stop();
  await planted.remove();
});

gatewaySuite({ test: (name, run) => it(name, run) }, (path, init) => fetch(running.url + path, init ?? {}), fixtures);

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

it("answers for the names of this machine and for no other", async () => {
  for (const host of ["localhost:1", "127.0.0.1", "[::1]:80", "LOCALHOST"])
    expect(await statusFor(host), host).toBe(200);
  for (const host of ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "localhost@evil.example"])
    expect(await statusFor(host), host).not.toBe(200);
  expect(await statusFor("evil.example")).toBe(421);
});

it("does not listen where others reach it unless told to", async () => {
  await expect(serve({ stateDir: planted.stateDir, host: "0.0.0.0", port: 0 })).rejects.toMatchObject({
    code: "not_public",
  });
  const open = await serve({ stateDir: planted.stateDir, host: "0.0.0.0", port: 0, public: true });
  const { port } = new URL(open.url);
  expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200);
  await open.stop();
  await expect(serve({ stateDir: planted.stateDir, port: Number(new URL(running.url).port) })).rejects.toMatchObject({
    code: "address_unusable",
  });
});

it("sees what another process packages while it serves, and serves an empty state before", async () => {
  const empty = `${planted.stateDir}-later`;
  const early = await serve({ stateDir: empty, port: 0, onFault: () => undefined });
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
  const gateway = await serve({ stateDir, port: 0, onFault: ({ code }) => faults.push(code) });
  const statusWith = async (text: string) => {
    writeFileSync(join(stateDir, "state.json"), text);
    const status = await fetch(`${gateway.url}/gateway/status`);
    return { ready: (await fetch(`${gateway.url}/readyz`)).status, status: status.status, told: await status.json() };
  };
  try {
    expect(await statusWith('{"health":{"updated_unix_ms":1,"last_cycle_completed":1}}')).toMatchObject({
      ready: 200,
      told: { health_state: "healthy", rollout_gate: "pass" },
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

const MAIN = new URL("../../edge/node/src/main.ts", import.meta.url).pathname;

it("finishes what it has begun when a signal comes, takes nothing new, and exits with 0", async () => {
  const options = ["--state-dir", planted.stateDir, "--port", "0", "--memory-bytes", "0"];
  const gateway = await startGateway(process.execPath, [MAIN, ...options]);
  const response = await fetch(gateway.url + artifactPath(fixtures.big));
  const ended = gateway.end("SIGTERM");
  for (let waited = 0; waited < 100 && (await reachable(gateway.url)); waited++) await pause(20);
  expect(await reachable(gateway.url)).toBe(false);
  expect((await response.arrayBuffer()).byteLength).toBe(fixtures.big.bytes.length);
  expect(await ended).toBe(0);
});

it("ends at once with 130 when a second signal comes", async () => {
  const gateway = await startGateway(process.execPath, [MAIN, `--state-dir=${planted.stateDir}`, "--port=0"]);
  // A connection with half a request keeps the first signal waiting.
  const unfinished = request(`${gateway.url}/livez`, { method: "POST", headers: { "content-length": "5" } });
  unfinished.on("error", () => undefined);
  unfinished.write("x");
  await pause(200);
  const ended = gateway.end("SIGINT");
  await pause(200);
  gateway.child.kill("SIGINT");
  expect(await ended).toBe(130);
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

function statusFor(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(`${running.url}/livez`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on("error", reject);
    asked.end();
  });
}
