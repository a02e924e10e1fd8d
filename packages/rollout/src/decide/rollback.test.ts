import type { Digest } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { assignmentOf } from "../assignment.ts";
import { readDeploymentReport } from "../reports/deployment-report.ts";
import { readRollbackReport } from "../reports/rollback-report.ts";
import {
  digestFor,
  FAILING,
  GOOD_FACTS,
  MINUTE_MS,
  PASSING,
  planFor,
  releaseFor,
  World,
  worldWithStable,
} from "../rollout.test-helper.ts";
import { activeRun } from "../state.ts";
import { ROLLBACK_TRIGGERS } from "../trace/trace-body.ts";
import type { Command } from "./command.ts";

const against = () => planFor({ baseline: "committed" });
const exposed = () => worldWithStable().start(against()).advance();
const verify = (...checks: readonly (readonly [string, boolean])[]): Command => ({
  do: "verify_rollback",
  checks: checks.map(([check, passed]) => ({ check, passed })),
});

function outcomeOf(world: World) {
  const outcome = world.state.run?.outcome;
  const bytesOf = (digest: Digest | undefined) => world.objects.get(digest ?? digestFor("none")) ?? new Uint8Array();
  return {
    outcome,
    rollback: readRollbackReport(bytesOf(outcome?.rollback_report)),
    deployment: readDeploymentReport(bytesOf(outcome?.deployment_report)),
  };
}

describe("a rollback", () => {
  it("takes the release from everybody with its first record", () => {
    const world = exposed().window(FAILING);
    expect(assignmentOf(world.state)).toEqual({ stable: releaseFor("old") });
    expect(world.run).toMatchObject({ weight_bp: 0, phase: "rolling_back" });
  });

  it("ends when health is proven, with a report and the time that it took", () => {
    const world = exposed().window(FAILING);
    const stopped = world.now_unix_ms;
    world.wait(1_234).verify();
    const { outcome, rollback, deployment } = outcomeOf(world);
    expect(outcome).toMatchObject({ final_status: "rolled_back", failure_code: "error_rate_breached" });
    expect(rollback).toMatchObject({
      trigger: "gate_failed",
      from: releaseFor("new").release,
      to: releaseFor("old").release,
      weight_bp: 1_000,
      stopped_unix_ms: stopped,
      verified_unix_ms: stopped + 1_234,
      checks: [{ check: "stable_resolves", passed: true }],
    });
    expect(deployment).toMatchObject({ status: "rolled_back", recovery_ms: 1_234, judgements: [{ result: "fail" }] });
    expect(activeRun(world.state)).toBeUndefined();
  });

  it("of a first release goes to nobody", () => {
    const world = new World().start(planFor()).advance().rollBack();
    expect(outcomeOf(world).rollback.to).toBeUndefined();
    expect(assignmentOf(world.state)).toEqual({});
  });

  it("is not over while a check fails; the failure is recorded once for each check", () => {
    const world = exposed().window(FAILING);
    world.apply(verify(["stable_resolves", true], ["objects_sound", false]));
    expect(world.run.rollback?.failed_check).toBe("objects_sound");
    const refusal = world.refusal(verify(["stable_resolves", true], ["objects_sound", false]));
    expect(refusal).toMatchObject({ code: "rollback_unhealthy", detail: "The check objects_sound fails." });
    world.apply(verify(["stable_resolves", false]));
    expect(world.run).toMatchObject({ phase: "rolling_back", rollback: { failed_check: "stable_resolves" } });
    world.verify();
    expect(world.state.run?.outcome?.final_status).toBe("rolled_back");
  });

  it("without a look is not healthy", () => {
    const world = exposed().window(FAILING);
    world.apply(verify());
    expect(world.run).toMatchObject({ phase: "rolling_back", rollback: { failed_check: "no_check" } });
  });

  it("can be asked for only where something is open, and proven only where something is rolled back", () => {
    const rollBack: Command = { do: "roll_back", trigger: "operator", reason: "" };
    expect(new World().refusal(rollBack).code).toBe("no_rollout");
    expect(exposed().abort().refusal(rollBack).code).toBe("rollout_ended");
    for (const world of [new World(), exposed(), exposed().abort()])
      expect(world.refusal(verify(["a", true])).code).toBe("not_rolling_back");
  });

  it("names the last gate report, or an object that says that there is none", () => {
    const judged = exposed().window(PASSING).rollBack();
    expect(judged.state.run?.outcome?.gate_report).toBe(judged.state.run?.judgements[0]?.gate_report);
    const unjudged = exposed().rollBack().state.run?.outcome?.gate_report ?? digestFor("");
    expect(exposed().rollBack().objects.has(unjudged)).toBe(true);
  });
});

describe("what rolls back", () => {
  const served: readonly (readonly [Partial<typeof GOOD_FACTS>, string, string])[] = [
    [{ artifact: "corrupt" }, "artifact_mismatch", "artifact_unverified"],
    [{ manifest: "missing" }, "artifact_mismatch", "manifest_unverified"],
    [{ release: "names_another" }, "artifact_mismatch", "release_unverified"],
    [{ signature: "invalid" }, "signature_mismatch", "signature_invalid"],
    [{ trace: "incomplete" }, "trace_missing", "trace_incomplete"],
  ];
  for (const [fact, trigger, code] of served)
    it(`${trigger} (${code}) at the next step of what is exposed, found by the preflight`, () => {
      const world = exposed().window(PASSING);
      world.advance({ ...GOOD_FACTS, ...fact });
      expect(world.run).toMatchObject({
        phase: "rolling_back",
        weight_bp: 0,
        rollback: { trigger, code, weight_bp: 1_000 },
      });
      world.verify();
      const end = world.records.at(-1)?.record.body["failure"];
      expect(end).toMatchObject({ failure_code: code, failure_operator: "tau_edge.dev.Deploy.PreflightChecks_v1" });
    });

  it("nothing yet, while nobody has the release: the preflight holds it", () => {
    const world = new World().start(planFor());
    world.advance({ ...GOOD_FACTS, artifact: "corrupt" });
    expect(world.run).toMatchObject({ phase: "ready", held: { code: "preflight_failed" } });
  });

  it("a gate, by the operator that judges gates", () => {
    const world = exposed().window(FAILING).verify();
    expect(world.records.at(-1)?.record.body["failure"]).toMatchObject({
      failure_code: "error_rate_breached",
      failure_operator: "tau_edge.dev.Deploy.EvaluateHealthGates_v1",
    });
  });

  it("an operator, in every phase and for every reason that somebody can find", () => {
    const triggers = ROLLBACK_TRIGGERS.filter(
      (trigger) => trigger !== "gate_failed" && trigger !== "deadline_exceeded",
    );
    for (const trigger of triggers)
      for (const world of [worldWithStable().start(against()), exposed(), exposed().wait(MINUTE_MS).freeze(PASSING)]) {
        world.apply({ do: "roll_back", trigger, reason: "seen" });
        world.verify();
        expect(outcomeOf(world).rollback).toMatchObject({ trigger, reason: "seen", code: trigger });
      }
  });
});

describe("an abort", () => {
  it("takes the release from everybody at once, and the run has failed", () => {
    const world = exposed().window(PASSING).abort();
    expect(world.state.run).toMatchObject({ phase: "ended", weight_bp: 0, outcome: { final_status: "failed" } });
    expect(assignmentOf(world.state)).toEqual({ stable: releaseFor("old") });
    expect(world.records.slice(-2).map(({ record }) => record.body["action"] ?? record.type)).toEqual([
      "aborted",
      "run_end",
    ]);
  });

  it("ends a rollback whose health cannot be proven, and says in which operator it ended", () => {
    const world = exposed().window(FAILING).abort();
    expect(world.state.run?.outcome).toMatchObject({ final_status: "failed" });
    expect(world.records.at(-1)?.record.body["failure"]).toMatchObject({
      failure_code: "aborted",
      failure_operator: "tau_edge.dev.Deploy.ExecuteRollback_v1",
      diagnostics: "stage 0, rolling_back, error_rate_breached",
    });
  });

  it("of nothing says whether there was something", () => {
    const abort: Command = { do: "abort", reason: "", code: "aborted" };
    expect(new World().refusal(abort).code).toBe("no_rollout");
    expect(exposed().abort().refusal(abort).code).toBe("rollout_ended");
  });
});
