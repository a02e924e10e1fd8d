// Runs one cycle of many cases in a process of its own: arguments are the state directory and the fixture. Says how long it
// took and how much memory it had at most, as one JSON line.
import { fileURLToPath } from "node:url";
import { runOneCycle } from "./run-cycle.ts";

export const CYCLE_PROCESS = fileURLToPath(import.meta.url);

if (process.argv[1] === CYCLE_PROCESS) {
  const [, , stateDir = "", fixture = ""] = process.argv;
  const { time_ms, applied } = await runOneCycle(stateDir, fixture);
  const peak_mb = (process.resourceUsage().maxRSS * 1024) / 1e6;
  console.log(JSON.stringify({ time_ms, applied, peak_mb }));
}
