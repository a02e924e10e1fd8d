import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { judgeCase, readGolden } from "./golden.test-helper.ts";

const golden = readGolden(readFileSync(new URL("golden-verdicts.json", import.meta.url), "utf8"));

/**
 * A verdict is evidence: whoever computes it again in a year must get the same bytes. So a digest in
 * golden-verdicts.json changes only together with `policy_version`.
 */
describe("golden verdicts", () => {
  it("belong to the policy version that this program judges by", () => {
    expect(golden.policy_version).toBe(golden.policy.policy_version);
    expect(golden.cases.length).toBeGreaterThanOrEqual(25);
  });

  it.each(golden.cases)("$result: $name", (scenario) => {
    const { snapshot, report, digest } = judgeCase(golden, scenario);
    expect({ snapshot, result: report.result, code: report.code, report: digest }).toEqual({
      snapshot: scenario.snapshot,
      result: scenario.result,
      code: scenario.code,
      report: scenario.report,
    });
  });
});
