import { EMPTY_HEALTH } from "@tau-edge/contract";
import { type CyclePosition, type DeploymentFacts, NO_DEPLOYMENT_FACTS, PortError } from "@tau-edge/ports";
import { describe, expect, it } from "vitest";
import type { CycleReport } from "./cycle-report.ts";
import { containerCase, driftedCase, type MemoryRunner, makeRunner, recorded } from "./cycles.test-helper.ts";
import { deploymentStatus, operatorSummary, type StatusPorts, transportHealth } from "./deployment-status.ts";

/** What the files say, and the ledger beside them. */
function viewOf({ ledger, clock }: MemoryRunner, facts: Partial<DeploymentFacts>): StatusPorts {
  const found = { ...NO_DEPLOYMENT_FACTS, state_present: true, ...facts };
  const paths = { state_path: "d/state.json", events_log_path: "d/runtime-events.jsonl" };
  return { facts: { facts: async () => found }, ledger, clock, ...paths };
}

function positionOf({ record }: CycleReport): CyclePosition {
  if (record === undefined) throw new Error("The cycle was not recorded");
  return record;
}

const healthOf = (unix_ms: number): DeploymentFacts["health"] => ({
  ...EMPTY_HEALTH,
  updated_unix_ms: unix_ms,
  tried: { unix_ms, applied: 1, malformed: 0, failed: 0, retry_attempts: 0, retryable_failures: 0 },
});

describe("the views of a deployment", () => {
  it("take the health of a cycle that the ledger has and the files do not show yet: an older one must not pass", async () => {
    const runner = makeRunner();
    const health = healthOf(runner.clock.nowUnixMs());
    const good = positionOf(await recorded(runner, [containerCase("good")]));
    await recorded(runner, [driftedCase("bad")]);
    const behind = viewOf(runner, { health, cycles: good });
    expect(await deploymentStatus(behind)).toMatchObject({ rollout_gate: "hold", gate_reason: "health_degraded" });
    expect(await transportHealth(behind)).toMatchObject({ rollout_gate: "hold", health: { failure_streak: 1 } });
    expect(await operatorSummary(behind)).toMatchObject({ rollout_gate: "hold" });
    // A runner that died before it wrote the file for the first time.
    expect(await deploymentStatus(viewOf(runner, { health }))).toMatchObject({ rollout_gate: "hold" });
  });

  it("say whether the counts of rollouts are older than the health beside them", async () => {
    const runner = makeRunner();
    expect(await deploymentStatus(viewOf(runner, {}))).toMatchObject({ state_behind: false });
    const first = positionOf(await recorded(runner, [containerCase("a")]));
    expect(await deploymentStatus(viewOf(runner, {}))).toMatchObject({ state_behind: true, rollout_count: 0 });
    expect(await deploymentStatus(viewOf(runner, { cycles: first }))).toMatchObject({ state_behind: false });
    await recorded(runner, [containerCase("b")]);
    expect(await deploymentStatus(viewOf(runner, { cycles: first }))).toMatchObject({ state_behind: true });
  });

  it("take what the files say where they are up to the ledger, or nobody ran a cycle of ours", async () => {
    const runner = makeRunner();
    const health = healthOf(runner.clock.nowUnixMs());
    expect(await deploymentStatus(viewOf(runner, { health }))).toMatchObject({ rollout_gate: "pass" });
    const cycles = positionOf(await recorded(runner, [driftedCase("bad")]));
    expect(await deploymentStatus(viewOf(runner, { health, cycles }))).toMatchObject({ rollout_gate: "pass" });
  });

  it("refuse files that show cycles which this ledger does not have: nothing vouches for them", async () => {
    const runner = makeRunner();
    const health = healthOf(runner.clock.nowUnixMs());
    const cycles = positionOf(await recorded(makeRunner(), [driftedCase("elsewhere")]));
    const lost = viewOf(runner, { health, cycles });
    await expect(deploymentStatus(lost)).rejects.toMatchObject({ code: "state_foreign" });
    await recorded(runner, [containerCase("good")]);
    await expect(transportHealth(lost)).rejects.toMatchObject({ code: "state_foreign" });
    expect(await operatorSummary(lost)).toMatchObject({ rollout_gate: "hold", health_state: "failing" });
  });

  it("hold as failing what cannot be read, and say what to do", async () => {
    const runner = makeRunner();
    const error = new PortError("state_corrupt", "state.json", "It is cut off", { remedy: "Look at it." });
    const broken = { ...viewOf(runner, {}), facts: { facts: () => Promise.reject(error) } };
    const summary = await operatorSummary(broken);
    expect(summary).toMatchObject({ health_state: "failing", rollout_gate: "hold" });
    expect(summary.components).toMatchObject([{ reason_code: "state_unavailable", recommendation: "Look at it." }]);
    await expect(deploymentStatus(broken)).rejects.toMatchObject({ code: "state_corrupt" });
    const bug = { ...broken, facts: { facts: () => Promise.reject(new TypeError("a bug")) } };
    await expect(operatorSummary(bug)).rejects.toThrow(TypeError);
  });
});
