/** The verbs and their options, group by group. What a verb does is loaded when it is called. */
import { Command } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { EXIT_HELP } from "./exit-codes.ts";
import type { CliIo } from "./io.ts";
import { addArtifactVerbs } from "./program/artifact-verbs.ts";
import { addHouseVerbs } from "./program/house-verbs.ts";
import { addHistoryVerbs, addReleaseVerbs } from "./program/release-verbs.ts";
import { addRolloutVerbs } from "./program/rollout-verbs.ts";
import type { AddVerbs, Finish } from "./program/verb.ts";

const GROUPS: readonly AddVerbs[] = [
  addArtifactVerbs,
  addReleaseVerbs,
  addRolloutVerbs,
  addHistoryVerbs,
  addHouseVerbs,
];

export function makeProgram(io: CliIo, finish: Finish): Command {
  const program = new Command("tau-edge")
    .description("Packages WebAssembly, says what it imports and whether it is allowed, and serves it by digest.")
    .version(packageJson.version, "--version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    // `release create --version` is a version of the release, and not this program's.
    .enablePositionalOptions()
    .showSuggestionAfterError(true)
    .exitOverride()
    // Errors are printed in one place and one form, see cli.ts.
    .configureOutput({ writeOut: (text) => io.stdout(text), writeErr: () => {} })
    .addHelpText("after", `\nStart with:\n  tau-edge demo\n\n${EXIT_HELP}`);
  for (const add of GROUPS) add(program, io, finish);
  return program;
}
