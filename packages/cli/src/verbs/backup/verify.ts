/** `tau-edge backup verify`: is a backup what it was when it was made? */
import { verifyBackup } from "@tau-edge/control";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { type CliIo, usesColour } from "../../io.ts";
import { withProgress } from "../../progress.ts";
import { renderVerified } from "../../render/backup.ts";
import { painter } from "../../render/text.ts";
import { verifyPorts } from "./ports.ts";

export async function backupVerifyVerb(
  dir: string,
  options: { readonly json?: boolean },
  io: CliIo,
): Promise<ExitCode> {
  const { head, ...counts } = await withProgress(io, `reading ${dir}`, verifyBackup(verifyPorts(dir, io)));
  const document = { schema_version: 1, outcome: "verified", backup: dir, ...counts, ...head };
  if (options.json === true) io.stdout(`${JSON.stringify(document, undefined, 2)}\n`);
  else io.stdout(renderVerified({ head, ...counts }, "verified", dir, painter(usesColour(io))));
  return EXIT.done;
}
