/** `tau-edge rollout plan`: judges a plan before anything happens, or writes one to start from. */
import { nativeSha256 } from "@tau-edge/adapter-node";
import { estimate, lintPlan, planObject, policyObject } from "@tau-edge/rollout";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { CliError } from "../../failure.ts";
import { type CliIo, usesColour } from "../../io.ts";
import { type PlanReport, renderPlan } from "../../render/plan.ts";
import { painter } from "../../render/text.ts";
import { planFromFile } from "./plan-file.ts";
import { type InitOptions, planInit } from "./plan-init.ts";

export interface PlanOptions extends InitOptions {
  readonly init?: boolean;
  readonly acceptNoise?: boolean;
  readonly json?: boolean;
}

export async function planVerb(file: string | undefined, options: PlanOptions, io: CliIo): Promise<ExitCode> {
  if (options.init === true) {
    if (file !== undefined)
      throw new CliError("usage", "--init prints a plan, and reads none", {
        remedy: `Leave ${file} out and redirect: tau-edge rollout plan --init … > ${file}`,
      });
    return planInit(options, io);
  }
  if (file === undefined)
    throw new CliError("usage", "Which plan?", {
      remedy: "Name its file, or print one to start from: `tau-edge rollout plan --init --help`.",
    });
  const plan = planFromFile(io, file);
  const findings = lintPlan(plan, { accept_noise: options.acceptNoise === true });
  const report: PlanReport = {
    schema_version: 1,
    file,
    plan_hash: planObject(plan, nativeSha256).digest,
    policy_bundle_hash: policyObject(plan.policy, nativeSha256).digest,
    refused: findings.some(({ refuses }) => refuses),
    findings,
    estimate: estimate(plan),
  };
  if (options.json === true) io.stdout(`${JSON.stringify(report, undefined, 2)}\n`);
  else io.stdout(renderPlan(report, plan, painter(usesColour(io))));
  return report.refused ? EXIT.refused : EXIT.done;
}
