import { expect, it } from "vitest";
import { RolloutError } from "../errors.ts";
import { FAILING, GOOD_FACTS, MINUTE_MS, planFor, World } from "../rollout.test-helper.ts";
import { readDeploymentReport } from "./deployment-report.ts";
import { outcomesOf } from "./outcomes.ts";

function reportOf({ state, objects }: World) {
  const digest = state.run?.outcome?.deployment_report;
  return readDeploymentReport((digest && objects.get(digest)) ?? new Uint8Array());
}

const exposed = () => new World().start(planFor()).advance();
const success = reportOf(new World().commit(planFor()));
const rolledBack = (after_ms: number) => reportOf(exposed().window(FAILING).wait(after_ms).verify());
const aborted = reportOf(exposed().abort());
const refused = reportOf(new World().start(planFor(), { ...GOOD_FACTS, free_bytes: 0 }));

it("counts successes, recoveries and incidents as integers", () => {
  const reports = [success, success, rolledBack(MINUTE_MS), rolledBack(1), aborted, refused];
  expect(outcomesOf(reports)).toEqual({
    rollout_success_rate: { numerator: 2, denominator: 6 },
    mean_recovery_time: { numerator: MINUTE_MS + 1, denominator: 2 },
    incident_count: 3,
  });
});

it("has no rate where nothing ended, and no mean where nothing was rolled back", () => {
  expect(outcomesOf([])).toEqual({ incident_count: 0 });
  expect(outcomesOf([aborted])).toEqual({
    rollout_success_rate: { numerator: 0, denominator: 1 },
    incident_count: 1,
  });
});

it("refuses sums that binary64 would round", () => {
  const long = { ...rolledBack(1), recovery_ms: Number.MAX_SAFE_INTEGER };
  expect(() => outcomesOf([long, long])).toThrow(RolloutError);
});
