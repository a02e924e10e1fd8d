/** Verbs about copies of a whole state directory: make one, look at it, restore it, practise restoring it. */
import type { Command } from "commander";
import type { CliIo } from "../io.ts";
import { directory, type Finish, group, JSON_OUT, STATE_DIR, verb } from "./verb.ts";

const DRY_RUN = ["--dry-run", "look at everything and report, write nothing"] as const;

export function addBackupVerbs(program: Command, io: CliIo, finish: Finish): void {
  const backup = group(
    program,
    "backup",
    "Copy a state directory while it is in use, check the copy, practise restoring.",
  );
  addCreate(backup, io, finish);
  addVerify(backup, io, finish);
  addDrill(backup, io, finish);
  addRestore(program, io, finish);
}

function addCreate(backup: Command, io: CliIo, finish: Finish): void {
  verb(backup, "create", "Copy ledger, objects, pointers and files into a new directory, as of one moment.", [
    "tau-edge backup create /mnt/backups/2026-11-21",
    "tau-edge backup create /mnt/vault/2026-11-21 --with-secrets --config gateway.json --state-dir /var/lib/tau",
    "tau-edge backup create /mnt/backups/2026-11-21 --dry-run",
  ])
    .argument("<dir>", "where it is made; must not be there yet", directory)
    .option(
      "--with-secrets",
      "copy the gateway's key, links, agents and tokens too: the copy is then as secret as they are",
    )
    .option("--config <file>", "copy the gateway's configuration file too")
    .option(...STATE_DIR)
    .option(...DRY_RUN)
    .option(...JSON_OUT)
    .action(async (dir: string, options) => {
      const { backupCreateVerb } = await import("../verbs/backup/create.ts");
      finish(await backupCreateVerb(dir, options, io));
    });
}

function addVerify(backup: Command, io: CliIo, finish: Finish): void {
  verb(backup, "verify", "Check every byte of a backup and what its files say together; 4 names the first fault.", [
    "tau-edge backup verify /mnt/backups/2026-11-21",
    "tau-edge backup verify /mnt/backups/2026-11-21 --json",
  ])
    .argument("<dir>", "a backup", directory)
    .option(...JSON_OUT)
    .action(async (dir: string, options) => {
      const { backupVerifyVerb } = await import("../verbs/backup/verify.ts");
      finish(await backupVerifyVerb(dir, options, io));
    });
}

function addDrill(backup: Command, io: CliIo, finish: Finish): void {
  verb(
    backup,
    "drill",
    "Restore a backup elsewhere, compute every verdict again, resolve 1,000 keys, and record what came of it.",
    [
      "tau-edge backup drill /mnt/backups/2026-11-21",
      "tau-edge backup drill /mnt/backups/2026-11-21 --state-dir /var/lib/tau",
      "tau-edge backup drill /mnt/backups/2026-11-21 --into /srv/staging/state",
    ],
  )
    .argument("<dir>", "a backup", directory)
    .option("--into <dir>", "restore here, and leave it there (default: a temporary directory)", directory)
    .option("--state-dir <dir>", "the live state directory, in whose ledger the drill is recorded", directory)
    .option("--dry-run", "do all of it, and record nothing")
    .option(...JSON_OUT)
    .action(async (dir: string, options) => {
      const { backupDrillVerb } = await import("../verbs/backup/drill.ts");
      finish(await backupDrillVerb(dir, options, io));
    });
}

function addRestore(program: Command, io: CliIo, finish: Finish): void {
  verb(program, "restore", "Put a backup into an empty state directory: whole, or not at all.", [
    "tau-edge restore /mnt/backups/2026-11-21 --state-dir /var/lib/tau",
    "tau-edge restore /mnt/backups/2026-11-21 --state-dir /var/lib/tau --dry-run",
  ])
    .argument("<dir>", "a backup", directory)
    .option(...STATE_DIR)
    .option(...DRY_RUN)
    .option(...JSON_OUT)
    .action(async (dir: string, options) => {
      const { restoreVerb } = await import("../verbs/backup/restore.ts");
      finish(await restoreVerb(dir, options, io));
    });
}
