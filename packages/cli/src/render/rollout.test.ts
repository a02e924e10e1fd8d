import { describe, expect, it } from "vitest";
import { renderResult } from "./command-result.ts";
import { renderRollout } from "./rollout.ts";
import { digest, NOW, viewWith } from "./rollout-view.test-helper.ts";
import { painter } from "./text.ts";

const scene = { paint: painter(false), now_unix_ms: NOW, flags: "" };
const shown = (...changes: Parameters<typeof viewWith>) => renderRollout(viewWith(...changes), scene);

describe("a rollout at three in the morning", () => {
  it("says what it is, what it waits for and until when, what was found, and what stops it", () => {
    expect(shown()).toBe(`default~prod~shop~12 open
  environment   prod
  release       ${digest("11")}
  manifest      ${digest("22")}
  weight        5 %, stage 1 of 5
  phase         exposed, window 1 since 2026-11-21T02:50:00Z (10 min ago)
  waits for     observations, until 2026-11-22T02:50:00Z (in 23 h 50 min)
  observed      1,203 of 5,000, 4 failed
                22,000 of 5,000, 70 failed of the baseline
  last verdict  hold too_few_samples (stage 1, window 0, report ${digest("cc")})
  approvals     on_call by ann
  baseline      ${digest("44")}
  started       2026-11-21T01:00:00Z (2 h ago)
  plan          ${digest("77")}
  records       default/prod/shop #12 to #19

  stop it:  tau-edge rollout abort default~prod~shop~12 --reason "…"
`);
  });

  it("repeats in the command where the rollout is", () => {
    const text = renderRollout(viewWith(), { ...scene, flags: " --gateway https://gateway.example" });
    expect(text).toContain('abort default~prod~shop~12 --reason "…" --gateway https://gateway.example\n');
  });

  it("names who is missing, with the command that approves", () => {
    const text = shown({
      phase: "ready",
      stage: -1,
      weight_bp: 0,
      approvals: { needed: ["on_call"], given: [] },
      next: { do: "wait", reason: "approvals" },
    });
    expect(text).toContain("on_call is missing");
    expect(text).toContain(`rollout approve default~prod~shop~12 --role on_call --release ${digest("11")}`);
    expect(text).toContain("0 %, before the first stage");
  });

  it("says since when it is held or paused, and when that ends it", () => {
    const since_unix_ms = NOW - 60_000;
    const held = shown({ held: { code: "no_data", since_unix_ms } });
    expect(held).toMatch(/held +no_data since .*\(1 min ago\)/);
    expect(held).toMatch(/waits for +observations, until 2026-11-22T02:59:00Z/);
    const paused = shown({ paused: { since_unix_ms, reason: "slow" }, next: { do: "wait", reason: "paused" } });
    expect(paused).toMatch(/paused +slow, since/);
    expect(paused).toContain("tau-edge rollout resume default~prod~shop~12");
  });

  it("after a rollback says what is served, and what has to be validated", () => {
    const text = shown({
      status: "rolled_back",
      phase: "ended",
      weight_bp: 0,
      next: { do: "nothing" },
      failure_code: "error_rate_breached",
      rollback: {
        trigger: "gate_failed",
        code: "error_rate_breached",
        reason: "",
        weight_bp: 500,
        at_unix_ms: NOW - 120_000,
      },
      outcome: {
        final_status: "rolled_back",
        at_unix_ms: NOW - 60_000,
        gate_report: digest("cc"),
        deployment_report: digest("ee"),
        rollback_report: digest("ff"),
      },
      lock: { rollout_id: "default~prod~shop~12", since_unix_ms: NOW },
    });
    expect(text).toContain("rolled_back (error_rate_breached)");
    expect(text).toMatch(/rolled back to +nobody is served/);
    expect(text).toContain(`tau-edge rollout revalidate shop --environment prod --manifest ${digest("22")}`);
    expect(text).not.toMatch(/stop it|waits for/);
  });

  it("prints no control character that somebody gave as a reason", () => {
    const text = shown({ paused: { since_unix_ms: NOW, reason: "\u001b[31mred" }, next: { do: "nothing" } });
    expect(text).toContain("\\u{1b}[31mred");
  });
});

describe("the result of an act", () => {
  it("says that a dry run wrote nothing", () => {
    const done = { outcome: "done", dry_run: true, records: ["iter", "run_end"], rollout: viewWith() } as const;
    expect(renderResult(done, "aborted", scene)).toMatch(
      /^would be aborted \(2 records: iter, run_end\); nothing was written\n/,
    );
    expect(renderResult({ ...done, dry_run: false }, "aborted", scene)).toMatch(
      /^aborted \(2 records: iter, run_end\)\n/,
    );
  });

  it("of a refusal is the code, the remedy, the time, and the rollout as it is", () => {
    const refused = {
      outcome: "refused",
      code: "maintenance_closed",
      detail: "It is closed.",
      remedy: "Ask again.",
      until_unix_ms: NOW + 3_600_000,
      rollout: viewWith(),
    } as const;
    const text = renderResult(refused, "promoted", scene);
    expect(text).toMatch(
      /^refused: It is closed\. \(maintenance_closed\)\n {7}Ask again\.\n {7}possible 2026-11-21T04:00:00Z \(in 1 h\)\n/,
    );
    expect(text).toContain("stop it:");
  });
});
