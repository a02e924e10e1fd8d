/** Verbs that let go of what nobody needs any more, and that keep things for longer. */
import type { Command } from "commander";
import type { CliIo } from "../io.ts";
import { ACCEPT_CLOCK, DRY_RUN, type Finish, group, JSON_OUT, STATE_DIR, verb } from "./verb.ts";

const HERE = "\nThey work on the state directory; a gateway has no routes for this.";

export function addCollectionVerbs(program: Command, io: CliIo, finish: Finish): void {
  const gc = group(program, "gc", "Collect objects that nothing needs any more: condemned first, removed a day later.");
  gc.addHelpText("after", HERE);
  addPlan(gc, io, finish);
  addRun(gc, io, finish);
  addLog(gc, io, finish);
  const ledger = group(program, "ledger", "Keep a release, or a class of objects, for longer.");
  ledger.addHelpText("after", HERE);
  addPins(ledger, io, finish);
  addRetention(ledger, io, finish);
}

function addPlan(gc: Command, io: CliIo, finish: Finish): void {
  verb(gc, "plan", "Judge every object, condemn what nothing holds, and take back what is held again.", [
    "tau-edge gc plan --dry-run",
    "tau-edge gc plan --all",
    "tau-edge gc plan --json --state-dir /var/lib/tau",
  ])
    .option("--all", "print every object with its class, age, window, and what holds it")
    .option(...DRY_RUN)
    .option(...ACCEPT_CLOCK)
    .option(...STATE_DIR)
    .option(...JSON_OUT)
    .action(async (options) => {
      const { gcPlanVerb } = await import("../verbs/collection/plan.ts");
      finish(await gcPlanVerb(options, io));
    });
}

function addRun(gc: Command, io: CliIo, finish: Finish): void {
  verb(gc, "run", "Plan again, record what is collected, and remove it. Meant for a nightly or weekly job.", [
    "tau-edge gc run --dry-run",
    "tau-edge gc run",
    "tau-edge gc run --grace-hours 72",
  ])
    .option("--grace-hours <number>", "least time from being condemned to being collected (default and least: 24)")
    .option(...DRY_RUN)
    .option(...ACCEPT_CLOCK)
    .option(...STATE_DIR)
    .option(...JSON_OUT)
    .action(async (options) => {
      const { gcRunVerb } = await import("../verbs/collection/run.ts");
      finish(await gcRunVerb(options, io));
    });
}

function addLog(gc: Command, io: CliIo, finish: Finish): void {
  verb(gc, "log", "Print everything that was ever collected, with the record that says so.", [
    "tau-edge gc log",
    "tau-edge gc log --json",
  ])
    .option(...STATE_DIR)
    .option(...JSON_OUT)
    .action(async (options) => {
      const { gcLogVerb } = await import("../verbs/collection/log.ts");
      finish(await gcLogVerb(options, io));
    });
}

function addPins(ledger: Command, io: CliIo, finish: Finish): void {
  for (const [word, description] of [
    ["pin", "Keep a release with its manifest, artifact and derived code until it is unpinned."],
    ["unpin", "Let the age of a release count again."],
  ] as const)
    verb(ledger, word, description, [`tau-edge ledger ${word} sha256:… --reason "audit of 2026"`])
      .argument("<release>", "its digest, as `tau-edge release list BLUEPRINT` shows it")
      .requiredOption("--reason <text>", "why; recorded")
      .option(...DRY_RUN)
      .option(...ACCEPT_CLOCK)
      .option(...STATE_DIR)
      .option(...JSON_OUT)
      .action(async (release: string, options) => {
        const { pinVerb } = await import("../verbs/collection/pin.ts");
        finish(await pinVerb(word, release, options, io));
      });
  verb(ledger, "pins", "List pinned releases.", ["tau-edge ledger pins"])
    .option(...STATE_DIR)
    .option(...JSON_OUT)
    .action(async (options) => {
      const { pinsVerb } = await import("../verbs/collection/pin.ts");
      finish(await pinsVerb(options, io));
    });
}

function addRetention(ledger: Command, io: CliIo, finish: Finish): void {
  verb(ledger, "retention", "Show how long each class is kept, or make that longer; it never becomes shorter.", [
    "tau-edge ledger retention",
    'tau-edge ledger retention --lengthen evidence=800 --reason "new law"',
  ])
    .option("--lengthen <class=days>", "certified_release, experimental, ephemeral or evidence, and days")
    .option("--reason <text>", "why; recorded")
    .option(...DRY_RUN)
    .option(...ACCEPT_CLOCK)
    .option(...STATE_DIR)
    .option(...JSON_OUT)
    .action(async (options) => {
      const { retentionVerb } = await import("../verbs/collection/retention.ts");
      finish(await retentionVerb(options, io));
    });
}
