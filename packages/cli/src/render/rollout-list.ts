/** Lists of rollouts and releases: one line each. */
import type { ReleaseView, RolloutList, RolloutSummary } from "@tau-edge/control";
import { renderFrozenList } from "./freeze.ts";
import { weightWords } from "./rollout.ts";
import { columns, type Paint, printable } from "./text.ts";
import { instant } from "./time.ts";

/** Enough to tell apart what stands in one list; the verbs print them whole elsewhere. */
export function shortDigest(digest: string): string {
  return `${digest.slice("sha256:".length, "sha256:".length + 12)}…`;
}

export function renderRolloutList({ rollouts, frozen, unreadable }: RolloutList, paint: Paint): string {
  const list = `${renderFrozenList(frozen, paint)}${renderSummaries(rollouts, paint)}`;
  const damage = unreadable.map(({ stream, code }) => `${printable(`${stream} cannot be read: ${code}`)}\n`).join("");
  if (damage === "") return list;
  return `${list}${paint("red", damage)}\`tau-edge doctor\` says why\n`;
}

function renderSummaries(rollouts: readonly RolloutSummary[], paint: Paint): string {
  if (rollouts.length === 0) return "There is no rollout. `tau-edge rollout start --help`\n";
  const rows = rollouts.map((rollout) => [
    printable(rollout.rollout_id),
    rollout.status,
    rollout.phase,
    weightWords(rollout),
    shortDigest(rollout.release),
    troubleWords(rollout),
    instant(rollout.started_unix_ms),
  ]);
  const head = ["rollout", "status", "phase", "weight", "release", "", "started"];
  const note = "`tau-edge rollout status ROLLOUT` shows one whole, with the command that stops it\n";
  return columns([head, ...rows], "") + paint("dim", note);
}

function troubleWords({ held, paused, frozen, failure_code, overridden }: RolloutSummary): string {
  const words = [
    ...(frozen === undefined ? [] : ["frozen"]),
    ...(paused === undefined ? [] : ["paused"]),
    ...(held === undefined ? [] : [`held ${held.code}`]),
    ...(failure_code === undefined ? [] : [failure_code]),
    ...(overridden ? ["overridden"] : []),
  ];
  return printable(words.join(", "));
}

export function renderRelease(release: ReleaseView, paint: Paint): string {
  const rows = [
    ["manifest", release.manifest_digest],
    ["artifact", release.artifact],
    ["blueprint", release.blueprint],
    ["profile", release.profile_id],
    ["version", release.version],
    ["commit", release.code_commit_hash],
    ["lockfile", release.lockfile_hash],
    ["toolchain", release.toolchain_hash],
    ["sbom", release.sbom_hash],
    ["derived", release.derived_hash],
    ["created", instant(release.created_unix_ms)],
    ["collected by", release.collected_by && `${release.collected_by.stream} #${release.collected_by.seq}`],
  ].flatMap(([key = "", value]) => (value === undefined ? [] : [[key, printable(value)]]));
  return `${paint("bold", release.release)}\n${columns(rows)}`;
}

export function renderReleases(releases: readonly ReleaseView[], paint: Paint): string {
  if (releases.length === 0) return "There is no release of it. `tau-edge release create --help`\n";
  return releases.map((release) => renderRelease(release, paint)).join("\n");
}
