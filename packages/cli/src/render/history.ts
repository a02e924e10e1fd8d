/** What was served and what is, for people. */
import type { HistoryEntry } from "@tau-edge/control";
import type { GivenRelease, Resolution } from "../resolution.ts";
import { frozenWords, renderFreeze } from "./freeze.ts";
import { shortDigest } from "./rollout-list.ts";
import { percentOfBp } from "./share.ts";
import { columns, type Paint, printable } from "./text.ts";
import { instant } from "./time.ts";

const ASSIGNED_BY: Readonly<Record<GivenRelease["assigned_by"], string>> = {
  cohort: "its bucket lies below the weight of the rollout",
  outside_cohort: "its bucket lies above the weight of the rollout",
  committed: "no rollout exposes anything",
  no_key: "without a key everybody gets what is committed",
  override: "it was asked for by name",
};

export function renderResolution(resolution: Resolution, paint: Paint, flags: string): string {
  if (resolution.outcome === "paused") {
    const { environment, blueprint, ...frozen } = resolution;
    return renderFreeze({ outcome: "done", dry_run: false, environment, blueprint, frozen }, paint, flags);
  }
  const { release, manifest, artifact, derived, assigned_by, bucket, rollout } = resolution;
  const rows = [
    ["manifest", manifest],
    ["artifact", artifact],
    ...(derived === undefined ? [] : [["derived", derived]]),
    ["because", ASSIGNED_BY[assigned_by]],
    ...(bucket === undefined ? [] : [["bucket", `${bucket} of 10000`]]),
    ...(rollout === undefined
      ? []
      : [["counts for", `${rollout.rollout_id} as ${rollout.arm}, stage ${rollout.stage}, window ${rollout.window}`]]),
  ];
  return `${paint("bold", release)}\n${columns(rows.map(([key = "", value = ""]) => [key, printable(value)]))}`;
}

export function renderHistory(entries: readonly HistoryEntry[], paint: Paint): string {
  if (entries.length === 0) return "No rollout was recorded here until then.\n";
  return entries.map((entry) => renderEntry(entry, paint)).join("\n");
}

const COMMITS_SHOWN_MAX = 10;

function renderEntry(entry: HistoryEntry, paint: Paint): string {
  const { stable, candidate, because, frozen, commits } = entry;
  const rows = [
    ["as of", `${entry.stream} #${entry.seq}, ${instant(entry.at_unix_ms)}`],
    ...(frozen === undefined ? [] : [["frozen", frozenWords(frozen)]]),
    ["served", stable?.release ?? "nothing: no release was committed"],
    ...(candidate === undefined
      ? []
      : [["exposed", `${candidate.target.release} to ${percentOfBp(candidate.weight_bp)} by ${candidate.rollout_id}`]]),
    ...(because === undefined ? [] : causeRows(because)),
  ];
  const shown = commits
    .slice(0, COMMITS_SHOWN_MAX)
    .map((commit) => [
      instant(commit.at_unix_ms),
      shortDigest(commit.target.release),
      printable(commit.rollout_id),
      [commit.kind === "undo" ? "undo" : "", commit.overridden ? "overridden" : ""]
        .filter((word) => word !== "")
        .join(", "),
    ]);
  const hidden = commits.length - shown.length;
  const more = hidden > 0 ? `    … and ${hidden} more\n` : "";
  const before = shown.length === 0 ? "" : `  committed, newest first\n${columns(shown, "    ")}${more}`;
  const title = paint("bold", printable(`${entry.blueprint} in ${entry.environment}`));
  return `${title}\n${columns(rows.map(([key = "", value = ""]) => [key, printable(value)]))}${before}`;
}

function causeRows({
  seq,
  type,
  action,
  actor,
  at_unix_ms,
  evidence,
  record_hash,
}: NonNullable<HistoryEntry["because"]>) {
  const what = action === undefined ? type : `${type} ${action}`;
  return [
    ["because", `#${seq} ${what} by ${actor.kind} ${actor.id}, ${instant(at_unix_ms)}`],
    ["record", record_hash],
    ...evidence.map((digest) => ["evidence", digest]),
  ];
}
