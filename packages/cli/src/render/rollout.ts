/** A rollout for whoever is called at three in the morning: what runs, what it waits for, what was found, what stops it. */
import type { RolloutSummary, RolloutView } from "@tau-edge/control";
import type { Judgement, Step, WindowProgress } from "@tau-edge/rollout";
import { frozenWords, unfreezeCommand } from "./freeze.ts";
import { percentOfBp } from "./share.ts";
import { columns, grouped, type Paint, printable } from "./text.ts";
import { instant, instantFromNow } from "./time.ts";

export interface RolloutScene {
  readonly paint: Paint;
  readonly now_unix_ms: number;
  /** What a printed command must repeat to reach the same place, with a space before it. */
  readonly flags: string;
  /** It is what would be, so no command reaches it. */
  readonly imagined?: boolean;
}

export function renderRollout(view: RolloutView, scene: RolloutScene): string {
  const { paint } = scene;
  const rows = [
    ["environment", view.environment],
    ["release", view.release],
    ["manifest", view.manifest],
    ["weight", weightWords(view)],
    ["phase", phaseWords(view, scene)],
    ...waitRows(view, scene),
    ...troubleRows(view, scene),
    ["last verdict", verdictWords(view.judgements.at(-1))],
    ...approvalRows(view),
    ["baseline", view.baseline?.release ?? "none: a rollback serves nobody"],
    ["started", instantFromNow(view.started_unix_ms, scene.now_unix_ms)],
    ["plan", view.plan_hash],
    ...endRows(view),
    ["records", `${view.stream} #${view.records.first_seq} to #${view.records.last_seq}`],
  ];
  const title = `${paint("bold", printable(view.rollout_id))} ${statusWords(view, paint)}${kindWords(view)}\n`;
  return `${title}${columns(rows.map(([key = "", value = ""]) => [key, printable(value)]))}${scene.imagined === true ? "" : nextCommands(view, scene)}`;
}

function statusWords({ status, failure_code, overridden }: RolloutSummary, paint: Paint): string {
  const style = status === "success" ? "green" : status === "open" ? "yellow" : "red";
  const why = failure_code === undefined ? "" : ` (${printable(failure_code)})`;
  return `${paint(style, status)}${why}${overridden ? `, ${paint("red", "overridden")}` : ""}`;
}

function kindWords({ kind, attempt }: RolloutSummary): string {
  return `${kind === "undo" ? ", an undo" : ""}${attempt > 1 ? `, attempt ${attempt}` : ""}`;
}

export function weightWords({ weight_bp, stage, stages }: RolloutSummary): string {
  const place = stage < 0 ? "before the first stage" : stage >= stages ? "watch" : `stage ${stage} of ${stages}`;
  return `${percentOfBp(weight_bp)}, ${place}`;
}

function phaseWords({ phase, window, rollback }: RolloutView, { now_unix_ms }: RolloutScene): string {
  if (phase === "rolling_back" && rollback !== undefined)
    return `rolling back since ${instantFromNow(rollback.at_unix_ms, now_unix_ms)}: ${rollback.code}, ${rollback.reason}`;
  if (window === undefined) return phase.replace("_", " ");
  return `${phase}, window ${window.number} since ${instantFromNow(window.opened_unix_ms, now_unix_ms)}`;
}

function waitRows(view: RolloutView, scene: RolloutScene): string[][] {
  const rows = view.status === "open" ? [["waits for", waitWords(view, scene)]] : [];
  const { window, plan, stage } = view;
  if (window === undefined) return rows;
  const needed = plan.policy.stages[stage]?.min_samples ?? plan.policy.watch.min_samples;
  const { candidate, baseline } = window;
  rows.push(["observed", candidate === undefined ? UNREADABLE : seen(candidate, needed)]);
  if (baseline !== undefined) rows.push(["", `${seen(baseline, needed)} of the baseline`]);
  return rows;
}

const UNREADABLE = "the counters cannot be read now; `tau-edge doctor` says why";

function seen({ total, failed }: WindowProgress, needed: number): string {
  return `${grouped(total)} of ${grouped(needed)}, ${grouped(failed)} failed`;
}

/** What it would do next, in words; every wait says when it ends by itself. */
export function waitWords(view: RolloutView, { now_unix_ms }: RolloutScene): string {
  const { next } = view;
  if (next.do !== "wait") return DUE[next.do];
  const until = next.until_unix_ms ?? deadline(view);
  return until === undefined
    ? WAITS[next.reason]
    : `${WAITS[next.reason]}, until ${instantFromNow(until, now_unix_ms)}`;
}

const DUE: Readonly<Record<Exclude<Step["do"], "wait">, string>> = {
  nothing: "nothing",
  freeze: "the controller, to freeze its window: `tau-edge rollout run`",
  judge: "the controller, to judge its window: `tau-edge rollout run`",
  advance: "the controller, to advance: `tau-edge rollout run`",
  verify_rollback: "the controller, to prove health after the rollback: `tau-edge rollout run`",
  abort: "the controller, to abort it, because it was held for too long: `tau-edge rollout run`",
};

const WAITS: Readonly<Record<Extract<Step, { do: "wait" }>["reason"], string>> = {
  paused: "somebody to resume it",
  approvals: "approvals",
  maintenance: "the next maintenance window",
  evidence: "observations",
  watch: "the end of the watch",
};

/** A wait without a time of its own ends when its window misses its deadline, or when it was held for too long. */
function deadline({ next, window, plan, held, paused, stage_entered_unix_ms, phase }: RolloutView): number | undefined {
  const { max_window_ms, max_hold_ms } = plan.policy;
  const since = paused?.since_unix_ms ?? held?.since_unix_ms ?? (phase === "ready" ? stage_entered_unix_ms : undefined);
  if (since !== undefined) return since + max_hold_ms;
  const waitsForEvidence = next.do === "wait" && next.reason === "evidence";
  return waitsForEvidence && window !== undefined ? window.opened_unix_ms + max_window_ms : undefined;
}

function troubleRows({ held, paused, frozen, rollback, lock }: RolloutView, { now_unix_ms }: RolloutScene): string[][] {
  const since = (unixMs: number) => instantFromNow(unixMs, now_unix_ms);
  return [
    ...(frozen === undefined ? [] : [["frozen", `nobody runs it: ${frozenWords(frozen)}`]]),
    ...(held === undefined ? [] : [["held", `${held.code} since ${since(held.since_unix_ms)}`]]),
    ...(paused === undefined ? [] : [["paused", `${paused.reason}, since ${since(paused.since_unix_ms)}`]]),
    ...(rollback === undefined ? [] : [["rolled back to", rollback.to?.release ?? "nobody is served"]]),
    ...(rollback?.failed_check === undefined ? [] : [["unhealthy", `the check ${rollback.failed_check} fails`]]),
    ...(lock === undefined ? [] : [["locked", lockWords(lock)]]),
  ];
}

function lockWords({ cleared }: NonNullable<RolloutView["lock"]>): string {
  return cleared === undefined ? "nothing starts before a validation passed" : `only ${cleared} may start`;
}

export function verdictWords(judgement: Judgement | undefined): string {
  if (judgement === undefined) return "none yet";
  const { result, code, stage, window, gate_report } = judgement;
  return `${result}${code === undefined ? "" : ` ${code}`} (stage ${stage}, window ${window}, report ${gate_report})`;
}

function approvalRows({ approvals, override_requested }: RolloutView): string[][] {
  const given = approvals.given.map(({ role, actor }) => `${role} by ${actor.id}`);
  const open = approvals.needed.filter((role) => !approvals.given.some((grant) => grant.role === role));
  const words = [...given, ...open.map((role) => `${role} is missing`)];
  const rows = words.length === 0 ? [] : [["approvals", words.join(", ")]];
  if (override_requested === undefined) return rows;
  return [...rows, ["override", `asked for by ${override_requested.actor.id} as ${override_requested.role}`]];
}

function endRows({ outcome, committed }: RolloutView): string[][] {
  if (outcome === undefined) return [];
  return [
    ["ended", instant(outcome.at_unix_ms)],
    ["report", outcome.deployment_report],
    ...(outcome.rollback_report === undefined ? [] : [["rollback report", outcome.rollback_report]]),
    ...(committed === undefined ? [] : [["committed", `checkpoint ${committed.checkpoint_hash}`]]),
  ];
}

/** Commands that can be pasted: of an open rollout the one that stops it, of an ended one what goes next. */
function nextCommands(view: RolloutView, { paint, flags }: RolloutScene): string {
  const lines = commandsFor(view).map(([what = "", command = ""]) => [`${what}:`, `${command}${flags}`]);
  return lines.length === 0
    ? ""
    : `\n${columns(lines.map(([what = "", command = ""]) => [what, paint("bold", command)]))}`;
}

function commandsFor({
  rollout_id,
  status,
  approvals,
  release,
  paused,
  frozen,
  lock,
  blueprint,
  environment,
  manifest,
}: RolloutView) {
  if (status !== "open") {
    const locked = lock !== undefined && lock.cleared === undefined;
    const revalidate = `tau-edge rollout revalidate ${blueprint} --environment ${environment} --manifest ${manifest}`;
    return locked ? [["validate what goes next", revalidate]] : [];
  }
  const missing = approvals.needed.filter((role) => !approvals.given.some((grant) => grant.role === role));
  return [
    ["stop it", `tau-edge rollout abort ${rollout_id} --reason "…"`],
    ...(frozen === undefined ? [] : [["let it run", unfreezeCommand(`${environment}/${blueprint}`, "")]]),
    ...(paused === undefined ? [] : [["go on", `tau-edge rollout resume ${rollout_id}`]]),
    ...missing.map((role) => [
      `approve as ${role}`,
      `tau-edge rollout approve ${rollout_id} --role ${role} --release ${release}`,
    ]),
  ];
}
