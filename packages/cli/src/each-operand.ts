/**
 * Runs a verb over its operands: one report each, the highest exit code, and one document on stdout under --json, an
 * object for one operand and an array for several. A failure of one operand does not stop the others.
 */
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { describeFailure, type FailureDocument } from "./failure.ts";
import { printFailure } from "./failure-output.ts";
import { type CliIo, usesColour } from "./io.ts";
import { expandOperands, type Operand } from "./operands.ts";
import { withProgress } from "./progress.ts";
import { type Paint, painter, printable } from "./render/text.ts";

export interface OperandResult<Report> {
  readonly report: Report;
  readonly exitCode: ExitCode;
}

export interface EachOperand<Report> {
  readonly json: boolean;
  run(file: string): Promise<OperandResult<Report>>;
  render(report: Report, paint: Paint): string;
}

export async function eachOperand<Report>(
  operands: readonly string[],
  io: CliIo,
  verb: EachOperand<Report>,
): Promise<ExitCode> {
  const files = expandOperands(io, operands);
  const paint = painter(usesColour(io));
  const documents: (Report | ({ readonly file?: string } & FailureDocument))[] = [];
  let highest: ExitCode = EXIT.done;
  let first = true;
  for (const operand of files) {
    const { file } = operand;
    const result = await outcomeOf(operand, io, verb);
    if (result.exitCode > highest) highest = result.exitCode;
    if (verb.json) documents.push("report" in result ? result.report : failureOf(result.failure, file, files.length));
    else if ("report" in result) {
      io.stdout(`${first ? "" : "\n"}${verb.render(result.report, paint)}`);
      first = false;
    } else printFailure(result.failure, io, false);
  }
  if (verb.json) io.stdout(`${JSON.stringify(files.length === 1 ? documents[0] : documents, undefined, 2)}\n`);
  return highest;
}

async function outcomeOf<Report>(
  { file, failure }: Operand,
  io: CliIo,
  verb: EachOperand<Report>,
): Promise<OperandResult<Report> | { readonly failure: FailureDocument; readonly exitCode: ExitCode }> {
  try {
    if (failure !== undefined) throw failure;
    return await withProgress(io, printable(file), verb.run(file));
  } catch (error) {
    const { document, exitCode } = describeFailure(error);
    // A bug is not an operand's fault: it ends the whole run.
    if (document.code === "internal_error") throw error;
    return { failure: document, exitCode };
  }
}

/** Of several operands, the document must say which one it is about. */
function failureOf(failure: FailureDocument, file: string, count: number): { file?: string } & FailureDocument {
  return count === 1 ? failure : { file, ...failure };
}
