/** `tau-edge migrate undo`: gives back the state of before the last migration. */
import { undoMigration } from "@tau-edge/control";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { type CliIo, usesColour } from "../../io.ts";
import { withProgress } from "../../progress.ts";
import { renderUndo } from "../../render/migration.ts";
import { painter } from "../../render/text.ts";
import { stateDirOf } from "../../state-dir.ts";
import { type MigrateOptions, migrationPorts } from "./migration-ports.ts";

export interface MigrateUndoOptions extends MigrateOptions {
  readonly dryRun?: boolean;
}

export async function migrateUndoVerb(options: MigrateUndoOptions, io: CliIo): Promise<ExitCode> {
  const stateDir = stateDirOf(options.stateDir, io);
  const request = { dry_run: options.dryRun === true };
  const undoing = io.uninterrupted(() => undoMigration(request, migrationPorts(stateDir, io)));
  const report = await withProgress(io, "undoing the migration", undoing);
  if (options.json === true) io.stdout(`${JSON.stringify(report, undefined, 2)}\n`);
  else io.stdout(renderUndo(report, stateDir, painter(usesColour(io))));
  return EXIT.done;
}
