/** `tau-edge ledger retention`: how long each class is kept, and how to make that longer. */
import type { LengthenRequest } from "@tau-edge/control";
import { isRetentionTerm, RETENTION_TERMS } from "@tau-edge/ledger";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { CliError } from "../../failure.ts";
import { type CliIo, usesColour } from "../../io.ts";
import { renderCollectionRefusal, renderWindows } from "../../render/collection.ts";
import { painter } from "../../render/text.ts";
import { actOptions, type CollectionOptions, withCollecting } from "./with-collecting.ts";

export interface RetentionOptions extends CollectionOptions {
  readonly lengthen?: string;
  readonly reason?: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

export async function retentionVerb(options: RetentionOptions, io: CliIo): Promise<ExitCode> {
  const { lengthen } = options;
  const paint = painter(usesColour(io));
  if (lengthen === undefined) {
    if (options.reason !== undefined)
      throw new CliError("usage", "There is a reason, and no window that becomes longer", {
        remedy: "Add --lengthen CLASS=DAYS, or leave the reason out.",
      });
    const windows = await withCollecting(options, io, (collecting) => collecting.windows());
    io.stdout(options.json === true ? `${JSON.stringify(windows, undefined, 2)}\n` : renderWindows(windows));
    return EXIT.done;
  }
  const request = lengthenArgument(lengthen, options.reason);
  const result = await withCollecting(options, io, (collecting, isEmpty) => {
    // Said in the wrong directory it would hold nothing, and whoever said it would not know.
    if (isEmpty)
      throw new CliError("usage", "There is no ledger whose windows could become longer", {
        remedy: "Name the directory with --state-dir DIR; a first package makes a ledger.",
      });
    return io.uninterrupted(() => collecting.lengthen(request, actOptions(options)));
  });
  if (options.json === true) io.stdout(`${JSON.stringify(result, undefined, 2)}\n`);
  else if (result.outcome === "refused") io.stderr(renderCollectionRefusal(result));
  else {
    const deed = result.dry_run ? `would be ${result.outcome}; nothing was written` : result.outcome;
    io.stdout(`${paint("bold", deed)}\n${renderWindows(result.windows)}`);
  }
  return result.outcome === "refused" ? EXIT.refused : EXIT.done;
}

/** @throws CliError `usage` */
function lengthenArgument(text: string, reason: string | undefined): LengthenRequest {
  const [, term, days] = /^([a-z_]+)=(\d{1,5})$/.exec(text) ?? [];
  if (!isRetentionTerm(term) || days === undefined)
    throw new CliError("usage", `--lengthen is no class and days: ${text}`, {
      remedy: `Write CLASS=DAYS, such as evidence=800; a class is one of ${RETENTION_TERMS.join(", ")}.`,
    });
  if (reason === undefined)
    throw new CliError("usage", "A longer window needs a reason", { remedy: 'Add --reason "…"; it is recorded.' });
  return { term, window_ms: Number(days) * DAY_MS, reason };
}
