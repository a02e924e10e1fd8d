/** Records that a validation passed or failed for what goes next after a rollback or an abort. */
import { activeRun, type StreamState } from "../state.ts";
import { draftTrace } from "../trace/draft-trace.ts";
import type { Asked, Decision, Revalidate } from "./command.ts";
import { refuse } from "./refusals.ts";

export function revalidate(state: StreamState, command: Revalidate, asked: Asked): Decision {
  if (activeRun(state) !== undefined) return refuse("rollout_open");
  if (state.lock === undefined) return refuse("not_locked");
  const { validation, manifest, passed, report } = command;
  const draft = draftTrace({ type: "revalidated", validation, manifest, passed, report_hash: report }, asked.actor);
  return { outcome: "decided", objects: [], drafts: [draft], names: [report, manifest] };
}
