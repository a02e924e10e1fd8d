import { describe, expect, it } from "vitest";
import { FAILING, GOOD_FACTS, PASSING, planFor, World } from "../rollout.test-helper.ts";

const endings: readonly (readonly [string, World, string])[] = [
  ["a failed preflight", new World().start(planFor(), { ...GOOD_FACTS, free_bytes: 0 }), "preflight_failed"],
  ["an abort", new World().start(planFor()).advance().window(PASSING).abort(), "aborted"],
  ["a failed gate", new World().start(planFor()).advance().window(FAILING).verify(), "error_rate_breached"],
  ["an operator's rollback", new World().start(planFor()).advance().rollBack(), "operator"],
];

describe("the last record of a run that did not succeed", () => {
  for (const [name, world, code] of endings)
    it(`says after ${name}: t, code, operator, replay token and diagnostics`, () => {
      const end = world.records.at(-1)?.record;
      const { t, replay_token } = end?.body ?? {};
      expect(end).toMatchObject({ type: "run_end", body: { failure: { t, replay_token, failure_code: code } } });
      expect(end?.body["failure"]).toMatchObject({
        failure_operator: expect.stringMatching(/^tau_edge\.dev\.Deploy\.\w+_v1$/),
        diagnostics: expect.stringMatching(/./),
      });
    });

  it("names reports that are stored, whatever happened before", () => {
    for (const [name, { state, objects }] of endings) {
      const outcome = state.run?.outcome;
      if (outcome === undefined) throw new TypeError(name);
      for (const digest of [outcome.gate_report, outcome.deployment_report])
        expect(objects.has(digest), name).toBe(true);
    }
  });
});

it("a success has no failure record", () => {
  const { records } = new World().commit(planFor());
  const end = records.find(({ record }) => record.type === "run_end");
  expect(end?.record.body).toMatchObject({ final_status: "success" });
  expect(end?.record.body).not.toHaveProperty("failure");
});
