import { encodeUtf8 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { ACTOR } from "../packaging.test-helper.ts";
import { containerCase, driftedCase, fixture, fixtureOf, makeRunner } from "./cycles.test-helper.ts";
import { type LadderRung, runLadder } from "./ladder.ts";

const many = Array.from({ length: 5 }, (_, nth) => containerCase(`many-${nth}`));

describe("a ladder", () => {
  it("is climbed in the order of its names; each rung has the six figures of the whole deployment", async () => {
    const told: LadderRung[] = [];
    const fixtures = [fixture(many, "2-many.json"), fixture([containerCase("one")], "1-one.json")];
    const report = await runLadder({ actor: ACTOR, fixtures }, makeRunner(), (rung) => told.push(rung));
    expect(report).toMatchObject({ outcome: "climbed", not_run: [] });
    expect(told).toEqual(report.rungs);
    const healthy = {
      failure_streak: 0,
      last_cycle_failed: 0,
      queue_depth: 0,
      rollout_gate: "pass",
      wasm_rollout_count: 0,
    };
    expect(report.rungs.map(({ file, figures }) => [file, figures])).toEqual([
      ["1-one.json", { ...healthy, cloud_rollout_count: 1 }],
      ["2-many.json", { ...healthy, cloud_rollout_count: 6 }],
    ]);
  });

  it("stops at the first hold, and says what was not run", async () => {
    const fixtures = [
      fixture([containerCase("a")], "1.json"),
      fixture([driftedCase("b")], "2.json"),
      fixture([containerCase("c")], "3.json"),
    ];
    const runner = makeRunner();
    const report = await runLadder({ actor: ACTOR, fixtures }, runner);
    expect(report).toMatchObject({ outcome: "held", not_run: ["3.json"] });
    expect(report.rungs[1]?.figures).toMatchObject({ failure_streak: 1, last_cycle_failed: 1, rollout_gate: "hold" });
    expect(runner.disk.state["rollouts"]).toHaveLength(1);
  });

  it("stops at a fixture that breaks a rule", async () => {
    const fixtures = [fixtureOf(encodeUtf8("{}"), "1.json"), fixture([containerCase("a")], "2.json")];
    const report = await runLadder({ actor: ACTOR, fixtures }, makeRunner());
    expect(report).toMatchObject({ outcome: "refused", not_run: ["2.json"] });
    expect(report.rungs).toMatchObject([{ cycle: { outcome: "refused" } }]);
  });

  it("may be tried dry: no rung has figures, because none leaves anything", async () => {
    const runner = makeRunner();
    const fixtures = [fixture([containerCase("a")], "1.json"), fixture(many, "2.json")];
    const report = await runLadder({ actor: ACTOR, fixtures, dry_run: true }, runner);
    expect(report.outcome).toBe("climbed");
    expect(report.rungs.map(({ figures }) => figures)).toEqual([undefined, undefined]);
    expect(runner.disk.files.size).toBe(0);
  });
});
