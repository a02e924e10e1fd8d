/** A manifest and the artifact beside it. Apart from `inspect` because it brings the schema library with it. */
import { dirname, join } from "node:path";
import { nativeSha256 } from "@tau-edge/adapter-node";
import { inspectManifest, type ManifestReport } from "@tau-edge/control";
import { ManifestError } from "@tau-edge/manifest";
import type { OperandResult } from "./each-operand.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { CliError } from "./failure.ts";
import type { InspectContext } from "./inspect-context.ts";
import { readFileOnce } from "./operands.ts";

export async function inspectPair(
  file: string,
  bytes: Uint8Array,
  { io, features, profile, validator }: InspectContext,
): Promise<OperandResult<ManifestReport>> {
  try {
    const report = await inspectManifest(
      file,
      bytes,
      { features, ...(profile === undefined ? {} : { profile }) },
      {
        sha256: nativeSha256,
        readArtifact: (name) => readFileOnce(io, join(dirname(file), name)),
        ...(validator === undefined ? {} : { validator }),
      },
    );
    return { report, exitCode: exitCodeOf(report) };
  } catch (error) {
    if (!(error instanceof ManifestError) || error.code.startsWith("profile_")) throw error;
    const { message, at, remedy } = error;
    throw new CliError("manifest_refused", message, { at: `${file}: ${at}`, remedy, cause: error });
  }
}

/** Wrong claims weigh more than a refusal: somebody changed the pair after it was made. */
function exitCodeOf(report: ManifestReport): ExitCode {
  if (!report.holds) return EXIT.integrity;
  return report.compliant ? EXIT.done : EXIT.refused;
}
