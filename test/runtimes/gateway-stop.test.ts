/** The suite about stopping, against processes on Node and on Deno. */
import { afterAll, describe, it } from "vitest";
import { DENO, DENO_MAIN, NODE_MAIN } from "./gateway-commands.ts";
import { makeGatewayFixtures } from "./gateway-fixtures.ts";
import { startGateway } from "./gateway-process.ts";
import { stopSuite } from "./gateway-stop-suite.ts";
import { plantState } from "./planted-state.ts";

const fixtures = makeGatewayFixtures({ big_bytes: 14_000_000 });
const planted = await plantState(fixtures);
afterAll(() => planted.remove());
const state = ["--state-dir", planted.stateDir, "--port", "0", "--read-only"];

describe("node", () => {
  const start = (options: readonly string[]) => startGateway(process.execPath, [NODE_MAIN, ...state, ...options]);
  stopSuite({ test: (name, run) => it(name, run) }, start, fixtures);
});

describe("deno", () => {
  const start = (options: readonly string[]) =>
    startGateway(DENO, ["run", "-A", "--no-check", "--quiet", DENO_MAIN, ...state, ...options]);
  stopSuite({ test: (name, run) => it(name, run) }, start, fixtures);
});
