/** Verbs that act on a rollout that exists, and those that begin from an earlier one. */
import type { Command } from "commander";
import type { CliIo } from "../io.ts";
import { ACCEPT_CLOCK, DRY_RUN, type Finish, fromSource, verb } from "./verb.ts";

export function addSteeringVerbs(rollout: Command, io: CliIo, finish: Finish): void {
  addStop(rollout, io, finish);
  addGoOn(rollout, io, finish);
  addAgain(rollout, io, finish);
}

function addStop(rollout: Command, io: CliIo, finish: Finish): void {
  fromSource(
    verb(rollout, "pause", "Keep it at its weight. Its windows go on being judged.", [
      'tau-edge rollout pause default~prod~shop~12 --reason "checkout looks slow"',
    ]),
  )
    .argument("<rollout>", "as `tau-edge rollout list` shows it")
    .requiredOption("--reason <text>", "why; recorded")
    .option(...DRY_RUN)
    .option(...ACCEPT_CLOCK)
    .action(async (rollout: string, options) => {
      const { pauseVerb } = await import("../verbs/rollout/part.ts");
      finish(await pauseVerb(rollout, options, io));
    });
  fromSource(
    verb(rollout, "abort", "Take the release from everybody at once, and end the run.", [
      'tau-edge rollout abort default~prod~shop~12 --reason "checkout answers 500"',
      'tau-edge rollout abort default~prod~shop~12 --reason "wrong build" --gateway https://gateway.example',
    ]),
  )
    .argument("<rollout>", "as `tau-edge rollout list` shows it")
    .requiredOption("--reason <text>", "why; recorded")
    .option(...DRY_RUN)
    .option(...ACCEPT_CLOCK)
    .action(async (rollout: string, options) => {
      const { abortVerb } = await import("../verbs/rollout/part.ts");
      finish(await abortVerb(rollout, options, io));
    });
  fromSource(
    verb(rollout, "rollback", "Take the release from everybody at once, and prove health after it.", [
      'tau-edge rollout rollback default~prod~shop~12 --reason "checkout answers 500"',
    ]),
  )
    .argument("<rollout>", "as `tau-edge rollout list` shows it")
    .requiredOption("--reason <text>", "why; recorded")
    .option(...DRY_RUN)
    .option(...ACCEPT_CLOCK)
    .action(async (rollout: string, options) => {
      const { rollbackVerb } = await import("../verbs/rollout/part.ts");
      finish(await rollbackVerb(rollout, options, io));
    });
}

function addGoOn(rollout: Command, io: CliIo, finish: Finish): void {
  fromSource(verb(rollout, "resume", "End a pause.", ["tau-edge rollout resume default~prod~shop~12"]))
    .argument("<rollout>", "as `tau-edge rollout list` shows it")
    .option(...DRY_RUN)
    .option(...ACCEPT_CLOCK)
    .action(async (rollout: string, options) => {
      const { resumeVerb } = await import("../verbs/rollout/part.ts");
      finish(await resumeVerb(rollout, options, io));
    });
  fromSource(
    verb(rollout, "approve", "Sign off a release in a role. One person fills one role.", [
      "tau-edge rollout approve default~prod~shop~12 --role release_owner --release sha256:…",
    ]),
  )
    .argument("<rollout>", "as `tau-edge rollout list` shows it")
    .requiredOption("--role <role>", "release_owner, security_reviewer or on_call")
    .requiredOption("--release <digest>", "the release that you looked at")
    .option("--policy <digest>", "the policy that you looked at, as `tau-edge rollout plan` printed it")
    .option(...DRY_RUN)
    .option(...ACCEPT_CLOCK)
    .action(async (rollout: string, options) => {
      const { approveVerb } = await import("../verbs/rollout/part.ts");
      finish(await approveVerb(rollout, options, io));
    });
  fromSource(
    verb(
      rollout,
      "promote",
      "End a pause or a dwell; with --full skip the stages before the watch, which takes two persons.",
      [
        "tau-edge rollout promote default~prod~shop~12",
        'tau-edge rollout promote default~prod~shop~12 --full --role on_call --reason "the old release loses orders"',
      ],
    ),
  )
    .argument("<rollout>", "as `tau-edge rollout list` shows it")
    .option("--full", "skip the stages; recorded as an override in every report")
    .option("--role <role>", "of --full: release_owner or on_call")
    .option("--reason <text>", "of --full: why; recorded")
    .option(...DRY_RUN)
    .option(...ACCEPT_CLOCK)
    .action(async (rollout: string, options) => {
      const { promoteVerb } = await import("../verbs/rollout/part.ts");
      finish(await promoteVerb(rollout, options, io));
    });
}

function addAgain(rollout: Command, io: CliIo, finish: Finish): void {
  fromSource(
    verb(rollout, "retry", "Begin the next attempt of a rollout that failed, by the same plan.", [
      "tau-edge rollout retry default~prod~shop~12",
    ]),
  )
    .argument("<rollout>", "as `tau-edge rollout list` shows it")
    .option(
      "--environment-profile <file>",
      "what the environment is and which checks it runs (default: the built-in one)",
    )
    .option("--lockfile <file>", "the lockfile that the release was built from")
    .option(...DRY_RUN)
    .option(...ACCEPT_CLOCK)
    .action(async (rollout: string, options) => {
      const { retryVerb } = await import("../verbs/rollout/part.ts");
      finish(await retryVerb(rollout, options, io));
    });
  fromSource(
    verb(rollout, "undo", "Go back to a release that was committed before, at once and watched.", [
      "tau-edge rollout undo shop --environment prod --release sha256:…",
    ]),
  )
    .argument("<blueprint>", "whose release")
    .requiredOption("--environment <name>", "dev, staging or prod")
    .requiredOption("--release <digest>", "as `tau-edge history ENVIRONMENT` lists it")
    .option(
      "--environment-profile <file>",
      "what the environment is and which checks it runs (default: the built-in one)",
    )
    .option(...DRY_RUN)
    .option(...ACCEPT_CLOCK)
    .action(async (blueprint: string, options) => {
      const { undoVerb } = await import("../verbs/rollout/part.ts");
      finish(await undoVerb(blueprint, options, io));
    });
  fromSource(
    verb(rollout, "revalidate", "Validate what goes next after a rollback or an abort.", [
      "tau-edge rollout revalidate shop --environment prod --manifest sha256:…",
      "tau-edge rollout revalidate shop --environment prod --manifest sha256:… --with profile:wasi_http_proxy_v1",
    ]),
  )
    .argument("<blueprint>", "whose manifest")
    .requiredOption("--environment <name>", "dev, staging or prod")
    .requiredOption("--manifest <digest>", "of what goes next")
    .option("--with <validation>", "deep, or profile:ID of a built-in profile", "deep")
    .option(...DRY_RUN)
    .option(...ACCEPT_CLOCK)
    .action(async (blueprint: string, options) => {
      const { revalidateVerb } = await import("../verbs/rollout/part.ts");
      finish(await revalidateVerb(blueprint, options, io));
    });
}
