/** Every reason why a command is refused, with what helps. The code is public API. */
import type { Refused } from "./command.ts";

export const REFUSALS = {
  no_rollout: { meaning: "No rollout is open.", remedy: "`tau-edge rollout start PLAN`" },
  rollout_open: {
    meaning: "Another rollout of this blueprint is open in this environment.",
    remedy: "Wait for its end, or `tau-edge rollout abort ROLLOUT`.",
  },
  rollout_ended: { meaning: "The rollout has ended.", remedy: "`tau-edge rollout status ROLLOUT`" },
  blueprint_differs: {
    meaning: "The plan is of another blueprint or environment than the stream.",
    remedy: "Name the plan's blueprint and one of its environments.",
  },
  release_differs: {
    meaning: "The release is not the one that the plan or the rollout names.",
    remedy: "Look at `tau-edge rollout status ROLLOUT`, and name what it shows.",
  },
  already_committed: { meaning: "This release is what everybody gets already.", remedy: "There is nothing to do." },
  baseline_needed: {
    meaning: "A release is committed, and the plan says that there is no baseline.",
    remedy: 'Say `"baseline": "committed"` in the plan.',
  },
  baseline_missing: {
    meaning: "Nothing is committed that the release could be compared with.",
    remedy: 'Say `"baseline": "none"` in the plan of a first release.',
  },
  baseline_differs: {
    meaning: "Another release is committed than the baseline of the plan.",
    remedy: 'Say `"baseline": "committed"`, or make a plan against the committed one.',
  },
  revalidation_required: {
    meaning: "The last rollout was rolled back or aborted, and nothing was validated since.",
    remedy: "`tau-edge rollout revalidate BLUEPRINT --environment ENV --manifest DIGEST`",
  },
  not_locked: { meaning: "No validation is asked for.", remedy: "There is nothing to do." },
  maintenance_closed: {
    meaning: "It is outside the maintenance windows of the plan.",
    remedy: "Ask again when the next one opens.",
  },
  preflight_failed: { meaning: "A preflight check fails.", remedy: "See the checks that failed." },
  window_moved: { meaning: "The command is about another window or stage than the open one.", remedy: "Ask again." },
  evidence_incomplete: { meaning: "The windows of both arms are frozen together.", remedy: "Freeze both." },
  evidence_differs: {
    meaning: "The evidence is not what was recorded, or not of this window.",
    remedy: "See `tau-edge replay`.",
  },
  not_frozen: { meaning: "No window waits for its verdict.", remedy: "Wait until one is frozen." },
  frozen: { meaning: "A frozen window waits for its verdict.", remedy: "Ask again when it is judged." },
  stage_not_passed: {
    meaning: "The last window of this stage did not pass, or none was judged yet.",
    remedy: "`tau-edge rollout status ROLLOUT` shows what it waits for.",
  },
  watch_not_over: { meaning: "The watch after 100 % is not over.", remedy: "Wait until it is." },
  evidence_old: {
    meaning: "The last window that passed is too long ago to commit on it.",
    remedy: "Wait until the open window passes.",
  },
  paused: { meaning: "The rollout is paused.", remedy: "`tau-edge rollout resume ROLLOUT`" },
  not_paused: { meaning: "The rollout is neither paused nor held.", remedy: "There is nothing to do." },
  nothing_to_promote: {
    meaning: "There is no pause and no dwell to end.",
    remedy: "`tau-edge rollout status ROLLOUT` shows what it waits for.",
  },
  role_not_needed: { meaning: "The plan asks for no approval in this role.", remedy: "There is nothing to do." },
  role_filled: { meaning: "Somebody has approved in this role.", remedy: "There is nothing to do." },
  person_has_role: {
    meaning: "The same person fills another role in this rollout.",
    remedy: "Let somebody else do it.",
  },
  approval_differs: {
    meaning: "What is signed off is not what the rollout has.",
    remedy: "Look at `tau-edge rollout status ROLLOUT` again before you approve.",
  },
  override_role: {
    meaning: "Only the release owner and the on-call, two persons, can skip stages.",
    remedy: "`--role release_owner` or `--role on_call`",
  },
  override_breached: {
    meaning: "A window of this rollout is breached, and nobody can skip that.",
    remedy: "`tau-edge rollout abort ROLLOUT`",
  },
  undo_unknown: {
    meaning: "This release was never committed here.",
    remedy: "`tau-edge history ENVIRONMENT` lists what was.",
  },
  nothing_to_retry: {
    meaning: "The last rollout did not fail.",
    remedy: "`tau-edge rollout start PLAN`",
  },
  not_rolling_back: { meaning: "Nothing is being rolled back.", remedy: "There is nothing to do." },
  rolling_back: { meaning: "The rollout is being rolled back.", remedy: "Wait until health is proven." },
  rollback_unhealthy: {
    meaning: "Health after the rollback is not proven.",
    remedy: "Repair what the failed check names; it is looked at again.",
  },
} as const satisfies { readonly [code: string]: { readonly meaning: string; readonly remedy: string } };

export type RefusalCode = keyof typeof REFUSALS;

export function refuse(
  code: RefusalCode,
  extra: Partial<Pick<Refused, "detail" | "until_unix_ms" | "preflight">> = {},
): Refused {
  const { meaning, remedy } = REFUSALS[code];
  return { outcome: "refused", code, detail: meaning, remedy, ...extra };
}
