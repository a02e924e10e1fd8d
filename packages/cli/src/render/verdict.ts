/** A verdict and a validator's answer, for people. */
import type { Malformation } from "@tau-edge/control";
import { REASON_CODES, type Reason, type Verdict } from "@tau-edge/manifest";
import type { DeepVerdict } from "@tau-edge/ports";
import { type Paint, printable } from "./text.ts";

export function renderVerdict(verdict: Verdict, file: string, paint: Paint): string {
  const head = verdict.compliant ? paint("green", "compliant") : paint("red", "NOT COMPLIANT");
  const legacy = verdict.compliance === "legacy_compliant" ? " (the original's prefix rule would pass it)" : "";
  const reasons = groupReasons(verdict.reasons).map((group) => renderReason(group, file, paint));
  return `\n  ${head} with ${printable(verdict.profile_id)}${legacy}\n${reasons.join("")}`;
}

/** One remedy for all offenders of one code. */
function groupReasons(reasons: readonly Reason[]): readonly (readonly Reason[])[] {
  return [...Map.groupBy(reasons, (reason) => reason.code).values()];
}

const SUBJECTS_SHOWN_MAX = 8;

function renderReason(group: readonly Reason[], file: string, paint: Paint): string {
  const [first] = group;
  if (first === undefined) return "";
  const head = `${paint("bold", first.code)}  ${REASON_CODES[first.code].meaning}`;
  // What only informs needs no list of places and nothing to be done.
  if (!first.fatal) return `  ${paint("dim", "i")} ${head}\n`;
  const lines = group.slice(0, SUBJECTS_SHOWN_MAX).flatMap((reason) => subjectLine(reason));
  const hidden = group.length - SUBJECTS_SHOWN_MAX;
  if (hidden > 0) lines.push(`      … and ${hidden} more\n`);
  const remedy = `      ${paint("dim", "->")} ${printable(remedyFor(first.remedy, file))}\n`;
  return `  ${paint("red", "x")} ${head}\n${lines.join("")}${remedy}`;
}

function subjectLine({ subject, at, path }: Reason): readonly string[] {
  const place = at === undefined ? "" : ` at offset 0x${at.toString(16)}${path === undefined ? "" : ` in ${path}`}`;
  if (subject === undefined && place === "") return [];
  return [`      ${printable(subject ?? "")}${subject === undefined ? place.trimStart() : place}\n`];
}

/** Remedies say `x.wasm`; where the real name needs no quoting, it stands there instead, so that the line can be pasted. */
export function remedyFor(remedy: string, file: string): string {
  if (!/^[\w./-]+\.wasm$/.test(file) || file.startsWith("-")) return remedy;
  const stem = file.replace(/\.wasm$/, "");
  return remedy.replaceAll(/\bx\.component\.wasm\b/g, `${stem}.component.wasm`).replaceAll(/\bx\.wasm\b/g, file);
}

export function renderMalformation(error: Malformation, paint: Paint): string {
  return `  ${paint("red", "malformed")}  ${printable(error.message)}\n`;
}

export function renderDeep(deep: DeepVerdict): string {
  const who = deep.validators.map(({ name, version }) => `${name} ${version}`).join(", ");
  const why = deep.reason === undefined ? "" : ` (${deep.reason})`;
  const detail = deep.detail === undefined ? "" : `\n              ${printable(deep.detail)}`;
  return `${deep.result}${why}${who === "" ? "" : ` by ${who}`}${detail}`;
}
