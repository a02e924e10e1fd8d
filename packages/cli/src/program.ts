/** The verbs and their options, group by group. What a verb does is loaded when it is called. */
import { Command } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { EXIT_HELP } from "./exit-codes.ts";
import type { CliIo } from "./io.ts";
import { addArtifactVerbs } from "./program/artifact-verbs.ts";
import { addHouseVerbs } from "./program/house-verbs.ts";
import type { AddVerbs, Finish } from "./program/verb.ts";

interface VerbGroup {
  /** The first words of its verbs. */
  readonly words: readonly string[];
  load(): AddVerbs | Promise<AddVerbs>;
}

/** In the order of the help. What `inspect` has no use for is not even listed when it is called. */
const GROUPS: readonly VerbGroup[] = [
  { words: ["package", "inspect", "diff", "profile"], load: () => addArtifactVerbs },
  { words: ["release"], load: async () => (await import("./program/release-verbs.ts")).addReleaseVerbs },
  { words: ["rollout"], load: async () => (await import("./program/rollout-verbs.ts")).addRolloutVerbs },
  { words: ["simulate"], load: async () => (await import("./program/simulate-verb.ts")).addSimulateVerb },
  { words: ["freeze", "unfreeze"], load: async () => (await import("./program/freeze-verbs.ts")).addFreezeVerbs },
  {
    words: ["resolve", "history", "replay"],
    load: async () => (await import("./program/history-verbs.ts")).addHistoryVerbs,
  },
  {
    words: ["run", "health", "status", "operator-summary", "channel", "state"],
    load: async () => (await import("./program/contract-verbs.ts")).addContractVerbs,
  },
  { words: ["did"], load: async () => (await import("./program/did-verbs.ts")).addDidVerbs },
  {
    words: ["bootstrap", "agents", "token", "rotate"],
    load: async () => (await import("./program/access-verbs.ts")).addAccessVerbs,
  },
  { words: ["gc", "ledger"], load: async () => (await import("./program/collection-verbs.ts")).addCollectionVerbs },
  { words: ["backup", "restore"], load: async () => (await import("./program/backup-verbs.ts")).addBackupVerbs },
  { words: ["migrate"], load: async () => (await import("./program/migrate-verbs.ts")).addMigrateVerbs },
  { words: ["serve", "doctor", "demo"], load: () => addHouseVerbs },
];

/** @param argv decides which verbs are there: those of the group that is called, or all where none is */
export async function makeProgram(argv: readonly string[], io: CliIo, finish: Finish): Promise<Command> {
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
  const called = GROUPS.filter(({ words }) => words.includes(argv[0] ?? ""));
  for (const { load } of called.length > 0 ? called : GROUPS) (await load())(program, io, finish);
  return program;
}
