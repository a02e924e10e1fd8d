import { EMPTY_HEALTH } from "@tau-edge/contract";
import { type DeploymentFacts, NO_DEPLOYMENT_FACTS, PortError } from "@tau-edge/ports";
import { describe, expect, it } from "vitest";
import { containerCase, driftedCase, type MemoryRunner, makeRunner, recorded } from "./cycles.test-helper.ts";
import { deploymentStatus, operatorSummary, type StatusPorts, transportHealth } from "./deployment-status.ts";

/** What the files say, and the ledger beside them. */
function viewOf({ ledger, clock }: MemoryRunner, facts: Partial<DeploymentFacts>): StatusPorts {
  const found = { ...NO_DEPLOYMENT_FACTS, state_present: true, ...facts };
  const paths = { state_path: "d/state.json", events_log_path: "d/runtime-events.jsonl" };
  return { facts: { facts: async () => found }, ledger, clock, ...paths };
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
    await recorded(runner, [containerCase("good")]);
    await recorded(runner, [driftedCase("bad")]);
    const behind = viewOf(runner, { health, cycles_seq: 0 });
    expect(await deploymentStatus(behind)).toMatchObject({ rollout_gate: "hold", gate_reason: "health_degraded" });
    expect(await transportHealth(behind)).toMatchObject({ rollout_gate: "hold", health: { failure_streak: 1 } });
    expect(await operatorSummary(behind)).toMatchObject({ rollout_gate: "hold" });
    // A runner that died before it wrote the file for the first time.
    expect(await deploymentStatus(viewOf(runner, { health }))).toMatchObject({ rollout_gate: "hold" });
  });

  it("take what the files say where they are up to the ledger, or nobody ran a cycle of ours", async () => {
    const runner = makeRunner();
    const health = healthOf(runner.clock.nowUnixMs());
    expect(await deploymentStatus(viewOf(runner, { health }))).toMatchObject({ rollout_gate: "pass" });
    await recorded(runner, [driftedCase("bad")]);
    expect(await deploymentStatus(viewOf(runner, { health, cycles_seq: 0 }))).toMatchObject({ rollout_gate: "pass" });
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
