import { sha256 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import type { Plan } from "../plan/plan.ts";
import { digestFor, GOOD_FACTS, planFor, World } from "../rollout.test-helper.ts";
import type { PreflightFacts } from "./facts.ts";
import {
  environmentBefore,
  PREFLIGHT_CHECKS,
  type PreflightCode,
  type PreflightSubject,
  preflight,
  preflightFailures,
} from "./preflight.ts";
import { preflightReportObject, readPreflightReport } from "./preflight-report.ts";

const PLAN = planFor({ environments: ["dev", "staging", "prod"], baseline: "committed" });
const SUBJECT: PreflightSubject = { plan: PLAN, environment: "dev", stage: -1, approved: [], kind: "rollout" };
const promoted = (environment: "dev" | "staging", manifest = PLAN.manifest) => ({
  environment,
  manifest,
  pointer: digestFor("pointer"),
});

function failures(facts: Partial<PreflightFacts>, subject: Partial<PreflightSubject> = {}): readonly PreflightCode[] {
  return preflightFailures(preflight({ ...GOOD_FACTS, ...facts }, { ...SUBJECT, ...subject }));
}

type Case = readonly [Partial<PreflightFacts>, Partial<PreflightSubject>?];

const signedOnly: Plan = { ...PLAN, allow_unsigned: false };
const approvals = planFor({ policy: { approvals: [{ role: "on_call", environments: ["dev"] }] } });

/** Facts and plans with which nothing but that one check fails. */
const CASES: { readonly [code in PreflightCode]: readonly Case[] } = {
  artifact_unverified: [[{ artifact: "missing" }], [{ artifact: "corrupt" }], [{ artifact: "names_another" }]],
  manifest_unverified: [[{ manifest: "missing" }], [{ manifest: "corrupt" }], [{ manifest: "names_another" }]],
  release_unverified: [[{ release: "missing" }], [{ release: "corrupt" }], [{ release: "names_another" }]],
  signature_missing: [[{}, { plan: signedOnly }]],
  signature_invalid: [[{ signature: "invalid" }], [{ signature: "invalid" }, { plan: signedOnly }]],
  lockfile_unverified: [[{ lockfile: "differs" }], [{ lockfile: "not_given" }]],
  plan_refused: [[{ plan_refused_by: ["noise"] }]],
  configuration_invalid: [[{ configuration: "missing" }], [{ configuration: "invalid" }]],
  checkpoint_incompatible: [[{ checkpoint: "incompatible" }]],
  trace_incomplete: [[{ trace: "incomplete" }]],
  ledger_unwritable: [[{ ledger: "unwritable" }]],
  objects_unreachable: [[{ objects: "unreachable" }]],
  space_short: [[{ free_bytes: 1_999 }]],
  traffic_short: [
    [{}, { plan: { ...PLAN, expected_per_hour: 19_999 } }],
    [
      {},
      { plan: { ...PLAN, policy: { ...PLAN.policy, watch: { ...PLAN.policy.watch, min_samples: 9_000_000_000 } } } },
    ],
  ],
  environment_order: [
    [{}, { environment: "staging" }],
    [{ promoted_from: promoted("staging") }, { environment: "staging" }],
    [{ promoted_from: promoted("dev", digestFor("other")) }, { environment: "staging" }],
    [{ promoted_from: promoted("dev") }, { environment: "prod" }],
    [{ promoted_from: promoted("staging") }, { environment: "prod", plan: { ...PLAN, environments: ["prod"] } }],
  ],
  approvals_missing: [
    [{}, { plan: approvals, stage: 0 }],
    [{}, { plan: approvals, stage: 0, approved: ["release_owner"] }],
  ],
  capabilities_unaccepted: [[{ capabilities_added: ["wasi:http"] }]],
};

describe("each check of a preflight refuses alone", () => {
  for (const code of Object.keys(PREFLIGHT_CHECKS) as readonly PreflightCode[])
    it(code, () => {
      expect(CASES[code].length).toBeGreaterThan(0);
      for (const [facts, subject] of CASES[code])
        expect(failures(facts, subject), JSON.stringify(facts)).toEqual([code]);
    });

  it("and a fact that nobody can learn does not hold", () => {
    const { free_bytes: _, ...unknown } = GOOD_FACTS;
    expect(preflightFailures(preflight(unknown, SUBJECT))).toEqual(["space_short"]);
  });
});

describe("a preflight passes", () => {
  it("when everything holds, with what does not apply named as such", () => {
    const results = preflight(GOOD_FACTS, SUBJECT);
    expect(results.map(({ check }) => check)).toEqual(Object.keys(PREFLIGHT_CHECKS));
    expect(results.filter(({ result }) => result !== "pass")).toEqual([
      { check: "signature_missing", result: "waived" },
      { check: "lockfile_unverified", result: "not_applicable" },
      { check: "checkpoint_incompatible", result: "not_applicable" },
      { check: "environment_order", result: "not_applicable" },
      { check: "approvals_missing", result: "not_applicable" },
    ]);
  });

  it("with what is signed, named, restored, promoted, approved and accepted", () => {
    const facts: Partial<PreflightFacts> = {
      signature: "valid",
      lockfile: "matches",
      checkpoint: "restored",
      promoted_from: promoted("staging"),
      capabilities_added: ["wasi:http"],
    };
    const plan = { ...PLAN, accept_capabilities: ["wasi:http"], policy: approvals.policy };
    expect(failures(facts, { plan, environment: "prod" })).toEqual([]);
    expect(failures(facts, { plan: { ...plan, environments: ["dev"] }, stage: 3, approved: ["on_call"] })).toEqual([]);
  });

  it("in an undo without order, approvals and traffic, and with nothing else waived", () => {
    const plan = { ...PLAN, expected_per_hour: 1, policy: approvals.policy };
    expect(failures({}, { plan, environment: "prod", stage: 3, kind: "undo" })).toEqual([]);
    expect(failures({ artifact: "corrupt" }, { plan, kind: "undo" })).toEqual(["artifact_unverified"]);
  });

  it("with exactly the traffic that the smaller arm needs", () => {
    expect(failures({}, { plan: { ...PLAN, expected_per_hour: 20_000 } })).toEqual([]);
  });
});

it("the environment before is the one that the plan names before", () => {
  expect(environmentBefore(PLAN, "prod")).toBe("staging");
  expect(environmentBefore(PLAN, "dev")).toBeUndefined();
  expect(environmentBefore({ ...PLAN, environments: ["staging", "prod"] }, "staging")).toBeUndefined();
});

it("a preflight report survives its object, with all facts or without those that are absent", () => {
  const world = new World();
  const { preflight: report } = world.apply(world.startOf(planFor()));
  if (report === undefined) throw new TypeError("no report");
  const { free_bytes: _, ...fewer } = report.facts;
  for (const facts of [
    report.facts,
    fewer,
    { ...fewer, promoted_from: promoted("staging"), plan_refused_by: ["noise"] },
  ])
    expect(readPreflightReport(preflightReportObject({ ...report, facts }, sha256).bytes)).toEqual({
      ...report,
      facts,
    });
});
