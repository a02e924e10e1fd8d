/** What `doctor` asks of rollouts: do the COMMITTED pointers agree with the records, and can the counters be read? */
import type { Clock, CommitPointerReader, MetricWindowsReader } from "@tau-edge/ports";
import { activeRun } from "@tau-edge/rollout";
import type { CheckResult, DoctorCheck } from "../doctor-checks.ts";
import { baselineWindow, windowOf } from "./evidence-now.ts";
import type { RolloutStream, RolloutStreams } from "./rollout-streams.ts";
import { settlePointers, withoutPublishing } from "./settle-pointers.ts";

export interface RolloutCheckPorts {
  readonly streams: RolloutStreams;
  readonly pointers: CommitPointerReader;
  readonly windows: MetricWindowsReader;
  readonly clock: Clock;
}

export function rolloutChecks(ports: RolloutCheckPorts): readonly DoctorCheck[] {
  return [
    { name: "committed", run: () => checkPointers(ports) },
    { name: "windows", run: () => checkWindows(ports) },
  ];
}

/** A stream that cannot be read is what the check of the ledger tells. */
async function soundStreams({ streams }: RolloutCheckPorts): Promise<readonly RolloutStream[]> {
  const { streams: all, failures } = await streams.all();
  return all.filter(({ state }) => !failures.has(state.stream));
}

async function checkPointers(ports: RolloutCheckPorts): Promise<CheckResult> {
  let commits = 0;
  const missing: string[] = [];
  const pointers = withoutPublishing(ports.pointers, (key) => missing.push(key));
  for (const { state } of await soundStreams(ports)) {
    await settlePointers(state.stream, pointers, async () => ({ state }));
    commits += state.committed.length;
  }
  const [first] = missing;
  if (first === undefined) return { detail: `commits: ${commits}, each with its pointer` };
  return {
    detail: `commits: ${commits}, without their pointers: ${missing.length}, such as ${first}`,
    remedy: "`tau-edge rollout run --once` publishes them from the ledger.",
  };
}

async function checkWindows(ports: RolloutCheckPorts): Promise<CheckResult> {
  const { windows, clock } = ports;
  const runs = (await soundStreams(ports)).flatMap(({ state }) => activeRun(state) ?? []);
  // Asked also where nothing is open: the next rollout will need the place.
  await windows.lateCount("");
  for (const run of runs) {
    const open = [windowOf(run, run.target), baselineWindow(run)].filter((id) => id !== undefined);
    for (const id of open) await windows.progress(id, clock.nowUnixMs(), run.plan.policy.abandon_after_ms);
  }
  return { detail: `open rollouts: ${runs.length}; what is counted for them can be read` };
}
