/** How a failure is printed: in words, or as the one document. */
import type { FailureDocument } from "./failure.ts";
import type { CliIo } from "./io.ts";
import { printable } from "./render/text.ts";

/** On stdout as the one document, or on stderr in words. */
export function printFailure(document: FailureDocument, io: CliIo, asJson: boolean): void {
  if (asJson) {
    io.stdout(`${JSON.stringify(document, undefined, 2)}\n`);
    return;
  }
  const codes = document.reason_codes === undefined ? "" : ` [${document.reason_codes.join(", ")}]`;
  // Errors of the packages below name their code in the message, with its place.
  const code = document.message.includes(`(${document.code}`) ? "" : ` (${document.code})`;
  io.stderr(`error: ${printable(document.message)}${code}${codes}\n`);
  if (document.remedy !== undefined) io.stderr(`       ${printable(document.remedy)}\n`);
}
