/** Verbs that bring a state directory of an older version to this one's schemas, and back. */
import type { Command } from "commander";
import type { CliIo } from "../io.ts";
import { ACCEPT_CLOCK, type Finish, group, JSON_OUT, STATE_DIR, verb } from "./verb.ts";

const DRY_RUN = ["--dry-run", "check everything and report, write nothing; needs the directory alone, too"] as const;

export function addMigrateVerbs(program: Command, io: CliIo, finish: Finish): void {
  const migrate = group(program, "migrate", "Bring an older state directory to this version's schemas, or undo that.");
  verb(migrate, "plan", "Show the schema of each store, and what would be done. Changes nothing.", [
    "tau-edge migrate plan",
    "tau-edge migrate plan --state-dir /var/lib/tau --json",
  ])
    .option(...STATE_DIR)
    .option(...JSON_OUT)
    .action(async (options) => {
      const { migratePlanVerb } = await import("../verbs/migrate/plan.ts");
      finish(await migratePlanVerb(options, io));
    });
  verb(migrate, "run", "Check the state, keep what an undo needs, and bring it to this version's schemas.", [
    "tau-edge migrate run --dry-run",
    "tau-edge migrate run --state-dir /var/lib/tau",
  ])
    .option(...ACCEPT_CLOCK)
    .option(...STATE_DIR)
    .option(...DRY_RUN)
    .option(...JSON_OUT)
    .action(async (options) => {
      const { migrateRunVerb } = await import("../verbs/migrate/run.ts");
      finish(await migrateRunVerb(options, io));
    });
  verb(migrate, "undo", "Give back the state of before the last migration, as long as nothing was written since.", [
    "tau-edge migrate undo --dry-run",
    "tau-edge migrate undo --state-dir /var/lib/tau",
  ])
    .option(...STATE_DIR)
    .option(...DRY_RUN)
    .option(...JSON_OUT)
    .action(async (options) => {
      const { migrateUndoVerb } = await import("../verbs/migrate/undo.ts");
      finish(await migrateUndoVerb(options, io));
    });
}
