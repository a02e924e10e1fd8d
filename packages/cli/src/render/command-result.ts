/** What an act on a rollout did, or why it was refused. */
import type { CommandResult, RolloutView } from "@tau-edge/control";
import { preflightFailures } from "@tau-edge/rollout";
import { renderPreflight } from "./preflight.ts";
import { type RolloutScene, renderRollout } from "./rollout.ts";
import { plural, printable } from "./text.ts";
import { instantFromNow } from "./time.ts";

/** @param deed what was done, such as `paused` */
export function renderResult(result: CommandResult, deed: string, scene: RolloutScene): string {
  if (result.outcome === "refused") return renderRefusal(result, scene);
  const { dry_run, records, rollout, preflight } = result;
  const wrote =
    records.length === 0 ? "nothing to change" : `${plural(records.length, "record")}: ${records.join(", ")}`;
  const head = dry_run ? `would be ${deed} (${wrote}); nothing was written` : `${deed} (${wrote})`;
  const failed = preflight !== undefined && preflightFailures(preflight.checks).length > 0;
  const checks = failed ? `\n${renderPreflight(preflight, scene.paint)}` : "";
  return `${head}\n${checks}\n${renderRollout(rollout, { ...scene, imagined: dry_run })}`;
}

type Refusal = Pick<
  Extract<CommandResult, { outcome: "refused" }>,
  "code" | "detail" | "remedy" | "until_unix_ms" | "preflight" | "rollout"
>;

/** In the form of every other error, with what the operator needs to judge it below. */
export function renderRefusal(refusal: Refusal, scene: RolloutScene): string {
  const { code, detail, remedy, until_unix_ms, preflight, rollout } = refusal;
  const until =
    until_unix_ms === undefined ? "" : `       possible ${instantFromNow(until_unix_ms, scene.now_unix_ms)}\n`;
  const head = `refused: ${printable(detail)} (${code})\n       ${printable(remedyAbout(rollout, remedy))}\n${until}`;
  const checks = preflight === undefined ? "" : `\n${renderPreflight(preflight, scene.paint)}`;
  const shown = rollout === undefined ? "" : `\n${renderRollout(rollout, scene)}`;
  return `${head}${checks}${shown}`;
}

/** Remedies name things by their kind; where it is known which one is meant, its name stands there, to be pasted. */
function remedyAbout(rollout: RolloutView | undefined, remedy: string): string {
  if (rollout === undefined) return remedy;
  const { rollout_id, blueprint, environment, release } = rollout;
  const names = { ROLLOUT: rollout_id, BLUEPRINT: blueprint, ENV: environment, RELEASE: release };
  return Object.entries(names).reduce(
    (text, [kind, name]) => text.replaceAll(new RegExp(`\\b${kind}\\b`, "g"), name),
    remedy,
  );
}
