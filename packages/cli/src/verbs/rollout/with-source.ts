/** What every verb about rollouts does around its own work: opens, shows progress, prints in one form, closes. */
import type { ExitCode } from "../../exit-codes.ts";
import { type CliIo, usesColour } from "../../io.ts";
import { withProgress } from "../../progress.ts";
import { type Paint, painter } from "../../render/text.ts";
import { openSource, type RolloutsSource, type SourceOptions } from "../../rollouts-source.ts";

export interface SourceVerb<Report> {
  /** Said while it takes long. */
  readonly doing: string;
  ask(source: RolloutsSource): Promise<Report>;
  render(report: Report, paint: Paint, flags: string): string;
  exitCode(report: Report): ExitCode;
  readonly use?: "writing";
  /** In words it is then told where errors are told. */
  refuses?(report: Report): boolean;
}

export async function withSource<Report>(
  options: SourceOptions,
  io: CliIo,
  verb: SourceVerb<Report>,
): Promise<ExitCode> {
  const source = await openSource(options, io, verb.use);
  try {
    const report = await withProgress(io, verb.doing, verb.ask(source));
    if (options.json === true) io.stdout(`${JSON.stringify(report, undefined, 2)}\n`);
    else if (verb.refuses?.(report) === true) io.stderr(verb.render(report, painter(false), source.flags));
    else io.stdout(verb.render(report, painter(usesColour(io)), source.flags));
    return verb.exitCode(report);
  } finally {
    await source.close();
  }
}
