/** The gateway suite against a real Deno process. */
import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeGatewayFixtures } from "./gateway-fixtures.ts";
import { type GatewayProcess, startGateway } from "./gateway-process.ts";
import { gatewaySuite } from "./gateway-suite.ts";
import { type PlantedState, plantState } from "./planted-state.ts";

/** The command of the npm package starts the real program and passes no signals on; the program knows its own path. */
const COMMAND = new URL("../../node_modules/.bin/deno", import.meta.url).pathname;
const DENO = execFileSync(COMMAND, ["eval", "console.log(Deno.execPath())"], { encoding: "utf8" }).trim();
const MAIN = new URL("../../edge/deno/src/main.ts", import.meta.url).pathname;

const fixtures = makeGatewayFixtures();
let planted: PlantedState;
let gateway: GatewayProcess;

beforeAll(async () => {
  planted = await plantState(fixtures);
  const run = ["run", "-A", "--no-check", "--quiet", MAIN];
  gateway = await startGateway(DENO, [...run, "--state-dir", planted.stateDir, "--port", "0"]);
});

describe("deno", () => {
  gatewaySuite({ test: (name, run) => it(name, run) }, (path, init) => fetch(gateway.url + path, init ?? {}), fixtures);
});

afterAll(async () => {
  expect(await gateway.end("SIGTERM")).toBe(0);
  await planted.remove();
});
