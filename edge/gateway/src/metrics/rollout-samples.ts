/** The figures of rollouts as samples. */
import type { BlueprintFigures, EndedTally, FiguresOverview, RunFigures } from "@tau-edge/control";
import { ENVIRONMENTS, PHASES } from "@tau-edge/rollout";
import type { Exposition } from "./exposition.ts";

const STATUSES = ["success", "failed", "rolled_back"] as const satisfies readonly (keyof EndedTally)[];

export function writeEnded(exposition: Exposition, ended: FiguresOverview["ended"]): void {
  for (const environment of ENVIRONMENTS) {
    const tally = ended[environment];
    for (const status of STATUSES) exposition.add("rollouts_ended", { environment, status }, tally[status]);
    const all = STATUSES.reduce((sum, status) => sum + tally[status], 0);
    if (all > 0) exposition.add("rollout_success_ratio", { environment }, tally.success / all);
    const recovered_seconds = tally.recovered_ms / 1_000;
    const { recoveries } = tally;
    exposition.summary("rollout_recovery_seconds", { environment }, { sum: recovered_seconds, count: recoveries });
    if (recoveries > 0)
      exposition.add("rollout_recovery_mean_seconds", { environment }, recovered_seconds / recoveries);
    exposition.add("rollout_incidents", { environment }, tally.incidents);
  }
}

export function writeBlueprint(exposition: Exposition, figures: BlueprintFigures, now_unix_ms: number): void {
  const { environment, blueprint, frozen, run } = figures;
  exposition.add("blueprint_frozen", { environment, blueprint }, Number(frozen));
  if (run !== undefined) writeRun(exposition, { environment, blueprint }, run, now_unix_ms);
}

interface Place {
  readonly environment: string;
  readonly blueprint: string;
}

function writeRun(exposition: Exposition, place: Place, run: RunFigures, now_unix_ms: number): void {
  for (const phase of PHASES) exposition.add("rollout_phase", { ...place, phase }, Number(phase === run.phase));
  exposition.add("rollout_stage", place, run.stage);
  exposition.add("rollout_weight_ratio", place, run.weight_bp / 10_000);
  exposition.add("rollout_paused", place, Number(run.paused));
  if (run.held !== undefined) exposition.add("rollout_held", { ...place, code: run.held }, 1);
  for (const { gate, result, value, limit } of run.gates) {
    exposition.add("rollout_gate_result", { ...place, gate, result }, 1);
    if (value !== undefined) exposition.add("rollout_gate_value_ratio", { ...place, gate }, value);
    if (limit !== undefined) exposition.add("rollout_gate_limit_ratio", { ...place, gate }, limit);
  }
  if (run.window === undefined) return;
  // A clock that was put back makes no window younger than new.
  const age_ms = Math.max(0, now_unix_ms - run.window.opened_unix_ms);
  exposition.add("rollout_window_age_seconds", place, age_ms / 1_000);
  for (const arm of ["candidate", "baseline"] as const) {
    const progress = run.window[arm];
    if (progress === undefined) continue;
    exposition.add("rollout_window_samples", { ...place, arm }, progress.total);
    exposition.add("rollout_window_failures", { ...place, arm }, progress.failed);
  }
}
