import { expect, it } from "vitest";
import { type Judged, renderGate } from "./gate.ts";
import { painter } from "./text.ts";

const FRESH = { state_age_ms: 0, last_cycle_age_ms: 0, evidence_age_ms: 0, max_age_ms: 86_400_000, stale: false };
const PASSING: Judged = {
  health_state: "healthy",
  health_reason: "failure_streak=0: fine",
  rollout_gate: "pass",
  gate_reason: "healthy",
  recommendation: "Nothing to do.",
  freshness: FRESH,
};
const render = (judged: Partial<Judged>) => renderGate({ ...PASSING, ...judged }, painter(false));

it("shows class, gate and age, and what to do only when the gate holds", () => {
  expect(render({})).toBe(
    "  health    healthy  failure_streak=0: fine\n  gate      pass  healthy\n  evidence  0 ms old, counts for 1 d\n",
  );
  const held = render({ rollout_gate: "hold", gate_reason: "health_degraded", recommendation: "Look." });
  expect(held).toMatch(/gate +hold {2}health_degraded\n(.*\n) +-> Look\.\n$/);
});

it.each([
  [{ evidence_age_ms: null }, "none"],
  [{ evidence_age_ms: 90_000_000, stale: true }, "1 d 1 h old, older than 1 d"],
  [{ evidence_age_ms: -660_000 }, "dated 11 min from now, counts for 1 d"],
])("says of evidence %j: %s", (freshness, words) => {
  expect(render({ freshness: { ...FRESH, ...freshness } })).toContain(`evidence  ${words}\n`);
});

it("prints no control characters of a state that anybody may have written", () => {
  expect(render({ health_reason: "\u001b[31m" })).toContain("\\u{1b}[31m");
});
