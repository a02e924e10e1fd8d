/** The gateway suite against a real Deno process. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DENO, DENO_MAIN } from "./gateway-commands.ts";
import { makeGatewayFixtures } from "./gateway-fixtures.ts";
import { type GatewayProcess, startGateway } from "./gateway-process.ts";
import { gatewaySuite } from "./gateway-suite.ts";
import { wireSuite } from "./gateway-wire-suite.ts";
import { type PlantedState, plantState } from "./planted-state.ts";

const fixtures = makeGatewayFixtures();
let planted: PlantedState;
let gateway: GatewayProcess;

beforeAll(async () => {
  planted = await plantState(fixtures);
  const run = ["run", "-A", "--no-check", "--quiet", DENO_MAIN];
  gateway = await startGateway(DENO, [...run, "--state-dir", planted.stateDir, "--port", "0"]);
});

describe("deno", () => {
  gatewaySuite({ test: (name, run) => it(name, run) }, (path, init) => fetch(gateway.url + path, init ?? {}), fixtures);
  wireSuite({ test: (name, run) => it(name, run) }, () => gateway.url, fixtures);
});

afterAll(async () => {
  expect(await gateway.end("SIGTERM")).toBe(0);
  await planted.remove();
});
