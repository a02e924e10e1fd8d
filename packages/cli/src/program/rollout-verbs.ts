/** Verbs that plan, begin, run and look at rollouts. */
import type { Command } from "commander";
import type { CliIo } from "../io.ts";
import { addSteeringVerbs } from "./steering-verbs.ts";
import { ACCEPT_CLOCK, DRY_RUN, type Finish, fromSource, group, JSON_OUT, STATE_DIR, verb } from "./verb.ts";

export function addRolloutVerbs(program: Command, io: CliIo, finish: Finish): void {
  const rollout = group(program, "rollout", "Plan, start, watch and stop the way of a release to everybody.");
  addPlan(rollout, io, finish);
  addBegin(rollout, io, finish);
  addRun(rollout, io, finish);
  addLook(rollout, io, finish);
  addSteeringVerbs(rollout, io, finish);
  addOutcomes(rollout, io, finish);
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
      const { planVerb } = await import("../verbs/rollout/part.ts");
      finish(await planVerb(file, options, io));
    });
}

function addBegin(rollout: Command, io: CliIo, finish: Finish): void {
  fromSource(
    verb(rollout, "preflight", "Run the checks of a start, and start nothing.", [
      "tau-edge rollout preflight shop.plan.json --environment prod",
      "tau-edge rollout preflight shop.plan.json --environment prod --lockfile package-lock.json --json",
    ]),
  )
    .argument("<plan>", "its file")
    .requiredOption("--environment <name>", "dev, staging or prod")
    .option(
      "--environment-profile <file>",
      "what the environment is and which checks it runs (default: the built-in one)",
    )
    .option("--lockfile <file>", "the lockfile that the release was built from")
    .option("--accept-noise", "do not refuse because chance decides too often")
    .action(async (plan: string, options) => {
      const { preflightVerb } = await import("../verbs/rollout/part.ts");
      finish(await preflightVerb(plan, options, io));
    });
  fromSource(
    verb(
      rollout,
      "start",
      "Start a rollout. Its first stage is entered by the controller, once what it waits for is there.",
      [
        "tau-edge rollout start shop.plan.json --environment dev",
        "tau-edge rollout start shop.plan.json --environment prod --environment-profile prod.json --dry-run",
      ],
    ),
  )
    .argument("<plan>", "its file")
    .requiredOption("--environment <name>", "dev, staging or prod")
    .option(
      "--environment-profile <file>",
      "what the environment is and which checks it runs (default: the built-in one)",
    )
    .option("--lockfile <file>", "the lockfile that the release was built from")
    .option("--accept-noise", "do not refuse because chance decides too often")
    .option(...DRY_RUN)
    .option(...ACCEPT_CLOCK)
    .action(async (plan: string, options) => {
      const { startVerb } = await import("../verbs/rollout/part.ts");
      finish(await startVerb(plan, options, io));
    });
}

function addRun(rollout: Command, io: CliIo, finish: Finish): void {
  verb(rollout, "run", "Run the controller on the state directory until interrupted; `tau-edge serve` runs it too.", [
    "tau-edge rollout run --once",
    "tau-edge rollout run --state-dir /var/lib/tau",
  ])
    .option("--once", "end as soon as nothing is left to do without waiting")
    .option(...STATE_DIR)
    .option("--json", "print a JSON document for each thing done, with --once one for all")
    .action(async (options) => {
      const { runVerb } = await import("../verbs/rollout/part.ts");
      finish(await runVerb(options, io));
    });
}

function addLook(rollout: Command, io: CliIo, finish: Finish): void {
  fromSource(
    verb(rollout, "list", "List rollouts, newest first.", [
      "tau-edge rollout list",
      "tau-edge rollout list --environment prod --gateway https://gateway.example",
    ]),
  )
    .option("--environment <name>", "only of this one: dev, staging or prod")
    .option("--blueprint <id>", "only of this one")
    .action(async (options) => {
      const { listVerb } = await import("../verbs/rollout/part.ts");
      finish(await listVerb(options, io));
    });
  fromSource(
    verb(
      rollout,
      "status",
      "Show one rollout whole: what it waits for, what was found, and the command that stops it.",
      [
        "tau-edge rollout status default~prod~shop~12",
        "tau-edge rollout status default~prod~shop~12 --json",
        "tau-edge rollout status default~prod~shop~12 --watch --gateway https://gateway.example",
      ],
    ),
  )
    .argument("<rollout>", "as `tau-edge rollout list` shows it")
    .option(
      "--watch",
      "print each of its records as it comes: 0 when it is committed, 3 when it ends otherwise or halts",
    )
    .action(async (rollout: string, options) => {
      const { statusVerb, watchVerb } = await import("../verbs/rollout/part.ts");
      finish(await (options.watch === true ? watchVerb : statusVerb)(rollout, options, io));
    });
}

function addOutcomes(rollout: Command, io: CliIo, finish: Finish): void {
  fromSource(
    verb(rollout, "compare", "Compare how two runs ended. They compare only under the same policy and profile.", [
      "tau-edge rollout compare default~prod~shop~12 default~prod~shop~40",
      "tau-edge rollout compare sha256:… sha256:… --json",
    ]),
  )
    .argument("<a>", "a rollout, or the digest of a deployment report")
    .argument("<b>", "the other one")
    .action(async (a: string, b: string, options) => {
      const { compareVerb } = await import("../verbs/rollout/part.ts");
      finish(await compareVerb(a, b, options, io));
    });
  fromSource(
    verb(rollout, "outcomes", "Say how rollouts ended: rollout_success_rate, mean_recovery_time, incident_count.", [
      "tau-edge rollout outcomes",
      "tau-edge rollout outcomes --environment prod --blueprint shop --json",
    ]),
  )
    .option("--environment <name>", "only of this one: dev, staging or prod")
    .option("--blueprint <id>", "only of this one")
    .action(async (options) => {
      const { outcomesVerb } = await import("../verbs/rollout/part.ts");
      finish(await outcomesVerb(options, io));
    });
}
