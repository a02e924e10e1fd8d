/** That a blueprint is frozen, for people. */
import type { FreezeResult, Frozen, FrozenBlueprint } from "@tau-edge/control";
import { columns, type Paint, printable } from "./text.ts";
import { instant } from "./time.ts";

/** As a gateway says it, which may know environments that this program does not. */
type Done = Omit<Exclude<FreezeResult, { outcome: "refused" }>, "environment"> & { readonly environment: string };

export function renderFreeze({ outcome, dry_run, environment, blueprint, frozen }: Done, paint: Paint, flags: string) {
  const place = printable(`${environment}/${blueprint}`);
  const verb = dry_run && outcome === "done" ? "would be" : "is";
  const wrote = outcome === "unchanged" ? " (nothing to change)" : dry_run ? "; nothing was written" : "";
  if (frozen === undefined) return `${paint("bold", place)} ${verb} released${wrote}\n`;
  const what = `${paint("bold", place)} ${verb} ${paint("red", "frozen")}${wrote}`;
  const goOn = verb === "is" ? `\n${columns([["go on:", paint("bold", unfreezeCommand(place, flags))]])}` : "";
  return `${what}\n${columns([["because", frozenWords(frozen)]])}${goOn}`;
}

export function frozenWords({ reason, since_unix_ms }: Frozen): string {
  return printable(`${reason}, since ${instant(since_unix_ms)}`);
}

export function unfreezeCommand(place: string, flags: string): string {
  return `tau-edge unfreeze ${place} --reason "…"${flags}`;
}

/** Empty where nothing is. */
export function renderFrozenList(frozen: readonly FrozenBlueprint[], paint: Paint): string {
  const lines = frozen.map(
    (each) => `${printable(`${each.environment}/${each.blueprint}`)} is frozen: ${frozenWords(each)}\n`,
  );
  return lines.length === 0 ? "" : paint("red", lines.join(""));
}
