/** The plan of the demo: the stages of the default one, and as much evidence as 600 agents have within minutes. */
import { encodeUtf8 } from "@tau-edge/encoding";
import { type Plan, type ReleaseRef, readPlan } from "@tau-edge/rollout";
import { percentOfPpm } from "../../render/share.ts";
import { grouped } from "../../render/text.ts";
import { CALLS } from "./agent.ts";

export const ENVIRONMENT = "dev";

const MIN_SAMPLES = 2_000;
const DWELL_MS = 30_000;
const FAILED_PPM_MAX = 10_000;
const SLOWER_PPM_MAX = 250_000;

/** What a window must show to pass. */
export const LIMITS_IN_WORDS = `at least ${grouped(MIN_SAMPLES)} calls, at most ${percentOfPpm(FAILED_PPM_MAX)} failed, p95 at most ${percentOfPpm(SLOWER_PPM_MAX)} slower`;

export interface PlanRequest {
  readonly blueprint: string;
  readonly target: Pick<ReleaseRef, "release" | "manifest">;
  readonly baseline: "none" | "committed";
  readonly accept_capabilities: readonly string[];
  /** In basis points; those of the default plan where it is left out. */
  readonly weights_bp?: readonly number[];
}

const WEIGHTS_BP = [100, 500, 2_500, 5_000, 10_000];

export function demoPlan({ blueprint, target, weights_bp = WEIGHTS_BP, ...compared }: PlanRequest): Plan {
  const stage = { min_samples: MIN_SAMPLES, min_dwell_ms: DWELL_MS };
  const document = {
    schema_version: 1,
    blueprint,
    environments: [ENVIRONMENT],
    release: target.release,
    manifest: target.manifest,
    ...compared,
    allow_unsigned: true,
    expected_per_hour: 2_000_000,
    policy: {
      stages: weights_bp.map((weight_bp) => ({ weight_bp, ...stage })),
      gates: [
        { id: "error_rate", metric: "error_rate", max_ppm: FAILED_PPM_MAX },
        { id: "p95_latency_delta", metric: "p95_latency_delta", max_ppm: SLOWER_PPM_MAX },
        { id: "replay_determinism_failures", metric: "replay_determinism_failures", max: 0 },
      ],
      watch: { duration_ms: 2 * DWELL_MS, judge_every_ms: DWELL_MS, min_samples: MIN_SAMPLES },
      abandon_after_ms: DWELL_MS / 2,
      reporter_observations_max: CALLS,
    },
  };
  return readPlan(encodeUtf8(JSON.stringify(document)));
}
