/** `tau-edge inspect`: one report a file, whether it is a binary or a manifest with its artifact beside it. */
import { nativeSha256 } from "@tau-edge/adapter-node";
import { type ArtifactReport, inspectArtifact, type ManifestReport } from "@tau-edge/control";
import { DEFAULT_PROFILE } from "@tau-edge/manifest";
import { eachOperand, type OperandResult } from "../each-operand.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { InspectContext } from "../inspect-context.ts";
import type { CliIo } from "../io.ts";
import { readFileOnce } from "../operands.ts";
import { chosenProfile, type ProfileOptions } from "../profile-option.ts";
import { renderArtifact, renderManifest } from "../render/reports.ts";

export interface InspectOptions extends ProfileOptions {
  readonly features?: boolean;
  readonly deep?: boolean;
  readonly json?: boolean;
}

export async function inspectVerb(files: readonly string[], options: InspectOptions, io: CliIo): Promise<ExitCode> {
  const profile = await chosenProfile(options, io);
  const validator = options.deep === true ? (await import("@tau-edge/adapter-jco")).createJcoValidator() : undefined;
  const context: InspectContext = {
    io,
    features: options.features === true,
    ...(profile === undefined ? {} : { profile }),
    ...(validator === undefined ? {} : { validator }),
  };
  try {
    return await eachOperand<ArtifactReport | ManifestReport>(files, io, {
      json: options.json === true,
      run: (file) => inspectFile(file, context),
      render: (report, paint) => ("claims" in report ? renderManifest(report, paint) : renderArtifact(report, paint)),
    });
  } finally {
    await validator?.close();
  }
}

async function inspectFile(
  file: string,
  context: InspectContext,
): Promise<OperandResult<ArtifactReport | ManifestReport>> {
  const bytes = readFileOnce(context.io, file);
  if (!looksLikeBinary(bytes) && (/\.json$/i.test(file) || looksLikeJson(bytes))) {
    const { inspectPair } = await import("../inspect-pair.ts");
    return inspectPair(file, bytes, context);
  }
  const { profile = DEFAULT_PROFILE, features, validator } = context;
  const ports = { sha256: nativeSha256, ...(validator === undefined ? {} : { validator }) };
  const report = await inspectArtifact(file, bytes, { profile, features }, ports);
  return { report, exitCode: report.compliant ? EXIT.done : EXIT.refused };
}

/** The magic number. Everything else about the bytes is the reader's to say. */
function looksLikeBinary(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d;
}

/** A manifest may have any name; its first character that is not space is a brace. */
function looksLikeJson(bytes: Uint8Array): boolean {
  const start = bytes.findIndex((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
  return bytes[start] === 0x7b;
}
