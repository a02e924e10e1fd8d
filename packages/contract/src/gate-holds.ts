/** Why a deployment's gate holds. The codes are public API, each with one meaning and what to do about it. */

/** First match first, but for the last: that one is the operator's, who has no counters to judge by. */
export const GATE_HOLDS = {
  health_failing: {
    meaning: "Three or more cycles in a row had failures.",
    remedy: "Stop promoting, and find out why cycle after cycle fails.",
  },
  health_degraded: {
    meaning:
      "A streak of failures is open, or the last cycle that tried cases had failures, malformed inputs or retries.",
    remedy: "Do not promote; settle what the last cycles ran into, then run a cycle that applies a case.",
  },
  no_evidence: {
    meaning: "No cycle has applied a case.",
    remedy: "Run a deployment cycle that applies a case before promoting anything.",
  },
  clock_disagrees: {
    meaning: "The last cycle that tried cases is dated more than 10 minutes after now.",
    remedy: "Set the clock right, here or where the cycle ran.",
  },
  state_stale: {
    meaning: "The last cycle that tried cases is older than what is accepted.",
    remedy: "Run `./scripts/demo/deployment.sh` and a cycle of your own, then look at the ages in the status again.",
  },
  state_unavailable: {
    meaning: "What the deployment left cannot be read.",
    remedy: "`tau-edge doctor` says what is wrong with the state directory.",
  },
} as const;
