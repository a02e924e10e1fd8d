/** `tau-edge backup drill`: restores a backup elsewhere and proves that it serves. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openState } from "@tau-edge/adapter-node";
import { drillBackup } from "@tau-edge/control";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { CliError } from "../../failure.ts";
import { type CliIo, pathIn, usesColour } from "../../io.ts";
import { localActor } from "../../local-actor.ts";
import { isDirectory } from "../../operands.ts";
import { withProgress } from "../../progress.ts";
import { renderDrill } from "../../render/backup.ts";
import { painter } from "../../render/text.ts";
import { stoppable } from "../../stoppable.ts";
import { restorePorts } from "./ports.ts";

export interface BackupDrillOptions {
  readonly into?: string;
  readonly stateDir?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export async function backupDrillVerb(dir: string, options: BackupDrillOptions, io: CliIo): Promise<ExitCode> {
  const live = options.dryRun === true ? undefined : await openLive(options.stateDir, io);
  const temporary = options.into === undefined ? await mkdtemp(join(tmpdir(), "tau-edge-drill-")) : undefined;
  try {
    const into = options.into ?? join(temporary ?? "", "state");
    const ports = { ...restorePorts(dir, into, io), ...(live === undefined ? {} : { live }) };
    return await stoppable(
      io,
      (checkGoingOn) => withProgress(io, `practising with ${dir}`, drillBackup(ports, { checkGoingOn })),
      (report) => {
        const document = { schema_version: 1, outcome: "drilled", backup: dir, ...report };
        if (options.json === true) io.stdout(`${JSON.stringify(document, undefined, 2)}\n`);
        else io.stdout(renderDrill(report, dir, painter(usesColour(io))));
        return EXIT.done;
      },
    );
  } finally {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
    await live?.close();
  }
}

/** Only a ledger that is there: a drill makes no new one. */
async function openLive(stateDir: string | undefined, io: CliIo) {
  if (stateDir === undefined) return undefined;
  if (!isDirectory(io, stateDir))
    throw new CliError("not_a_directory", `There is no directory ${stateDir}`, {
      at: stateDir,
      remedy: "Name the live state directory, or leave --state-dir out: the drill is then recorded nowhere.",
    });
  const { ledger, clock, close } = await openState(pathIn(io, stateDir));
  return { ledger, clock, close, actor: localActor() };
}
