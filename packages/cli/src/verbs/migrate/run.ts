/** `tau-edge migrate run`: brings a state directory to this version's schemas. */
import { runMigration } from "@tau-edge/control";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { type CliIo, usesColour } from "../../io.ts";
import { localActor } from "../../local-actor.ts";
import { withProgress } from "../../progress.ts";
import { renderMigration } from "../../render/migration.ts";
import { painter } from "../../render/text.ts";
import { stateDirOf } from "../../state-dir.ts";
import { type MigrateOptions, migrationPorts } from "./migration-ports.ts";

export interface MigrateRunOptions extends MigrateOptions {
  readonly acceptClock?: boolean;
  readonly dryRun?: boolean;
}

export async function migrateRunVerb(options: MigrateRunOptions, io: CliIo): Promise<ExitCode> {
  const stateDir = stateDirOf(options.stateDir, io);
  const request = {
    actor: localActor(),
    accept_clock: options.acceptClock === true,
    dry_run: options.dryRun === true,
  };
  const migrating = io.uninterrupted(() => runMigration(request, migrationPorts(stateDir, io)));
  const report = await withProgress(io, "migrating", migrating);
  if (options.json === true) io.stdout(`${JSON.stringify(report, undefined, 2)}\n`);
  else io.stdout(renderMigration(report, stateDir, painter(usesColour(io))));
  return EXIT.done;
}
