/**
 * The deployment's part of the status: S1's status document, why the gate holds and how old the evidence is, and what is
 * packaged. Paths of this machine are nobody's business, so files have the names that they have in S1's directory.
 */
import { statusView, statusViewSchema } from "@tau-edge/contract";
import type { Deliverable, KnownFacts } from "@tau-edge/control";
import { z } from "zod";

export const DeploymentSectionSchema = z.object({
  state_present: z.boolean().meta({ description: "Whether there is a `state.json`" }),
  ...statusViewSchema.shape,
  blueprint_count: z.int(),
  deliverable_count: z.int(),
  deliverable_profile_counts: z.record(z.string(), z.int()),
  module_count: z.int(),
  component_count: z.int(),
  artifact_bytes_total: z.int(),
  last_packaged_unix_ms: z.int().optional(),
});

export type DeploymentSection = z.infer<typeof DeploymentSectionSchema>;

export function describeDeployment(
  { state_present, events_log, ...facts }: KnownFacts,
  deliverables: readonly Deliverable[],
  nowUnixMs: number,
): DeploymentSection {
  const { reason_codes, last_reason_codes, ...view } = statusView(
    { ...facts, state_path: "state.json", events_log: { path: "runtime-events.jsonl", ...events_log } },
    { now_unix_ms: nowUnixMs },
  );
  return {
    state_present,
    ...view,
    reason_codes: [...reason_codes],
    last_reason_codes: [...last_reason_codes],
    ...countDeliverables(deliverables),
  };
}

type DeliverableCounts = Omit<DeploymentSection, "state_present" | keyof typeof statusViewSchema.shape>;

/** A gate passes only on evidence, however much is packaged. */
function countDeliverables(deliverables: readonly Deliverable[]): DeliverableCounts {
  const profiles = Map.groupBy(deliverables, (entry) => entry.runtime_profile);
  const last = deliverables.reduce((latest, entry) => Math.max(latest, entry.packaged_at_unix_ms), 0);
  const components = deliverables.filter((entry) => entry.artifact_kind === "component").length;
  // The same artifact under two blueprints is stored once.
  const sizes = new Map(deliverables.map((entry) => [entry.artifact, entry.artifact_size_bytes]));
  return {
    blueprint_count: new Set(deliverables.map((entry) => entry.blueprint_id)).size,
    deliverable_count: deliverables.length,
    deliverable_profile_counts: Object.fromEntries(
      [...profiles].sort(([a], [b]) => (a < b ? -1 : 1)).map(([profile, entries]) => [profile, entries.length]),
    ),
    module_count: deliverables.length - components,
    component_count: components,
    artifact_bytes_total: [...sizes.values()].reduce((sum, size) => sum + size, 0),
    ...(last === 0 ? {} : { last_packaged_unix_ms: last }),
  };
}
