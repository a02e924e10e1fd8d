/**
 * Proves how long a withdrawn release goes on with 1,000 agents following: on Node and Deno, aborted or frozen over HTTP and by
 * another process, and on workerd, aborted by the ledger's own object. Fails above max_age and a second (decisions 19).
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { DENO, DENO_MAIN, NODE_MAIN } from "../test/runtimes/gateway-commands.ts";
import { measureProcess } from "../test/runtimes/stop-process.ts";
import { STOP_MARGIN_MS } from "../test/runtimes/time-to-stop.ts";

const AGENTS = 1_000;
const RESOLVE_SECONDS = 5;

const RUNTIMES = [
  ["node", process.execPath, [NODE_MAIN]],
  ["deno", DENO, ["run", "-A", "--no-check", "--quiet", DENO_MAIN]],
] as const;

const STOPS = [
  ["abort", "token"],
  ["abort", "state directory"],
  ["freeze", "token"],
  ["freeze", "state directory"],
] as const;

let failed = false;
for (const [name, command, run] of RUNTIMES)
  for (const [stop, through] of STOPS) {
    const asked = { command, run, stop, through, agents: AGENTS, resolveSeconds: RESOLVE_SECONDS };
    const figures = await measureProcess(asked);
    const late = figures.time_to_stop_ms >= RESOLVE_SECONDS * 1_000 + STOP_MARGIN_MS;
    failed ||= late || figures.last_answer_ms >= STOP_MARGIN_MS;
    console.log(`${name}, ${stop} through the ${through}: ${JSON.stringify(figures)}${late ? " TOO LATE" : ""}`);
  }

const vitest = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
const args = [vitest, "run", "--project", "workerd", "edge/cloudflare"];
const env = { ...process.env, STOP_AGENTS: String(AGENTS) };
const { status } = spawnSync(process.execPath, args, { stdio: "inherit", env });
process.exitCode = failed || status !== 0 ? 1 : 0;
