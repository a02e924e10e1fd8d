/** S1's DID init: our use case, S1's flat report. Its entropy stands on the command line, which is warned of. */
import { keyValueLine } from "@tau-edge/contract";
import { legacyDidReport } from "@tau-edge/control";
import { warnOfArgument } from "../did/entropy-source.ts";
import { makeDid, refusedDid } from "../did/make-did.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { printFailure } from "../failure-output.ts";
import type { CliIo } from "../io.ts";
import { variableOf } from "./flags.ts";
import type { LegacyDidInit } from "./parse.ts";

const ENTROPY_FLAG = "deployment-wasm-browser-did-entropy";

export async function didInitLegacy(asked: LegacyDidInit, io: CliIo): Promise<ExitCode> {
  if (asked.entropyIsArgument)
    warnOfArgument(
      `--${ENTROPY_FLAG}`,
      `$${variableOf(ENTROPY_FLAG)}, or \`tau-edge did init --entropy-file FILE\``,
      io,
    );
  const { method, network, subject, entropy, output, stateDir } = asked;
  const names = { method, network, subject, entropy, output, stateDir };
  // The original never looked at the clock, and its scripts know no flag to say that it is right.
  const report = await makeDid({ ...names, allowWeakEntropy: false, acceptClock: true }, io);
  if (report.outcome === "refused") {
    printFailure(refusedDid(report), io, asked.json);
    return EXIT.refused;
  }
  const flat = legacyDidReport(report);
  io.stdout(`${asked.json ? JSON.stringify(flat, undefined, 2) : keyValueLine(flat)}\n`);
  return EXIT.done;
}
