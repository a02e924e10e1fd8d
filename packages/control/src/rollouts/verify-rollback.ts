/** Looks whether everybody is where a rollback sent them, and whether that place is sound. */
import {
  assignmentOf,
  type HealthCheck,
  type ReleaseRef,
  type Run,
  resolve,
  type StreamState,
} from "@tau-edge/rollout";
import { profileOf } from "./begin-rollout.ts";
import type { RolloutPorts } from "./rollout-ports.ts";
import { targetFacts } from "./target-facts.ts";

/** The check of an environment profile that a rollback asks, where it is declared. */
const HEALTH_CHECK = "health";

/** Enough to meet both sides of any cohort that is not empty. */
const SAMPLE_KEYS = Array.from({ length: 64 }, (_, index) => `sample-${index}`);

export async function healthChecks(state: StreamState, run: Run, ports: RolloutPorts): Promise<readonly HealthCheck[]> {
  const stable = run.rollback?.to;
  const checks: HealthCheck[] = [{ check: "stable_resolves", passed: resolvesTo(state, stable, ports) }];
  if (stable !== undefined) checks.push({ check: "stable_readable", passed: await isReadable(stable, ports) });
  const health = (await profileOf(run, ports.objects))?.checks.find(({ check }) => check === HEALTH_CHECK);
  if (health === undefined) return checks;
  const { outcome } = await ports.checks.run(health);
  return [...checks, { check: HEALTH_CHECK, passed: outcome === "passed" }];
}

function resolvesTo(state: StreamState, stable: ReleaseRef | undefined, { sha256 }: RolloutPorts): boolean {
  const assignment = assignmentOf(state);
  return [undefined, ...SAMPLE_KEYS].every((version_key) => {
    const resolved = resolve(assignment, version_key === undefined ? {} : { version_key }, sha256);
    const release = resolved.outcome === "release" ? resolved.release.release : undefined;
    return release === stable?.release;
  });
}

async function isReadable(stable: ReleaseRef, { objects }: RolloutPorts): Promise<boolean> {
  const { artifact, manifest, release } = await targetFacts(stable, objects);
  return [artifact, manifest, release].every((state) => state === "verified");
}
