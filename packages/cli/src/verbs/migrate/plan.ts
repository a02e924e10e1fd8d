/** `tau-edge migrate plan`: which schemas are there, and what a migration would do. */
import { planMigration } from "@tau-edge/control";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { type CliIo, usesColour } from "../../io.ts";
import { withProgress } from "../../progress.ts";
import { renderMigrationPlan } from "../../render/migration.ts";
import { painter } from "../../render/text.ts";
import { stateDirOf } from "../../state-dir.ts";
import { type MigrateOptions, migrationPorts } from "./migration-ports.ts";

export async function migratePlanVerb(options: MigrateOptions, io: CliIo): Promise<ExitCode> {
  const stateDir = stateDirOf(options.stateDir, io);
  const plan = await withProgress(io, "reading the stores", planMigration(migrationPorts(stateDir, io).place));
  if (options.json === true) io.stdout(`${JSON.stringify(plan, undefined, 2)}\n`);
  else io.stdout(renderMigrationPlan(plan, stateDir, painter(usesColour(io))));
  return EXIT.done;
}
