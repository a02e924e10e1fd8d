import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { defaultEnvironmentProfile } from "./plan/environment-profile.ts";
import { planWith, SMALLEST_PLAN } from "./plan/plan.test-helper.ts";

const validator = (name: string) =>
  new Ajv2020({ strict: false }).compile(
    JSON.parse(readFileSync(new URL(`../schemas/${name}.schema.json`, import.meta.url), "utf8")),
  );

describe("the published schemas", () => {
  const plan = validator("plan");

  it("accept a plan as it is written and as it is stored", () => {
    expect(plan(SMALLEST_PLAN), JSON.stringify(plan.errors)).toBe(true);
    expect(plan(planWith()), JSON.stringify(plan.errors)).toBe(true);
  });

  it.each([
    [{ baseline: undefined }],
    [{ expected_per_hour: undefined }],
    [{ checks: [] }],
    [{ blueprint: "Shop" }],
    [{ policy: { stages: [{ weight_bp: 0 }] } }],
    [{ policy: { gates: [{ id: "p99", metric: "p99", max_ppm: 1 }] } }],
  ])("refuse a plan with %j, as the reader does", (changes) => {
    expect(plan({ ...SMALLEST_PLAN, ...changes })).toBe(false);
    expect(() => planWith(changes)).toThrow(expect.objectContaining({ code: "plan_field" }));
  });

  it("accept an environment profile, and none that hands a line to a shell", () => {
    const profile = validator("environment-profile");
    expect(profile(defaultEnvironmentProfile("prod"))).toBe(true);
    expect(profile({ ...defaultEnvironmentProfile("prod"), checks: [{ check: "a", command: "a b" }] })).toBe(false);
  });
});
