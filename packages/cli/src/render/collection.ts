/** What a collection found and did, for people. */
import type {
  Amount,
  CollectedList,
  CollectReport,
  Pin,
  PinResult,
  PlanReport,
  RefusedCollection,
} from "@tau-edge/control";
import type { ObjectJudgement, RetentionWindows } from "@tau-edge/ledger";
import { columns, grouped, type Paint, plural, printable } from "./text.ts";
import { duration, instant } from "./time.ts";

/** What goes, by what held it last. More roots than these are counted together: there may be a million. */
const ROOTS_MAX = 10_000;
const ROOTS_SHOWN_MAX = 20;
const OTHERS = "others";

export class Groups {
  readonly #goes = new Map<string, { class: string; reason: ObjectJudgement["reason"]; amount: Amount }>();

  add({ verdict, root, reason, class: kept, size_bytes }: ObjectJudgement): void {
    if (verdict !== "goes") return;
    const name = root ?? "no record names them";
    const key = this.#goes.has(name) || this.#goes.size < ROOTS_MAX ? name : OTHERS;
    const { objects, size_bytes: sum } = this.#goes.get(key)?.amount ?? { objects: 0, size_bytes: 0 };
    this.#goes.set(key, { class: kept, reason, amount: { objects: objects + 1, size_bytes: sum + size_bytes } });
  }

  render(): string {
    const groups = [...this.#goes].sort(([, a], [, b]) => b.amount.size_bytes - a.amount.size_bytes);
    if (groups.length === 0) return "";
    const rows = groups
      .slice(0, ROOTS_SHOWN_MAX)
      .map(([name, { class: kept, reason, amount }]) => [...amountCells(amount), kept, reason, printable(name)]);
    const hidden = groups.length - rows.length;
    return `\ngoes, by what needed it last\n${columns(rows)}${hidden > 0 ? `  … and ${grouped(hidden)} more\n` : ""}`;
  }
}

export function renderPlan(report: PlanReport, groups: Groups, paint: Paint): string {
  const { dry_run, condemned, rescinded, condemned_by } = report;
  const head = dry_run ? "a dry run: nothing was written" : `condemned now: ${amountWords(condemned)}`;
  const rows = condemned_by.map(({ stream, seq, objects }) => [
    "",
    `${printable(stream)} #${seq}`,
    plural(objects, "object"),
  ]);
  const again = rescinded === 0 ? "" : `held again and no longer condemned: ${plural(rescinded, "object")}\n`;
  const next =
    condemned.objects > 0 && !dry_run ? "`tau-edge gc run` collects it after a day, if nothing holds it then.\n" : "";
  return `${table(report)}${groups.render()}\n${paint("bold", head)}\n${columns(rows)}${again}${leftLines(report, paint)}${next}`;
}

export function renderCollected(report: CollectReport, groups: Groups, paint: Paint): string {
  const { dry_run, collected, collected_by, waiting, next_unix_ms, grace_ms, swept } = report;
  const head = dry_run
    ? `a dry run: nothing was written; would be collected now: ${amountWords(collected)}`
    : `collected: ${amountWords(collected)}`;
  const rows = collected_by.map(({ stream, seq, objects }) => [
    "",
    `${printable(stream)} #${seq}`,
    plural(objects, "object"),
  ]);
  const first = next_unix_ms === undefined ? "" : `, the first at ${instant(next_unix_ms)}`;
  const wait =
    waiting.objects === 0
      ? ""
      : `waiting for ${duration(grace_ms)} since they were condemned: ${amountWords(waiting)}${first}\n`;
  const late = swept.objects === 0 ? "" : `removed for a collection that was broken off: ${amountWords(swept)}\n`;
  return `${table(report)}${groups.render()}\n${paint("bold", head)}\n${columns(rows)}${wait}${late}${leftLines(report, paint)}`;
}

/** One line: what becomes of it, what it is, and why. */
export function renderJudgement(judgement: ObjectJudgement): string {
  const { digest, size_bytes, class: kept, age_ms, window_ms, verdict, reason, root, path = [] } = judgement;
  const window = window_ms === undefined ? "for ever" : duration(window_ms);
  const age = age_ms < 0 ? "0 ms" : duration(age_ms);
  const held = root === undefined ? "-" : printable([root, ...path].join(" > "));
  return `${verdict}  ${digest}  ${grouped(size_bytes)} B  ${kept}  age ${age} of ${window}  ${reason}  ${held}`;
}

export function renderCollectedList(list: CollectedList, paint: Paint): string {
  const { stream, seq, at_unix_ms, record_hash, condemned_seq, objects } = list;
  const head = `${printable(stream)} #${seq}, ${instant(at_unix_ms)}, condemned by #${condemned_seq}`;
  const rows = objects.map(({ digest, size_bytes, class: kept, path = [] }) => [
    digest,
    `${grouped(size_bytes)} B`,
    kept,
    printable(path.join(" > ")),
  ]);
  return `${paint("bold", head)}\n  record ${record_hash}\n${columns(rows)}`;
}

export function renderPin(result: Exclude<PinResult, RefusedCollection>, paint: Paint): string {
  const { outcome, release, dry_run } = result;
  if (outcome === "unchanged") return `${release} is pinned already\n`;
  return `${paint("bold", dry_run ? `would be ${outcome}; nothing was written` : outcome)} ${release}\n`;
}

export function renderPins(pins: readonly Pin[]): string {
  if (pins.length === 0) return "Nothing is pinned.\n";
  return columns(
    pins.map(({ release, since_unix_ms, reason }) => [release, instant(since_unix_ms), printable(reason)]),
    "",
  );
}

export function renderWindows(windows: RetentionWindows): string {
  return columns(
    Object.entries(windows).map(([term, window]) => [term, window === "for_ever" ? "for ever" : duration(window)]),
  );
}

export function renderCollectionRefusal({ code, detail, remedy }: RefusedCollection): string {
  return `refused: ${detail} (${code})\n       ${remedy}\n`;
}

function table({ classes, stays, goes, orphans }: PlanReport | CollectReport): string {
  const rows = [
    ["", "stays", "", "goes", ""],
    ...classes.map((amounts) => [amounts.class, ...amountCells(amounts.stays), ...amountCells(amounts.goes)]),
    ["all", ...amountCells(stays), ...amountCells(goes)],
  ];
  const unnamed = orphans.objects === 0 ? "" : `  of which no record names ${amountWords(orphans)}\n`;
  return `${columns(rows, "")}${unnamed}`;
}

function leftLines({ left }: PlanReport | CollectReport, paint: Paint): string {
  return left
    .map(
      ({ stream, code, detail }) => `${paint("yellow", "left for later")} ${printable(stream)}: ${detail} (${code})\n`,
    )
    .join("");
}

function amountCells({ objects, size_bytes }: Amount): readonly string[] {
  return [grouped(objects), `${grouped(size_bytes)} B`];
}

function amountWords({ objects, size_bytes }: Amount): string {
  return `${plural(objects, "object")}, ${grouped(size_bytes)} bytes`;
}
