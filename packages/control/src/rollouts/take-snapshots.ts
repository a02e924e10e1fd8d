/** Closes the open window of each arm, and makes of it what its verdict will look at. */

import { PortError } from "@tau-edge/ports";
import type { WindowId } from "@tau-edge/rollout";
import {
  type Command,
  type ExternalResult,
  type FreezeReason,
  makeSnapshot,
  type Run,
  type Snapshot,
} from "@tau-edge/rollout";
import { profileOf } from "./begin-rollout.ts";
import { baselineWindow, windowOf } from "./evidence-now.ts";
import { rejudge } from "./rejudge.ts";
import type { RolloutPorts } from "./rollout-ports.ts";
import type { RecordedJudgement } from "./rollout-streams.ts";

/** @returns undefined while no window is open */
export async function takeSnapshots(
  run: Run,
  verdicts: readonly RecordedJudgement[],
  why: FreezeReason,
  now_unix_ms: number,
  ports: RolloutPorts,
): Promise<Extract<Command, { do: "freeze" }> | undefined> {
  const id = windowOf(run, run.target);
  const baselineId = baselineWindow(run);
  if (id === undefined) return undefined;
  // Both are closed before anything takes time, so that they end together.
  const closed = await close(id, why, now_unix_ms, ports);
  const closedBaseline = baselineId && (await close(baselineId, why, now_unix_ms, ports));
  const replay = await rejudge(verdicts, ports);
  const checks = await runChecks(run, ports);
  const { attempt, stage, window } = id;
  const candidate = snapshot(run, id, closed, { checks, ...(replay === undefined ? {} : { replay }) });
  const both = { do: "freeze", attempt, stage, window, candidate } as const;
  if (baselineId === undefined || closedBaseline === undefined) return both;
  return { ...both, baseline: snapshot(run, baselineId, closedBaseline, { checks: [] }) };
}

interface Closed {
  readonly frozen_unix_ms: number;
  readonly shards: Parameters<typeof makeSnapshot>[0]["shards"];
}

async function close(id: WindowId, why: FreezeReason, now_unix_ms: number, { windows }: RolloutPorts): Promise<Closed> {
  if (why === "unreachable") return { frozen_unix_ms: now_unix_ms, shards: "unreachable" };
  const { frozen_unix_ms, shards } = await windows.freeze(id, now_unix_ms);
  // By a clock that was ahead, and set since: what was counted is judged as of now.
  const at_unix_ms = Math.min(frozen_unix_ms, now_unix_ms);
  return { frozen_unix_ms: at_unix_ms, shards: shards.map(({ shard, counters }) => ({ lane: shard, counters })) };
}

function snapshot(
  { window, plan }: Run,
  id: WindowId,
  closed: Closed,
  extra: Pick<Snapshot, "checks" | "replay">,
): Snapshot {
  return makeSnapshot({
    id,
    opened_unix_ms: window?.opened_unix_ms ?? closed.frozen_unix_ms,
    ...closed,
    lanes: plan.lanes,
    abandon_after_ms: plan.policy.abandon_after_ms,
    ...extra,
  });
}

/** Those that a gate asks for, in its order; of one that the environment does not declare, there is no result. */
async function runChecks(run: Run, ports: RolloutPorts): Promise<readonly ExternalResult[]> {
  const wanted = new Set(run.plan.policy.gates.flatMap((gate) => (gate.metric === "external_check" ? gate.check : [])));
  if (wanted.size === 0) return [];
  const declared = (await profileOf(run, ports.objects))?.checks ?? [];
  const results: ExternalResult[] = [];
  for (const check of declared) if (wanted.has(check.check)) results.push(await ports.checks.run(check));
  return results;
}

/**
 * Lets go of a window of both arms whose evidence is recorded, or that nobody will judge. Where this fails, the end of the
 * run tries again.
 */
export async function forgetWindow(
  { rollout_id, attempt, target, baseline }: Run,
  position: { readonly stage: number; readonly window: number },
  now_unix_ms: number,
  { windows }: Pick<RolloutPorts, "windows">,
): Promise<void> {
  const arms = [target, baseline].filter((arm) => arm !== undefined);
  for (const { release } of arms) {
    const id = { rollout_id, attempt, ...position, release };
    try {
      // One that could not be reached when it was judged is still open.
      await windows.freeze(id, now_unix_ms);
      await windows.forget(id);
    } catch (error) {
      if (!(error instanceof PortError)) throw error;
    }
  }
}
