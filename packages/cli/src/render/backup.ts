/** Backups, for people: what is in one, what is not, and what a drill proved. */
import type { BackupSurvey } from "@tau-edge/adapter-node";
import type { BackupReport, DrillReport, VerifiedBackup } from "@tau-edge/control";
import type { LeftOut, LeftOutReason } from "@tau-edge/ports";
import { columns, grouped, type Paint, plural, printable } from "./text.ts";
import { instant } from "./time.ts";

export function renderCreated(report: BackupReport, dir: string, paint: Paint): string {
  const { head, files, size_bytes, records, objects } = report;
  return [
    `${paint("green", "backup made")}  ${printable(dir)}\n`,
    columns([
      ["as of", instant(head.made_unix_ms)],
      ["files", `${grouped(files)}, ${sizeWords(size_bytes)}`],
      ["records", `${grouped(records)} in ${plural(head.ledger.length, "stream")}, all of them chain`],
      ["objects", grouped(objects)],
      ["tree hash", head.tree_hash],
    ]),
    leftOutWords(head.left_out),
    secretWords(head.secrets),
  ].join("");
}

export function renderSurvey({ files, size_bytes, left_out }: BackupSurvey, dir: string, paint: Paint): string {
  const head = `${paint("dim", "would make")}  ${printable(dir)}\n`;
  return `${head}${columns([["at most", `${plural(files, "file")}, ${sizeWords(size_bytes)}`]])}${leftOutWords(left_out)}`;
}

const OUTCOMES = { verified: "backup is whole", restored: "restored", would_restore: "would restore" } as const;

export function renderVerified(
  { head, files, size_bytes, records, objects }: VerifiedBackup,
  outcome: keyof typeof OUTCOMES,
  place: string,
  paint: Paint,
): string {
  const rows = columns([
    ["made", `${instant(head.made_unix_ms)} by version ${printable(head.program_version)}`],
    ["files", `${grouped(files)}, ${sizeWords(size_bytes)}, every byte as it was`],
    ["records", `${grouped(records)} in ${plural(head.ledger.length, "stream")}, all of them chain`],
    ["objects", grouped(objects)],
    ["tree hash", head.tree_hash],
  ]);
  const note = outcome === "verified" ? "" : "Not in it: what was acknowledged after it was made.\n";
  return `${paint("green", OUTCOMES[outcome])}  ${printable(place)}\n${rows}${note}${secretWords(head.secrets)}`;
}

export function renderDrill(report: DrillReport, dir: string, paint: Paint): string {
  const { record, not_replayable } = report;
  return [
    `${paint("green", "drill passed")}  ${printable(dir)}\n`,
    columns([
      ["records", `${grouped(report.records)} in ${plural(report.streams, "stream")}, all of them chain`],
      ["objects", `${grouped(report.objects)}, each with its digest`],
      ["verdicts", `${plural(report.replayed, "rollout")} computed again, the same`],
      ...(not_replayable === 0 ? [] : [["", `${plural(not_replayable, "rollout")} not: the evidence was collected`]]),
      ["keys", `${grouped(report.keys)} get what they got`],
      ["procedure", report.restore_procedure_hash],
      ["record", record === undefined ? "none: no live state was named" : `${record.stream}#${record.seq}`],
    ]),
  ].join("");
}

const REASONS: { readonly [reason in LeftOutReason]: string } = {
  made_again: "made again from what is copied",
  secret: "secret; --with-secrets copies it",
  passing: "of no use elsewhere",
  not_ours: "not written by this program",
};

function leftOutWords(left_out: readonly LeftOut[]): string {
  if (left_out.length === 0) return "";
  return `Not copied:\n${columns(left_out.map(({ path, reason }) => [printable(path), REASONS[reason]]))}`;
}

function secretWords(secrets: boolean): string {
  return secrets
    ? "It holds the gateway's key and hashes of every token: keep it as secret as they are.\n"
    : "It holds no secret: after a restore, agents need new links, tokens are gone, and the gateway has another key.\n";
}

function sizeWords(size_bytes: number): string {
  return size_bytes < 1_048_576
    ? `${grouped(Math.ceil(size_bytes / 1_024))} KiB`
    : `${grouped(Math.ceil(size_bytes / 1_048_576))} MiB`;
}
