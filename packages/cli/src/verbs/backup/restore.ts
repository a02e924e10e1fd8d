/** `tau-edge restore`: puts a backup into an empty state directory. */
import { restoreBackup, verifyBackup } from "@tau-edge/control";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { type CliIo, usesColour } from "../../io.ts";
import { withProgress } from "../../progress.ts";
import { renderVerified } from "../../render/backup.ts";
import { painter } from "../../render/text.ts";
import { stateDirOf } from "../../state-dir.ts";
import { stoppable } from "../../stoppable.ts";
import { restorePorts } from "./ports.ts";

export interface RestoreVerbOptions {
  readonly stateDir?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export async function restoreVerb(dir: string, options: RestoreVerbOptions, io: CliIo): Promise<ExitCode> {
  const stateDir = stateDirOf(options.stateDir, io);
  const ports = restorePorts(dir, stateDir, io);
  const work = async (checkGoingOn: () => void) => {
    if (options.dryRun !== true) return restoreBackup(ports, { checkGoingOn });
    await ports.place.checkEmpty();
    return verifyBackup(ports);
  };
  const outcome = options.dryRun === true ? "would_restore" : "restored";
  return stoppable(
    io,
    (checkGoingOn) => withProgress(io, `restoring ${dir}`, work(checkGoingOn)),
    ({ head, ...counts }) => {
      const document = { schema_version: 1, outcome, backup: dir, state_dir: stateDir, ...counts, ...head };
      if (options.json === true) io.stdout(`${JSON.stringify(document, undefined, 2)}\n`);
      else io.stdout(renderVerified({ head, ...counts }, outcome, stateDir, painter(usesColour(io))));
      return EXIT.done;
    },
  );
}
