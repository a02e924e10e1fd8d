/**
 * Computes the earlier verdicts of a rollout again, from the objects that their records name (decisions 3d). What comes
 * out is frozen with the next window, and a gate of the plan decides what it means.
 */

import { LedgerError } from "@tau-edge/ledger";
import { PortError } from "@tau-edge/ports";
import { decide, RolloutError, type Run, type Snapshot } from "@tau-edge/rollout";
import { STRUCTURED_OBJECT_BYTES_MAX } from "../limits.ts";
import { findObject } from "./found-object.ts";
import type { RolloutPorts } from "./rollout-ports.ts";
import type { RecordedJudgement } from "./rollout-streams.ts";

/** @returns undefined before the first verdict */
export async function rejudge(
  verdicts: readonly RecordedJudgement[],
  ports: RolloutPorts,
): Promise<Snapshot["replay"] | undefined> {
  if (verdicts.length === 0) return undefined;
  let failures = 0;
  for (const verdict of verdicts) if (!(await comesOutTheSame(verdict, ports))) failures += 1;
  return { replays: verdicts.length, failures };
}

/** A verdict whose evidence is gone does not come out at all. */
async function comesOutTheSame({ before, gate_report }: RecordedJudgement, ports: RolloutPorts): Promise<boolean> {
  const { run } = before;
  const command = run && (await judgeAgain(run, ports));
  if (command === undefined) return false;
  try {
    const asked = {
      actor: { kind: "system", id: "replay" },
      now_unix_ms: before.at_unix_ms,
      sha256: ports.sha256,
    } as const;
    const decision = decide(before, command, asked);
    return decision.outcome === "decided" && decision.objects.some(({ digest }) => digest === gate_report);
  } catch (error) {
    if (error instanceof LedgerError || error instanceof RolloutError) return false;
    throw error;
  }
}

/** The command that judges the frozen window; undefined where its evidence is gone. */
export async function judgeAgain(run: Run, ports: RolloutPorts) {
  const { attempt, stage, window, frozen } = run;
  if (frozen === undefined || window === undefined) return undefined;
  const candidate = await evidence(frozen.snapshot, ports);
  const of = { do: "judge", attempt, stage, window: window.number } as const;
  if (candidate === undefined) return undefined;
  if (frozen.baseline_snapshot === undefined) return { ...of, candidate };
  const baseline = await evidence(frozen.baseline_snapshot, ports);
  return baseline === undefined ? undefined : { ...of, candidate, baseline };
}

async function evidence(digest: NonNullable<Run["frozen"]>["snapshot"], { objects }: RolloutPorts) {
  const found = await findObject(digest, STRUCTURED_OBJECT_BYTES_MAX, objects);
  if (found.state === "unreachable") throw new PortError("store_unavailable", digest, "The object cannot be reached");
  return found.state === "verified" ? found.bytes : undefined;
}
