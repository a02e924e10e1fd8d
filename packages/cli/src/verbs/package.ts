/** `tau-edge package`: judges each file and stores what may be stored. */
import { eachOperand } from "../each-operand.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { CliError } from "../failure.ts";
import type { CliIo } from "../io.ts";
import { expandOperands } from "../operands.ts";
import { Packaging } from "../packaging.ts";
import { knownRuntimeProfile, type ProfileOptions, profileOrDefault } from "../profile-option.ts";
import { renderPackage } from "../render/reports.ts";
import { stateDirOf } from "../state-dir.ts";

export interface PackageOptions extends ProfileOptions {
  readonly blueprint?: string;
  readonly runtimeProfile?: string;
  readonly stateDir?: string;
  readonly outputDir?: string;
  readonly deep: boolean;
  readonly dryRun?: boolean;
  readonly acceptClock?: boolean;
  readonly json?: boolean;
}

export async function packageVerb(files: readonly string[], options: PackageOptions, io: CliIo): Promise<ExitCode> {
  if (options.blueprint !== undefined && expandOperands(io, files).length > 1)
    throw new CliError("usage", "--blueprint names one deliverable, and there are several files", {
      remedy: "Leave --blueprint out: each file then gets the blueprint of its name.",
    });
  const { runtimeProfile, outputDir, blueprint } = options;
  const packaging = new Packaging(
    {
      stateDir: stateDirOf(options.stateDir, io),
      profile: await profileOrDefault(options, io),
      deep: options.deep,
      dryRun: options.dryRun === true,
      acceptClock: options.acceptClock === true,
      ...(outputDir === undefined ? {} : { outputDir }),
      ...(blueprint === undefined ? {} : { blueprint }),
      ...(runtimeProfile === undefined ? {} : { runtimeProfile: knownRuntimeProfile(runtimeProfile) }),
    },
    io,
  );
  try {
    return await eachOperand(files, io, {
      json: options.json === true,
      run: async (file) => {
        const report = await packaging.run(file);
        return { report, exitCode: report.compliant ? EXIT.done : EXIT.refused };
      },
      render: renderPackage,
    });
  } finally {
    await packaging.close();
  }
}
