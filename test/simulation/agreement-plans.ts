/** Twenty plans that have little in common, for whoever compares what is estimated of them with what they would do. */
import { encodeUtf8 } from "@tau-edge/encoding";
import { type Plan, readPlan } from "@tau-edge/rollout";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const ERRORS = { id: "errors", metric: "error_rate", max_ppm: 5_000 };
const P95 = { id: "p95", metric: "p95_latency_delta", max_ppm: 100_000 };
const BOTH = [ERRORS, P95];

interface Shape {
  readonly baseline?: "none" | "committed";
  readonly per_hour: number;
  readonly weights: readonly number[];
  readonly min_samples: number;
  readonly dwell_ms?: number;
  readonly gates: readonly object[];
  readonly watch?: { readonly duration_ms?: number; readonly judge_every_ms?: number; readonly min_samples?: number };
  readonly policy?: object;
  readonly lanes?: readonly string[];
}

const SHAPES: { readonly [name: string]: Shape } = {
  "the default, much traffic": {
    per_hour: 6_000_000,
    weights: [100, 500, 2_500, 5_000, 10_000],
    min_samples: 5_000,
    gates: BOTH,
  },
  "the default, little traffic": {
    per_hour: 60_000,
    weights: [100, 500, 2_500, 5_000, 10_000],
    min_samples: 5_000,
    gates: BOTH,
  },
  "too few samples": { per_hour: 60_000, weights: [100, 500, 2_500, 5_000, 10_000], min_samples: 1_000, gates: BOTH },
  "far too few samples": { per_hour: 20_000, weights: [100, 500, 2_500, 5_000, 10_000], min_samples: 200, gates: BOTH },
  "a first release": {
    baseline: "none",
    per_hour: 60_000,
    weights: [1_000, 10_000],
    min_samples: 5_000,
    gates: [ERRORS],
  },
  "a first release, open for long": {
    baseline: "none",
    per_hour: 600_000,
    weights: [5_000, 10_000],
    min_samples: 500,
    gates: [ERRORS],
  },
  "one stage": {
    baseline: "none",
    per_hour: 100_000,
    weights: [10_000],
    min_samples: 2_000,
    gates: [ERRORS],
    watch: { min_samples: 2_000 },
  },
  "two stages on latency alone": { per_hour: 120_000, weights: [2_000, 10_000], min_samples: 2_500, gates: [P95] },
  "half against half": { per_hour: 40_000, weights: [5_000, 10_000], min_samples: 5_000, gates: BOTH },
  "nine tenths against one": { per_hour: 200_000, weights: [9_000, 10_000], min_samples: 3_000, gates: BOTH },
  "a tenth held back": {
    per_hour: 300_000,
    weights: [1_000, 10_000],
    min_samples: 4_000,
    gates: BOTH,
    policy: { holdback_bp: 1_000 },
    watch: { min_samples: 4_000 },
  },
  "half held back": {
    per_hour: 100_000,
    weights: [1_000, 10_000],
    min_samples: 2_000,
    gates: BOTH,
    policy: { holdback_bp: 5_000 },
    watch: { duration_ms: 20 * MINUTE_MS, min_samples: 3_000 },
  },
  "a watch of a day": {
    per_hour: 120_000,
    weights: [1_000, 10_000],
    min_samples: 5_000,
    gates: BOTH,
    watch: { duration_ms: 24 * HOUR_MS, judge_every_ms: HOUR_MS, min_samples: 20_000 },
  },
  "a watch of forty windows": {
    per_hour: 240_000,
    weights: [2_500, 10_000],
    min_samples: 5_000,
    gates: BOTH,
    watch: { duration_ms: 4 * HOUR_MS, judge_every_ms: 6 * MINUTE_MS, min_samples: 10_000 },
  },
  "a watch whose windows fill slowly": {
    per_hour: 30_000,
    weights: [2_000, 10_000],
    min_samples: 3_000,
    gates: BOTH,
    watch: { min_samples: 20_000 },
  },
  "a watch that ends inside a window": {
    per_hour: 50_000,
    weights: [2_000, 10_000],
    min_samples: 3_000,
    gates: BOTH,
    watch: { min_samples: 20_000 },
  },
  "one failure in ten thousand": {
    per_hour: 9_000_000,
    weights: [1_000, 10_000],
    min_samples: 60_000,
    gates: [{ ...ERRORS, max_ppm: 100 }, P95],
  },
  "one failure in five": {
    baseline: "none",
    per_hour: 6_000,
    weights: [1_000, 10_000],
    min_samples: 60,
    gates: [{ ...ERRORS, max_ppm: 200_000 }],
    watch: { min_samples: 100 },
  },
  "a wide limit on latency": {
    per_hour: 30_000,
    weights: [1_000, 3_000, 10_000],
    min_samples: 250,
    gates: [{ ...P95, max_ppm: 300_000 }],
  },
  "every gate there is, three lanes": {
    per_hour: 90_000,
    weights: [500, 2_000, 10_000],
    min_samples: 4_000,
    dwell_ms: 10 * MINUTE_MS,
    gates: [
      ...BOTH,
      { ...ERRORS, id: "loose", max_ppm: 20_000 },
      { id: "replays", metric: "replay_determinism_failures", max: 0 },
      { id: "smoke", metric: "external_check", check: "smoke" },
    ],
    lanes: ["eu", "jp", "us"],
  },
};

export const AGREEMENT_PLANS: readonly { readonly name: string; readonly plan: Plan }[] = Object.entries(SHAPES).map(
  ([name, shape]) => ({ name, plan: planOf(shape) }),
);

function planOf({ baseline = "committed", per_hour, weights, min_samples, dwell_ms, lanes, ...rest }: Shape): Plan {
  const dwell = dwell_ms === undefined ? {} : { min_dwell_ms: dwell_ms };
  const document = {
    schema_version: 1,
    blueprint: "shop",
    environments: ["dev"],
    release: `sha256:${"11".repeat(32)}`,
    manifest: `sha256:${"22".repeat(32)}`,
    baseline,
    expected_per_hour: per_hour,
    ...(lanes === undefined ? {} : { lanes }),
    policy: {
      stages: weights.map((weight_bp) => ({ weight_bp, min_samples, ...dwell })),
      gates: rest.gates,
      ...(rest.watch === undefined ? {} : { watch: rest.watch }),
      ...rest.policy,
    },
  };
  return readPlan(encodeUtf8(JSON.stringify(document)));
}
