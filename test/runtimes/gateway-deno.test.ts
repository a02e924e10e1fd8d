/** The gateway suite against a real Deno process. */
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DENO, DENO_MAIN } from "./gateway-commands.ts";
import { makeGatewayFixtures } from "./gateway-fixtures.ts";
import { type GatewayProcess, startGateway } from "./gateway-process.ts";
import { gatewaySuite } from "./gateway-suite.ts";
import { headSuite, hostSuite } from "./gateway-wire-suite.ts";
import { type PlantedState, plantState } from "./planted-state.ts";

const fixtures = makeGatewayFixtures();
let planted: PlantedState;
let gateway: GatewayProcess;

beforeAll(async () => {
  planted = await plantState(fixtures);
  const run = ["run", "-A", "--no-check", "--quiet", DENO_MAIN];
  gateway = await startGateway(DENO, [...run, "--state-dir", planted.stateDir, "--port", "0", "--read-only"]);
});

describe("deno", () => {
  gatewaySuite({ test: (name, run) => it(name, run) }, (path, init) => fetch(gateway.url + path, init ?? {}), fixtures);
  hostSuite({ test: (name, run) => it(name, run) }, () => gateway.url);
  headSuite({ test: (name, run) => it(name, run) }, () => gateway.url, fixtures);
});

it("goes on after it had no file handle for another connection", async () => {
  const options = ["--state-dir", planted.stateDir, "--port", "0", "--read-only"];
  const run = [DENO, "run", "-A", "--no-check", "--quiet", DENO_MAIN, ...options];
  const poor = await startGateway("sh", ["-c", 'ulimit -n 60; exec "$@"', "sh", ...run]);
  const { hostname, port } = new URL(poor.url);
  const crowd = Array.from({ length: 120 }, () => connect(Number(port), hostname).on("error", () => undefined));
  const before = poor.child.exitCode;
  await pause(500);
  for (const socket of crowd) socket.destroy();
  let status = 0;
  for (let waited = 0; status !== 200 && waited < 100; waited++) {
    status = await fetch(`${poor.url}/livez`).then(
      (response) => response.status,
      () => 0,
    );
    await pause(50);
  }
  expect([before, status]).toEqual([null, 200]);
  expect(await poor.end("SIGTERM")).toBe(0);
});

afterAll(async () => {
  expect(await gateway.end("SIGTERM")).toBe(0);
  await planted.remove();
});
