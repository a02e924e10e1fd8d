/** Verbs that stop a blueprint wherever it runs, and let it go on. */
import type { Command } from "commander";
import type { CliIo } from "../io.ts";
import { ACCEPT_CLOCK, DRY_RUN, type Finish, fromSource, verb } from "./verb.ts";

export function addFreezeVerbs(program: Command, io: CliIo, finish: Finish): void {
  fromSource(
    verb(program, "freeze", "Tell everybody who runs a blueprint to stop, whatever its rollouts say.", [
      'tau-edge freeze prod/shop --reason "it deletes carts"',
      'tau-edge freeze prod/shop --reason "it deletes carts" --gateway https://gateway.example',
    ]),
  )
    .argument("<blueprint>", "environment and blueprint, such as prod/shop")
    .requiredOption("--reason <text>", "why; recorded, and told to every agent")
    .option(...DRY_RUN)
    .option(...ACCEPT_CLOCK)
    .action(async (blueprint: string, options) => {
      const { freezeVerb } = await import("../verbs/rollout/part.ts");
      finish(await freezeVerb(blueprint, options, io));
    });
  fromSource(
    verb(program, "unfreeze", "Let a frozen blueprint go on: everybody gets again what they would have got.", [
      'tau-edge unfreeze prod/shop --reason "carts are safe"',
    ]),
  )
    .argument("<blueprint>", "environment and blueprint, such as prod/shop")
    .requiredOption("--reason <text>", "why; recorded")
    .option(...DRY_RUN)
    .option(...ACCEPT_CLOCK)
    .action(async (blueprint: string, options) => {
      const { unfreezeVerb } = await import("../verbs/rollout/part.ts");
      finish(await unfreezeVerb(blueprint, options, io));
    });
}
