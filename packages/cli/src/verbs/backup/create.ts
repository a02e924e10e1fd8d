/** `tau-edge backup create`: copies a state directory while others use it. */
import { gatewaySeed, openBackupTarget, surveyBackup, systemClock } from "@tau-edge/adapter-node";
import { importAgentKey } from "@tau-edge/adapter-webcrypto";
import { type BackupReport, createBackup } from "@tau-edge/control";
import { writeCanonicalJson } from "@tau-edge/encoding";
import { didKeyDocument, didKeyOf } from "@tau-edge/identity";
import packageJson from "../../../package.json" with { type: "json" };
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { CliError } from "../../failure.ts";
import { type CliIo, pathIn, usesColour } from "../../io.ts";
import { isDirectory } from "../../operands.ts";
import { withProgress } from "../../progress.ts";
import { renderCreated, renderSurvey } from "../../render/backup.ts";
import { painter } from "../../render/text.ts";
import { stateDirOf } from "../../state-dir.ts";
import { stoppable } from "../../stoppable.ts";
import { configurationOf } from "./configuration.ts";
import { HASHES } from "./ports.ts";

export interface BackupCreateOptions {
  readonly withSecrets?: boolean;
  readonly config?: string;
  readonly stateDir?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export async function backupCreateVerb(dir: string, options: BackupCreateOptions, io: CliIo): Promise<ExitCode> {
  const stateDir = stateDirOf(options.stateDir, io);
  if (!isDirectory(io, stateDir))
    throw new CliError("not_a_directory", `There is no directory ${stateDir}`, {
      at: stateDir,
      remedy: "Name the state directory: --state-dir DIR.",
    });
  const secrets = options.withSecrets === true;
  const place = { state_dir: pathIn(io, stateDir), into: pathIn(io, dir), secrets };
  const target = await openBackupTarget(place);
  const extra = [...(await configurationOf(options.config, secrets, io)), ...(await publicKeyOf(pathIn(io, stateDir)))];
  const paint = painter(usesColour(io));
  if (options.dryRun === true) {
    const survey = await withProgress(io, "looking", surveyBackup(place));
    if (options.json === true) print(io, { schema_version: 1, outcome: "would_create", backup: dir, ...survey });
    else io.stdout(renderSurvey(survey, dir, paint));
    return EXIT.done;
  }
  const request = { program_version: packageJson.version, secrets, extra };
  return stoppable(
    io,
    (checkGoingOn) =>
      withProgress(
        io,
        `copying ${stateDir}`,
        createBackup({ ...request, checkGoingOn }, { ...HASHES, target, clock: systemClock }),
      ),
    (report) => {
      if (options.json === true) print(io, createdDocument(report, dir));
      else io.stdout(renderCreated(report, dir, paint));
      return EXIT.done;
    },
  );
}

function createdDocument({ head, ...counts }: BackupReport, backup: string) {
  return { schema_version: 1, outcome: "created", backup, ...counts, ...head };
}

function print(io: CliIo, document: object): void {
  io.stdout(`${JSON.stringify(document, undefined, 2)}\n`);
}

/** What others know the gateway by, where it has a key: public, and worth having when nothing else is left. */
async function publicKeyOf(stateDir: string): Promise<readonly { path: string; bytes: Uint8Array }[]> {
  const seed = await gatewaySeed(stateDir);
  if (seed === undefined) return [];
  const { publicKey } = await importAgentKey(seed);
  return [{ path: "public/gateway-did.json", bytes: writeCanonicalJson(didKeyDocument(didKeyOf(publicKey))) }];
}
