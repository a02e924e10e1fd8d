/** One gate, one finding. Missing evidence holds; it never passes. */
import { fromBinary64, toBinary64 } from "../metrics/binary64.ts";
import { p95 } from "../metrics/histogram.ts";
import { mergeLatencies, type Snapshot } from "../metrics/snapshot.ts";
import type { Gate } from "../plan/plan.ts";
import { isRateBreached } from "./certainty.ts";
import type { FailCode, GateFinding, HoldCode } from "./gate-report.ts";
import { limitOf, relativeDelta, withinLimit } from "./within-limit.ts";

export interface Evidence {
  readonly snapshot: Snapshot;
  /** `none`: the plan has no baseline. `missing`: it has one, and nothing frozen of it. */
  readonly baseline: Snapshot | "none" | "missing";
  readonly min_samples: number;
  /** What the window of the baseline needed, which may be of an earlier stage than the judged one. */
  readonly baseline_min_samples: number;
  readonly first_judgement: boolean;
}

export function judgeGate(gate: Gate, evidence: Evidence): GateFinding {
  switch (gate.metric) {
    case "error_rate":
      return errorRate(gate, evidence);
    case "p95_latency_delta":
      return p95Delta(gate, evidence);
    case "replay_determinism_failures":
      return replays(gate, evidence);
    case "external_check":
      return externalCheck(gate, evidence);
  }
}

type Of<Metric extends Gate["metric"]> = Extract<Gate, { metric: Metric }>;

function errorRate({ id, max_ppm }: Of<"error_rate">, { snapshot, min_samples }: Evidence): GateFinding {
  const { failed, total } = snapshot;
  const breached = isRateBreached(failed, total, min_samples, max_ppm);
  if (!breached && total < min_samples)
    return { ...hold(id, missingOf(snapshot)), ...(total === 0 ? {} : { numerator: failed, denominator: total }) };
  const denominator = Math.max(total, min_samples);
  return {
    ...(breached ? fail(id, "error_rate_breached") : pass(id)),
    numerator: failed,
    denominator,
    value_f64: toBinary64(failed / denominator),
    limit_f64: toBinary64(limitOf(max_ppm)),
  };
}

/** Why an arm that has fewer observations than it needs has so few. */
function missingOf({ source, total }: Snapshot): HoldCode {
  if (source === "unreachable") return "source_unreachable";
  return total === 0 ? "no_data" : "too_few_samples";
}

function p95Delta({ id, max_ppm }: Of<"p95_latency_delta">, evidence: Evidence): GateFinding {
  const { snapshot, baseline, min_samples, baseline_min_samples } = evidence;
  if (baseline === "none") return { gate: id, result: "not_applicable" };
  if (snapshot.total < min_samples) return hold(id, missingOf(snapshot));
  if (baseline === "missing") return hold(id, "baseline_missing");
  if (baseline.total < baseline_min_samples) return hold(id, missingOfBaseline(baseline));
  const candidateUs = p95(mergeLatencies(snapshot));
  const baselineUs = p95(mergeLatencies(baseline));
  // An arm can have enough ends and no success among them: failures have no latency.
  if (candidateUs === undefined) return hold(id, "no_data");
  if (baselineUs === undefined) return hold(id, "baseline_no_data");
  const delta = relativeDelta(candidateUs, baselineUs);
  const limit = limitOf(max_ppm);
  return {
    ...(withinLimit(delta, limit) ? pass(id) : fail(id, "p95_latency_breached")),
    numerator: candidateUs - baselineUs,
    denominator: baselineUs,
    value_f64: toBinary64(delta),
    limit_f64: toBinary64(limit),
  };
}

function missingOfBaseline({ source, total }: Snapshot): HoldCode {
  if (source !== "counted") return "baseline_missing";
  return total === 0 ? "baseline_no_data" : "baseline_too_few_samples";
}

function replays({ id, max }: Of<"replay_determinism_failures">, evidence: Evidence): GateFinding {
  const { replay } = evidence.snapshot;
  if (replay === undefined || replay.replays === 0)
    return evidence.first_judgement ? { gate: id, result: "not_applicable" } : hold(id, "no_data");
  return {
    ...(replay.failures <= max ? pass(id) : fail(id, "replay_diverged")),
    numerator: replay.failures,
    denominator: replay.replays,
  };
}

function externalCheck({ id, check }: Of<"external_check">, { snapshot }: Evidence): GateFinding {
  const found = snapshot.checks.find((result) => result.check === check);
  if (found === undefined) return hold(id, "check_missing");
  const { outcome, value_f64 } = found;
  const value = value_f64 === undefined ? {} : { value_f64 };
  if (value_f64 !== undefined && !Number.isFinite(fromBinary64(value_f64)))
    return { ...fail(id, "value_not_finite"), ...value };
  switch (outcome) {
    case "passed":
      return { ...pass(id), ...value };
    case "failed":
      return { ...fail(id, "check_failed"), ...value };
    case "unreachable":
      return { ...hold(id, "check_unreachable"), ...value };
  }
}

function pass(gate: string): GateFinding {
  return { gate, result: "pass" };
}

function fail(gate: string, code: FailCode): GateFinding {
  return { gate, result: "fail", code };
}

function hold(gate: string, code: HoldCode): GateFinding {
  return { gate, result: "hold", code };
}
