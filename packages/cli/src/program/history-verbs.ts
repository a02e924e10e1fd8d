/** Verbs about what is and was served, and whether the records still prove it. */
import type { Command } from "commander";
import type { CliIo } from "../io.ts";
import { type Finish, fromSource, verb } from "./verb.ts";

export function addHistoryVerbs(program: Command, io: CliIo, finish: Finish): void {
  fromSource(
    verb(program, "resolve", "Say which release a key gets now, and why.", [
      "tau-edge resolve prod shop --key customer-17",
      "tau-edge resolve prod shop --override sha256:…",
    ]),
  )
    .argument("<environment>", "dev, staging or prod")
    .argument("<blueprint>", "which one")
    .option("--key <text>", "who asks; the same key gets the same")
    .option("--override <digest>", "a release by name: the candidate's, or the committed one")
    .action(async (environment: string, blueprint: string, options) => {
      const { resolveVerb } = await import("../verbs/rollout/part.ts");
      finish(await resolveVerb(environment, blueprint, options, io));
    });
  fromSource(
    verb(program, "history", "Say what an environment served at one time, and which record made it so.", [
      "tau-edge history prod",
      "tau-edge history prod --at 2026-05-01T03:00:00Z",
    ]),
  )
    .argument("<environment>", "dev, staging or prod")
    .option("--at <moment>", "a time (RFC 3339 or unix ms), or the seq of a record (default: now)")
    .action(async (environment: string, options) => {
      const { historyVerb } = await import("../verbs/rollout/part.ts");
      finish(await historyVerb(environment, options, io));
    });
  fromSource(
    verb(
      program,
      "replay",
      "Compute a rollout again from its records and objects; 4 when it differs or evidence is lost, 3 when it was collected.",
      [
        "tau-edge replay default~prod~shop~12",
        "tau-edge replay default~prod~shop~12 --golden > golden.json",
        "tau-edge replay default~prod~shop~40 --against golden.json",
      ],
    ),
  )
    .argument("<rollout>", "as `tau-edge rollout list` shows it")
    .option("--against <file>", "compare its transitions with those of another run")
    .option("--golden", "print its transitions, to compare other runs with")
    .action(async (rollout: string, options) => {
      const { replayVerb } = await import("../verbs/rollout/part.ts");
      finish(await replayVerb(rollout, options, io));
    });
}
