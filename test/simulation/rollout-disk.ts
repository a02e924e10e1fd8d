/** What survives the processes that drive a rollout, and a process with its own faults. */
import {
  Faults,
  type MemoryArms,
  MemoryCommitPointers,
  MemoryLedgerStore,
  MemoryMetricWindows,
  MemoryObjectStore,
} from "@tau-edge/adapter-memory";
import { nativeSha256 } from "@tau-edge/adapter-node";
import { type Digest, digestOf, encodeUtf8 } from "@tau-edge/encoding";
import type { StoredRow } from "@tau-edge/ports";
import { type Plan, type ReleaseRef, readPlan } from "@tau-edge/rollout";

export const STREAM = "default/dev/shop";
export const MINUTE_MS = 60_000;

export class Disk {
  readonly objects = new Map<Digest, Uint8Array>();
  readonly rows = new Map<string, StoredRow[]>();
  readonly pointers = new Map<string, Uint8Array>();
  readonly arms: MemoryArms = new Map();

  /** Stores something that a rollout only names. */
  put(label: string): Digest {
    const bytes = encodeUtf8(label);
    const digest = digestOf(nativeSha256(bytes));
    this.objects.set(digest, bytes);
    return digest;
  }

  release(label: string): ReleaseRef {
    return {
      release: this.put(`release ${label}`),
      manifest: this.put(`manifest ${label}`),
      artifact: this.put(`artifact ${label}`),
    };
  }
}

/** A process that was started on this disk. When it has crashed, nothing that it does happens. */
export class Stores {
  readonly faults = new Faults();
  readonly objects: MemoryObjectStore;
  readonly ledger: MemoryLedgerStore;
  readonly pointers: MemoryCommitPointers;
  readonly windows: MemoryMetricWindows;

  constructor({ objects, rows, pointers, arms }: Disk) {
    const { faults } = this;
    this.objects = new MemoryObjectStore({ objects, faults, sha256: nativeSha256 });
    this.ledger = new MemoryLedgerStore({ rows, objects, faults, sha256: nativeSha256 });
    this.pointers = new MemoryCommitPointers({ pointers, faults });
    this.windows = new MemoryMetricWindows({ arms, faults });
  }
}

/** Windows of a thousand observations within minutes, at most one failure in a hundred. */
export function planFor(to: ReleaseRef, weights: readonly number[], baseline: "none" | "committed"): Plan {
  return readPlan(
    encodeUtf8(
      JSON.stringify({
        schema_version: 1,
        blueprint: "shop",
        environments: ["dev"],
        release: to.release,
        manifest: to.manifest,
        baseline,
        allow_unsigned: true,
        expected_per_hour: 6_000_000,
        policy: {
          stages: weights.map((weight_bp) => ({ weight_bp, min_samples: 1_000, min_dwell_ms: MINUTE_MS })),
          gates: [
            { id: "error_rate", metric: "error_rate", max_ppm: 10_000 },
            { id: "p95_latency_delta", metric: "p95_latency_delta", max_ppm: 100_000 },
            { id: "replay_determinism_failures", metric: "replay_determinism_failures", max: 0 },
          ],
          watch: { duration_ms: 5 * MINUTE_MS, judge_every_ms: MINUTE_MS, min_samples: 1_000 },
          max_window_ms: 60 * MINUTE_MS,
          max_silence_ms: 10 * MINUTE_MS,
          max_hold_ms: 180 * MINUTE_MS,
          reporter_observations_max: 1_000_000,
        },
      }),
    ),
  );
}
