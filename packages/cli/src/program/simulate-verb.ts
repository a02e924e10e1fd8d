/** The verb that says what a plan would do. */
import type { Command } from "commander";
import type { CliIo } from "../io.ts";
import { type Finish, JSON_OUT, verb } from "./verb.ts";

export function addSimulateVerb(program: Command, io: CliIo, finish: Finish): void {
  verb(
    program,
    "simulate",
    "Say what a plan would do: thousands of rollouts against a model of traffic, from a seed. Starts nothing.",
    [
      "tau-edge simulate shop.plan.json",
      "tau-edge simulate shop.plan.json --error-ppm 8000 --svg shop.svg",
      "tau-edge simulate shop.plan.json --runs 100000 --seed 7 --json",
    ],
  )
    .argument("<plan>", "its file")
    .option("--runs <count>", "rollouts of each release that is tried", "10000")
    .option("--seed <number>", "the same seed gives the same simulation", "0")
    .option("--error-ppm <number>", "failures of the release in a million (default: half of what the plan allows)")
    .option("--slower-ppm <number>", "how much slower than its baseline it is: 100000 is 10 %", "0")
    .option("--per-hour <count>", "observations of everybody in an hour (default: what the plan expects)")
    .option("--arrivals <how>", "random, or even: each when it is expected", "random")
    .option("--svg <file>", "write the picture there; a file that is there already is replaced")
    .option(...JSON_OUT)
    .action(async (plan: string, options) => {
      const { simulateVerb } = await import("../verbs/simulate/simulate.ts");
      finish(await simulateVerb(plan, options, io));
    });
}
