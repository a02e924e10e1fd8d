/** Verbs that plan, begin and look at rollouts. */
import type { Command } from "commander";
import type { CliIo } from "../io.ts";
import { type Finish, group, JSON_OUT, verb } from "./verb.ts";

export function addRolloutVerbs(program: Command, io: CliIo, finish: Finish): void {
  const rollout = group(program, "rollout", "Plan, start, watch and stop the way of a release to everybody.");
  addPlan(rollout, io, finish);
}

function addPlan(rollout: Command, io: CliIo, finish: Finish): void {
  verb(rollout, "plan", "Judge a plan: what it costs, how often chance decides, what stands against it.", [
    "tau-edge rollout plan shop.plan.json",
    "tau-edge rollout plan --init --blueprint shop --release sha256:… --manifest sha256:… --baseline committed > shop.plan.json",
  ])
    .argument("[file]", "the plan")
    .option("--accept-noise", "do not refuse because chance decides too often")
    .option("--init", "print a whole plan with all defaults instead")
    .option("--blueprint <id>", "of --init")
    .option("--release <digest>", "of --init: as `tau-edge release create` printed it")
    .option("--manifest <digest>", "of --init: the manifest that the release names")
    .option("--baseline <which>", "of --init: committed, none, or the digest of a release")
    .option("--environments <names>", "of --init (default: dev,staging,prod)")
    .option("--expected-per-hour <count>", "of --init: observations of everybody in an hour")
    .option("--allow-unsigned", "of --init: a release that nobody vouches for may go; recorded")
    .option(...JSON_OUT)
    .action(async (file: string | undefined, options) => {
      const { planVerb } = await import("../verbs/rollout/plan.ts");
      finish(await planVerb(file, options, io));
    });
}
