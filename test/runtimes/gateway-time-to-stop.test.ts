/** A withdrawn release is answered to nobody after max_age and a second, with a crowd following; the campaign has 1,000. */
import { expect, it } from "vitest";
import { DENO, DENO_MAIN, NODE_MAIN } from "./gateway-commands.ts";
import { measureProcess } from "./stop-process.ts";
import { STOP_MARGIN_MS } from "./time-to-stop.ts";

const RUNTIMES = [
  ["node", process.execPath, [NODE_MAIN], "token"],
  ["deno", DENO, ["run", "-A", "--no-check", "--quiet", DENO_MAIN], "state directory"],
] as const;

for (const [name, command, run, abort] of RUNTIMES)
  it(`${name}: by an abort through the ${abort}`, async () => {
    const figures = await measureProcess({ command, run, abort, agents: 60, resolveSeconds: 1 });
    expect(figures.exposed).toBeGreaterThan(15);
    expect(figures.last_answer_ms).toBeLessThan(STOP_MARGIN_MS);
    expect(figures.time_to_stop_ms).toBeLessThan(1_000 + STOP_MARGIN_MS);
  });
