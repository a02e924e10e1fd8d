/**
 * The plan of a rollout: what goes where, and what must be proven on the way. All numbers are integers, so that a plan
 * has one JSON form (RFC 8785) and one CBOR form, and both survive every runtime.
 */
import type { Digest } from "@tau-edge/encoding";
import type { RetentionClass } from "@tau-edge/ledger";
import type { Environment } from "./environment.ts";

/** Who signs something off. One person fills at most one role in a rollout. */
export const ROLES = ["release_owner", "security_reviewer", "on_call"] as const;
export type Role = (typeof ROLES)[number];

export interface Stage {
  /** Share of version keys that get the release, in basis points: 100 is 1 %. */
  readonly weight_bp: number;
  /** Observations that each arm needs before its window may pass. */
  readonly min_samples: number;
  /** Least time that a window of this stage stays open. */
  readonly min_dwell_ms: number;
}

/** What must hold for a window to pass. Limits are in parts per million; binary64 exists only inside the verdict. */
export type Gate =
  | { readonly id: string; readonly metric: "error_rate"; readonly max_ppm: number }
  /** Against the baseline release; not applicable where the plan has none. */
  | { readonly id: string; readonly metric: "p95_latency_delta"; readonly max_ppm: number }
  | { readonly id: string; readonly metric: "replay_determinism_failures"; readonly max: number }
  /** A check that the environment profile declares under this name; its result is frozen with the snapshot. */
  | { readonly id: string; readonly metric: "external_check"; readonly check: string };

export interface Approval {
  readonly role: Role;
  /** Where it is needed before the first key gets the release. */
  readonly environments: readonly Environment[];
}

/** A weekly opening in UTC, during which a rollout in prod may start or advance. */
export interface MaintenanceWindow {
  /** 1 is Monday, 7 is Sunday (ISO 8601). */
  readonly weekdays: readonly number[];
  /** Minutes after 00:00 UTC. */
  readonly start_minute: number;
  readonly duration_minutes: number;
}

/** After 100 %: gates go on being judged, and only then is anything COMMITTED. */
export interface Watch {
  readonly duration_ms: number;
  /** Least length of one of its windows. */
  readonly judge_every_ms: number;
  readonly min_samples: number;
}

/** How a rollout is judged. Everything that a verdict depends on, and nothing that names a release. */
export interface Policy {
  /** Version of the meaning of these fields: golden verdicts change only together with it. */
  readonly policy_version: 1;
  readonly stages: readonly Stage[];
  readonly gates: readonly Gate[];
  readonly approvals: readonly Approval[];
  /** Empty: always open. They bind prod only. */
  readonly maintenance_windows: readonly MaintenanceWindow[];
  readonly watch: Watch;
  /** Share of keys that stays with the baseline when the last stage is reached, in basis points. */
  readonly holdback_bp: number;
  /** A window that has not enough evidence by then has missed its deadline. */
  readonly max_window_ms: number;
  /** A window without an observation for so long is stale. */
  readonly max_silence_ms: number;
  /** A hold, pause or wait that outlasts this aborts. */
  readonly max_hold_ms: number;
  /** A start without an end counts as a failure after this. */
  readonly abandon_after_ms: number;
  readonly on_deadline: "hold" | "rollback";
  /** Observations that one reporter may add to one window. */
  readonly reporter_observations_max: number;
}

export interface Plan {
  readonly schema_version: 1;
  readonly blueprint: string;
  /** The way of the release, in the order dev, staging, prod; prod needs staging before it. */
  readonly environments: readonly Environment[];
  /** The release object, by its `release_hash`. */
  readonly release: Digest;
  /** The manifest that the release names. */
  readonly manifest: Digest;
  /** `committed`: whatever is committed when it starts. A digest: exactly that release, which must then be committed. */
  readonly baseline: "committed" | "none" | Digest;
  /** A release that nobody vouches for may go; recorded. */
  readonly allow_unsigned: boolean;
  /** Capabilities that the release may have beyond its baseline. */
  readonly accept_capabilities: readonly string[];
  /** How long evidence and release are kept. */
  readonly retention_class: RetentionClass;
  /** Parts of the fleet that take the release in parallel; their evidence is merged before the verdict. Sorted. */
  readonly lanes: readonly string[];
  /** Observations that one arm can expect in an hour at full weight; preflight compares it with the deadlines. */
  readonly expected_per_hour: number;
  readonly policy: Policy;
}
