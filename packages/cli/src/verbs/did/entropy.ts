/** `tau-edge did entropy`: 32 random bytes, printed once and kept nowhere. */
import { randomBytes } from "node:crypto";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import type { CliIo } from "../../io.ts";

export async function didEntropyVerb(io: CliIo): Promise<ExitCode> {
  io.stdout(`base64url:${randomBytes(32).toString("base64url")}\n`);
  return EXIT.done;
}
