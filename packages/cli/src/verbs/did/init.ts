/** `tau-edge did init`: an identity, the file that shows it, and the record that says so. */

import { DID_DEFAULTS } from "../../did/did-defaults.ts";
import { type EntropyOptions, entropyOf } from "../../did/entropy-source.ts";
import { makeDid, refusedDid } from "../../did/make-did.ts";
import { payloadPathOf } from "../../did/payload-file.ts";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { printFailure } from "../../failure-output.ts";
import type { CliIo } from "../../io.ts";
import { renderDid } from "../../render/did.ts";
import { stateDirOf } from "../../state-dir.ts";

export interface DidInitOptions extends EntropyOptions {
  readonly method: string;
  readonly network: string;
  readonly subject: string;
  readonly allowWeakEntropy?: boolean;
  readonly output?: string;
  readonly acceptClock?: boolean;
  readonly stateDir?: string;
  readonly json?: boolean;
}

export async function didInitVerb(options: DidInitOptions, io: CliIo): Promise<ExitCode> {
  const { method, network, subject } = options;
  const report = await makeDid(
    {
      ...{ method, network, subject },
      entropy: (await entropyOf(options, io)) ?? DID_DEFAULTS.entropy,
      allowWeakEntropy: options.allowWeakEntropy === true,
      output: payloadPathOf(options.output, options.stateDir, io),
      stateDir: stateDirOf(options.stateDir, io),
      acceptClock: options.acceptClock === true,
    },
    io,
  );
  if (report.outcome === "refused") {
    printFailure(refusedDid(report), io, options.json === true);
    return EXIT.refused;
  }
  if (options.json === true) io.stdout(`${JSON.stringify({ schema_version: 1, ...report }, undefined, 2)}\n`);
  else {
    const { outcome, output_path } = report;
    io.stdout(renderDid(report, [outcome === "initialized" ? "written" : "unchanged", output_path]));
  }
  return EXIT.done;
}
