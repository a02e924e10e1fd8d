/** S1's packager and inspector: our use cases, S1's reports. A refusal is printed as an error with codes. */
import { keyValueLine } from "@tau-edge/contract";
import { type LegacyReport, legacyInspectReport, legacyPackageReport, type PackageReport } from "@tau-edge/control";
import { legacyProfile } from "@tau-edge/manifest";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { FailureDocument } from "../failure.ts";
import { printFailure } from "../failure-output.ts";
import { inspectPair } from "../inspect-pair.ts";
import type { CliIo } from "../io.ts";
import { readFileOnce } from "../operands.ts";
import { Packaging } from "../packaging.ts";
import { knownRuntimeProfile } from "../profile-option.ts";
import { remedyFor } from "../render/verdict.ts";
import { below, DEFAULT_STATE_DIR } from "../state-dir.ts";
import type { LegacyInspect, LegacyPackage } from "./parse.ts";

export async function packageLegacy(asked: LegacyPackage, io: CliIo): Promise<ExitCode> {
  const runtimeProfile = knownRuntimeProfile(asked.runtimeProfile);
  // The original's default does not follow the state directory.
  const outputDir = asked.outputDir ?? below(DEFAULT_STATE_DIR, "wasm-artifacts");
  const own = outputDir === below(asked.stateDir, "wasm-artifacts");
  const packaging = new Packaging(
    {
      stateDir: asked.stateDir,
      ...(own ? {} : { outputDir }),
      blueprint: asked.blueprint,
      profile: legacyProfile(runtimeProfile),
      runtimeProfile,
      deep: true,
      dryRun: false,
      // The original never looked at the clock, and its scripts know no flag to say that it is right.
      acceptClock: true,
    },
    io,
  );
  try {
    const report = await packaging.run(asked.module);
    if (report.outcome === "refused") {
      printFailure(refusalOf(report), io, asked.json);
      return EXIT.refused;
    }
    print(legacyPackageReport(report, below(asked.stateDir, "state.json")), asked.json, io);
    return EXIT.done;
  } finally {
    await packaging.close();
  }
}

export async function inspectLegacy(asked: LegacyInspect, io: CliIo): Promise<ExitCode> {
  const bytes = readFileOnce(io, asked.manifest);
  const { report, exitCode } = await inspectPair(asked.manifest, bytes, { io, features: false });
  print(legacyInspectReport(report), asked.json, io);
  return exitCode;
}

function refusalOf(report: PackageReport): FailureDocument {
  const fatal = report.reasons.find((reason) => reason.fatal);
  return {
    code: "not_compliant",
    message: report.error?.message ?? `${report.file} is not compliant with ${report.profile_id}; nothing was written`,
    ...(report.error === undefined ? {} : { at: report.error.at }),
    reason_codes: report.reason_codes,
    ...(fatal === undefined ? {} : { remedy: remedyFor(fatal.remedy, report.file) }),
  };
}

function print(report: LegacyReport, json: boolean, io: CliIo): void {
  io.stdout(`${json ? JSON.stringify(report, undefined, 2) : keyValueLine(report)}\n`);
}
