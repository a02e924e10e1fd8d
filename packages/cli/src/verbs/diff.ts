/** `tau-edge diff`: exit code 0 whatever differs; a difference is an answer, not a refusal. */
import { nativeSha256 } from "@tau-edge/adapter-node";
import { diffArtifacts } from "@tau-edge/control";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { type CliIo, usesColour } from "../io.ts";
import { readFileOnce } from "../operands.ts";
import { renderDiff } from "../render/reports.ts";
import { painter } from "../render/text.ts";

export async function diffVerb(
  before: string,
  after: string,
  options: { readonly json?: boolean },
  io: CliIo,
): Promise<ExitCode> {
  const named = (file: string) => ({ file, bytes: readFileOnce(io, file) });
  const report = diffArtifacts(named(before), named(after), nativeSha256);
  if (options.json === true) io.stdout(`${JSON.stringify(report, undefined, 2)}\n`);
  else io.stdout(renderDiff(report, painter(usesColour(io))));
  return EXIT.done;
}
