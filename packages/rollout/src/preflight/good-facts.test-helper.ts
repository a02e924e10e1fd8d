/** Facts with nothing to say against a release: what tests change one by one. */
import type { PreflightFacts } from "./facts.ts";

export const GOOD_FACTS: PreflightFacts = {
  artifact: "verified",
  manifest: "verified",
  release: "verified",
  signature: "not_signed",
  lockfile: "not_named",
  plan_refused_by: [],
  configuration: "valid",
  checkpoint: "none",
  trace: "complete",
  ledger: "writable",
  objects: "reachable",
  free_bytes: 1_000_000,
  artifact_size_bytes: 1_000,
  capabilities_added: [],
};
