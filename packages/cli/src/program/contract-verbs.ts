/** Verbs about S1's contract: run its cases, say how the deployment is, look after its files. */
import type { Command } from "commander";
import type { CliIo } from "../io.ts";
import { ACCEPT_CLOCK, DRY_RUN, directory, type Finish, group, JSON_OUT, STATE_DIR, verb } from "./verb.ts";

const MAX_AGE = [
  "--max-age-ms <number>",
  "older evidence than this holds the gate (default: 86400000, a day)",
] as const;

export function addContractVerbs(program: Command, io: CliIo, finish: Finish): void {
  addRun(program, io, finish);
  addViews(program, io, finish);
  addChannel(program, io, finish);
  addState(program, io, finish);
}

function addRun(program: Command, io: CliIo, finish: Finish): void {
  verb(
    program,
    "run",
    "Run the cases of a fixture once, or of every fixture in a directory until the first hold; 3 when the gate holds.",
    [
      "tau-edge run --fixture rollout-pass.json",
      "tau-edge run --fixture ladder/ --queue-limit 1000 --json",
      "tau-edge run --fixture rollout-pass.json --backend backend.json --retry-base-delay-ms 200",
      "tau-edge run --fixture rollout-pass.json --dry-run",
    ],
  )
    .requiredOption("--fixture <path>", "file, or directory whose *.json files run in order of their names")
    .option("--queue-limit <number>", "cases of one cycle at most", "64")
    .option("--processed-case-cap <number>", "keys of done cases that are remembered", "10000")
    .option("--retry-max-attempts <number>", "tries of one case, the first one included", "4")
    .option("--retry-base-delay-ms <number>", "wait after the first try; doubles from try to try", "0")
    .option("--backend <file>", 'who really deploys: a file with {"command": ["prog", "arg"], "timeout_ms": 30000}')
    .option(...MAX_AGE)
    .option(...ACCEPT_CLOCK)
    .option(...STATE_DIR)
    .option(...DRY_RUN)
    .option(...JSON_OUT)
    .action(async (options) => {
      const { runVerb } = await import("../verbs/contract/run.ts");
      finish(await runVerb(options, io));
    });
}

function addViews(program: Command, io: CliIo, finish: Finish): void {
  verb(program, "health", "Say how the last cycles went and whether anything may be promoted; 3 when the gate holds.", [
    "tau-edge health",
    "tau-edge health --max-age-ms 3600000 --json",
  ])
    .option(...MAX_AGE)
    .option(...STATE_DIR)
    .option(...JSON_OUT)
    .action(async (options) => {
      const { healthVerb } = await import("../verbs/contract/views.ts");
      finish(await healthVerb(options, io));
    });
  verb(program, "status", "Say what is rolled out and what the cycles did; 3 when the gate holds.", [
    "tau-edge status",
    "tau-edge status --state-dir /var/lib/tau --json",
  ])
    .option(...MAX_AGE)
    .option(...STATE_DIR)
    .option(...JSON_OUT)
    .action(async (options) => {
      const { statusVerb } = await import("../verbs/contract/views.ts");
      finish(await statusVerb(options, io));
    });
  verb(
    program,
    "operator-summary",
    "Give the deployment row of the promotion gate: one state, one reason, what to do; 3 when the gate holds.",
    ["tau-edge operator-summary", "tau-edge operator-summary --json"],
  )
    .option(...MAX_AGE)
    .option(...STATE_DIR)
    .option(...JSON_OUT)
    .action(async (options) => {
      const { operatorSummaryVerb } = await import("../verbs/contract/views.ts");
      finish(await operatorSummaryVerb(options, io));
    });
}

function addChannel(program: Command, io: CliIo, finish: Finish): void {
  const channel = group(program, "channel", "Look at the logs of one blueprint's cases, or repair them.");
  verb(channel, "inspect", "Count the lines of a channel's logs, and those that cannot be read. Creates nothing.", [
    "tau-edge channel inspect deployment/edge-wasm",
    "tau-edge channel inspect deployment/edge-wasm --state-dir /var/lib/tau --json",
  ])
    .argument("<channel>", "deployment/ and a blueprint")
    .option(...STATE_DIR)
    .option(...JSON_OUT)
    .action(async (name: string, options) => {
      const { channelInspectVerb } = await import("../verbs/contract/channel.ts");
      finish(await channelInspectVerb(name, options, io));
    });
  verb(channel, "repair", "Move lines that cannot be read into files beside the logs. Deletes nothing.", [
    "tau-edge channel repair deployment/edge-wasm",
  ])
    .argument("<channel>", "deployment/ and a blueprint")
    .option(...STATE_DIR)
    .option(...JSON_OUT)
    .action(async (name: string, options) => {
      const { channelRepairVerb } = await import("../verbs/contract/channel.ts");
      finish(await channelRepairVerb(name, options, io));
    });
}

function addState(program: Command, io: CliIo, finish: Finish): void {
  const state = group(program, "state", "Take over the original's state directory, or give one back.");
  verb(state, "import", "Take over a state directory of the original, once and whole.", [
    "tau-edge state import",
    "tau-edge state import ../old/.tau/deployment --state-dir .tau/deployment",
  ])
    .argument(
      "[dir]",
      "the original's state directory, which is left as it is (default: the state directory itself)",
      directory,
    )
    .option(...ACCEPT_CLOCK)
    .option(...STATE_DIR)
    .option(...JSON_OUT)
    .action(async (dir: string | undefined, options) => {
      const { stateImportVerb } = await import("../verbs/contract/state.ts");
      finish(await stateImportVerb(dir, options, io));
    });
  verb(state, "export", "Write a state directory that the original reads.", [
    "tau-edge state export ./for-the-original",
  ])
    .argument("<dir>", "a directory that is empty or not there yet", directory)
    .option(...STATE_DIR)
    .option(...JSON_OUT)
    .action(async (dir: string, options) => {
      const { stateExportVerb } = await import("../verbs/contract/state.ts");
      finish(await stateExportVerb(dir, options, io));
    });
}
