import { describe, expect, it } from "vitest";
import { FAILING, PASSING, planFor, releaseFor, type World, worldWithStable } from "../rollout.test-helper.ts";
import { traceDocumentSchema } from "./trace-document.ts";
import { compareTraces, traceOf } from "./trace-of.ts";

const plan = planFor({ to: releaseFor("new"), baseline: "committed", weights: [1_000, 10_000] });

/** The trace of the last rollout, as it would come back from a file. */
function traceIn({ records, state }: World) {
  return traceDocumentSchema.parse(JSON.parse(JSON.stringify(traceOf(records, state.run?.rollout_id ?? ""))));
}

describe("the trace of a rollout", () => {
  it("says each step, where it led to and what was found, and nothing that differs from run to run", () => {
    const world = worldWithStable().start(plan).advance().window(FAILING).verify();
    expect(traceIn(world)).toEqual({
      schema_version: 1,
      attempts: [
        {
          kind: "rollout",
          final_status: "rolled_back",
          transitions: [
            { step: "run_header", stage: -1, weight_bp: 0 },
            { step: "entered", stage: 0, weight_bp: 1_000 },
            { step: "frozen", stage: 0, weight_bp: 1_000 },
            { step: "judged", stage: 0, weight_bp: 1_000, result: "fail", code: "error_rate_breached" },
            { step: "rollback", stage: 0, weight_bp: 0, code: "error_rate_breached" },
            { step: "rollback_checked", stage: 0, weight_bp: 0, result: "pass" },
            { step: "run_end", stage: 0, weight_bp: 0, code: "error_rate_breached" },
          ],
        },
      ],
    });
  });

  it("is that of another run at another time, with other evidence, as long as it went the same way", () => {
    const one = traceIn(worldWithStable().commit(plan));
    const late = worldWithStable().wait(10_000_000);
    expect(compareTraces(one, traceIn(late.commit(plan)))).toBeUndefined();
  });

  it("differs first where the runs do", () => {
    const golden = traceIn(worldWithStable().commit(plan));
    const held = traceIn(worldWithStable().start(plan).advance().window({ ok: 1 }));
    expect(compareTraces(golden, held)).toEqual({
      at: "$.attempts[0].transitions[3]",
      golden: "judged at stage 0 with 1000 bp, pass",
      actual: "judged at stage 0 with 1000 bp, hold, code too_few_samples",
    });
    const open = traceIn(worldWithStable().start(plan).advance().window(PASSING));
    expect(compareTraces(golden, open)).toMatchObject({ at: "$.attempts[0].transitions[4]", actual: "absent" });
    expect(compareTraces(golden, { schema_version: 1, attempts: [] })).toEqual({
      at: "$.attempts[0]",
      golden: "present",
      actual: "absent",
    });
  });

  it("differs where a code stands in the place of a result", () => {
    const judged = { step: "judged", stage: 0, weight_bp: 1_000 };
    const of = (found: object) => ({
      schema_version: 1 as const,
      attempts: [{ kind: "rollout" as const, transitions: [{ ...judged, ...found }] }],
    });
    expect(compareTraces(of({ code: "pass" }), of({ result: "pass" }))).toMatchObject({
      golden: "judged at stage 0 with 1000 bp, code pass",
      actual: "judged at stage 0 with 1000 bp, pass",
    });
  });
});
