/** `tau-edge gc run`: collects what was condemned long enough ago and may still go. */
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { CliError } from "../../failure.ts";
import { type CliIo, usesColour } from "../../io.ts";
import { withProgress } from "../../progress.ts";
import { Groups, renderCollected } from "../../render/collection.ts";
import { painter } from "../../render/text.ts";
import { actOptions, type CollectionOptions, withCollecting } from "./with-collecting.ts";

export interface RunOptions extends CollectionOptions {
  readonly graceHours?: string;
}

const HOUR_MS = 60 * 60 * 1000;
/** What is condemned and collected must lie between two records that somebody may still remember. */
const GRACE_HOURS_MAX = 366 * 24;
const GRACE_HOURS_MIN = 24;

export async function gcRunVerb(options: RunOptions, io: CliIo): Promise<ExitCode> {
  const grace_ms = graceArgument(options.graceHours);
  const groups = new Groups();
  const report = await withCollecting(options, io, (collecting, isEmpty) => {
    const asked = { ...actOptions(options), grace_ms, onJudgement: groups.add.bind(groups) };
    const running = collecting.run(isEmpty ? { ...asked, dry_run: true } : asked);
    return withProgress(
      io,
      "collecting objects",
      io.uninterrupted(() => running),
    );
  });
  if (options.json === true) io.stdout(`${JSON.stringify(report, undefined, 2)}\n`);
  else io.stdout(renderCollected(report, groups, painter(usesColour(io))));
  return EXIT.done;
}

/** @throws CliError `usage` */
function graceArgument(text: string | undefined): number {
  if (text === undefined) return GRACE_HOURS_MIN * HOUR_MS;
  const hours = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (hours >= GRACE_HOURS_MIN && hours <= GRACE_HOURS_MAX) return hours * HOUR_MS;
  throw new CliError("usage", `--grace-hours is no number from ${GRACE_HOURS_MIN} to ${GRACE_HOURS_MAX}: ${text}`, {
    remedy: "Leave it out for a day; the grace never becomes shorter.",
  });
}
