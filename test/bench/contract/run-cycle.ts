/** One cycle on the real stores. */
import { dirname } from "node:path";
import { NodeArtifactFiles, openState, startNativeSha256 } from "@tau-edge/adapter-node";
import { runCycle } from "@tau-edge/control";
import { fixtureAt } from "./case-fixture.ts";

export interface TimedCycle {
  readonly time_ms: number;
  /** Of the processor: what else the machine does meanwhile does not count. */
  readonly busy_ms: number;
  readonly applied: number;
}

/** @param stateDir a directory that is not there yet */
export async function runOneCycle(stateDir: string, fixture: string): Promise<TimedCycle> {
  const start = performance.now();
  const before = process.cpuUsage();
  const state = await openState(stateDir);
  const directory = dirname(fixture);
  const artifacts = new NodeArtifactFiles({ working_directory: directory, fixture_directory: directory });
  const pause = async () => {
    throw new Error("nothing here waits");
  };
  const report = await runCycle(
    { actor: { kind: "system", id: "bench" }, queue_limit: 2_000_000, fixture: fixtureAt(fixture) },
    { ...state, artifacts, pause, startSha256: startNativeSha256 },
  );
  await state.close();
  if (report.outcome === "refused") throw new Error(`${report.refusal.code} at ${report.refusal.at}`);
  const { user, system } = process.cpuUsage(before);
  return { time_ms: performance.now() - start, busy_ms: (user + system) / 1000, applied: report.applied_cases };
}
