/** What every verb about access does around its own work: opens, asks, prints in one form, closes. */
import type { RefusedAccess } from "@tau-edge/control";
import { type AccessOptions, type AccessSource, openAccess } from "../../access/access-source.ts";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { type CliIo, usesColour } from "../../io.ts";
import { withProgress } from "../../progress.ts";
import { type Paint, painter, printable } from "../../render/text.ts";

export interface DeskVerb<Done extends object> {
  /** Said while it takes long. */
  readonly doing: string;
  ask(source: AccessSource): Promise<Done | RefusedAccess>;
  render(done: Done, paint: Paint, flags: string): string;
}

export async function withDesk<Done extends object>(
  options: AccessOptions,
  io: CliIo,
  { doing, ask, render }: DeskVerb<Done>,
): Promise<ExitCode> {
  const source = await openAccess(options, io);
  try {
    const report = await withProgress(io, doing, ask(source));
    const refused = isRefused(report);
    if (options.json === true) io.stdout(`${JSON.stringify({ schema_version: 1, ...report }, undefined, 2)}\n`);
    else if (refused) io.stderr(renderRefused(report));
    else io.stdout(render(report, painter(usesColour(io)), source.flags));
    return refused ? EXIT.refused : EXIT.done;
  } finally {
    await source.close();
  }
}

function isRefused(report: object): report is RefusedAccess {
  return "outcome" in report && report.outcome === "refused";
}

/** In the form of every other refusal. */
function renderRefused({ code, detail, remedy }: RefusedAccess): string {
  return `refused: ${printable(detail)} (${code})\n       ${printable(remedy)}\n`;
}
