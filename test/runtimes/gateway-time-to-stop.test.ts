/**
 * A withdrawn release is answered to nobody after max_age and a second, and nothing at all of a frozen blueprint, with a
 * crowd following; the campaign has 1,000.
 */
import { expect, it } from "vitest";
import { DENO, DENO_MAIN, NODE_MAIN } from "./gateway-commands.ts";
import { measureProcess } from "./stop-process.ts";
import { STOP_MARGIN_MS } from "./time-to-stop.ts";

const RUNTIMES = {
  node: { command: process.execPath, run: [NODE_MAIN] },
  deno: { command: DENO, run: ["run", "-A", "--no-check", "--quiet", DENO_MAIN] },
} as const;

/** A rollout's release has half of the agents, a blueprint all of them. */
const STOPS = [
  ["node", "abort", "token", 15],
  ["node", "freeze", "state directory", 59],
  ["deno", "abort", "state directory", 15],
  ["deno", "freeze", "token", 59],
] as const;

for (const [name, stop, through, exposedMin] of STOPS)
  it(`${name}: by ${stop} through the ${through}`, async () => {
    const { command, run } = RUNTIMES[name];
    const figures = await measureProcess({ command, run, stop, through, agents: 60, resolveSeconds: 1 });
    expect(figures.exposed).toBeGreaterThan(exposedMin);
    expect(figures.last_answer_ms).toBeLessThan(STOP_MARGIN_MS);
    expect(figures.time_to_stop_ms).toBeLessThan(1_000 + STOP_MARGIN_MS);
  });
