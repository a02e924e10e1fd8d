/** The verbs and their options. What a verb does is loaded when it is called. */
import { Command, InvalidArgumentError } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { EXIT_HELP, type ExitCode } from "./exit-codes.ts";
import type { CliIo } from "./io.ts";

/** An empty path would mean the current directory to some calls and the root to others. */
function directory(path: string): string {
  if (path === "") throw new InvalidArgumentError("It is empty.");
  return path;
}

type Finish = (exitCode: ExitCode) => void;

export function makeProgram(io: CliIo, finish: Finish): Command {
  const program = new Command("tau-edge")
    .description("Packages WebAssembly, says what it imports and whether it is allowed, and serves it by digest.")
    .version(packageJson.version, "--version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .showSuggestionAfterError(true)
    .exitOverride()
    // Errors are printed in one place and one form, see cli.ts.
    .configureOutput({ writeOut: (text) => io.stdout(text), writeErr: () => {} })
    .addHelpText("after", `\nStart with:\n  tau-edge demo\n\n${EXIT_HELP}`);
  for (const add of [addPackage, addInspect, addDiff, addProfile, addServe, addDoctor, addDemo])
    add(program, io, finish);
  return program;
}

function verb(program: Command, usage: string, description: string, examples: readonly string[]): Command {
  const lines = examples.map((example) => `  ${example}`).join("\n");
  return program
    .command(usage)
    .description(description)
    .helpOption("-h, --help", "print this help")
    .addHelpText("after", `\nExamples:\n${lines}\n\n${EXIT_HELP}`);
}

const STATE_DIR = [
  "--state-dir <dir>",
  "where ledger, objects and files are (default: $TAU_DEPLOYMENT_STATE_DIR or .tau/deployment)",
] as const;
const JSON_OUT = ["--json", "print one JSON document on stdout and nothing else"] as const;
const PROFILE = ["--profile <id>", "judge by this built-in profile (see `tau-edge profile list`)"] as const;
const PROFILE_FILE = ["--profile-file <file>", "judge by the profile in this file"] as const;

function addPackage(program: Command, io: CliIo, finish: Finish): void {
  verb(program, "package", "Judge files, store them by digest with a manifest, and record it.", [
    "tau-edge package build/app.component.wasm --blueprint app",
    "tau-edge package 'build/*.wasm' --profile wasi_http_proxy_v1 --json",
    "tau-edge package app.wasm --dry-run",
  ])
    .argument("<files...>", "files or patterns")
    .option("--blueprint <id>", "blueprint of the deliverable (default: the file's name without its extension)")
    .option(...PROFILE)
    .option(...PROFILE_FILE)
    .option("--runtime-profile <name>", "wasm_wasi or channel_automation_wasi (default: the profile's)")
    .option(...STATE_DIR, directory)
    .option(
      "--output-dir <dir>",
      "where the readable copies go (default: wasm-artifacts in the state directory)",
      directory,
    )
    .option("--no-deep", "do not ask real validators")
    .option("--dry-run", "judge and report, write nothing")
    .option("--accept-clock", "the clock is right, although it is far from the last record's time; recorded")
    .option(...JSON_OUT)
    .action(async (files: string[], options) => {
      const { packageVerb } = await import("./verbs/package.ts");
      finish(await packageVerb(files, options, io));
    });
}

function addInspect(program: Command, io: CliIo, finish: Finish): void {
  verb(
    program,
    "inspect",
    "Say what a binary imports, can reach and is allowed, or check a manifest with its artifact.",
    [
      "tau-edge inspect app.wasm",
      "tau-edge inspect app.wasm --features --deep --json",
      "tau-edge inspect .tau/deployment/wasm-artifacts/app/*.manifest.json",
    ],
  )
    .argument("<files...>", "binaries, manifests or patterns")
    .option(...PROFILE)
    .option(...PROFILE_FILE)
    .option("--features", "list the WebAssembly proposals that the code uses")
    .option("--deep", "ask real validators too")
    .option(...JSON_OUT)
    .action(async (files: string[], options) => {
      const { inspectVerb } = await import("./verbs/inspect.ts");
      finish(await inspectVerb(files, options, io));
    });
}

function addDiff(program: Command, io: CliIo, finish: Finish): void {
  verb(program, "diff", "Say what the second binary can do that the first cannot, and the reverse.", [
    "tau-edge diff old.wasm new.wasm",
    "tau-edge diff old.wasm new.wasm --json",
  ])
    .argument("<before>", "binary")
    .argument("<after>", "binary")
    .option(...JSON_OUT)
    .action(async (before: string, after: string, options) => {
      const { diffVerb } = await import("./verbs/diff.ts");
      finish(await diffVerb(before, after, options, io));
    });
}

function addProfile(program: Command, io: CliIo, finish: Finish): void {
  const profile = program
    .command("profile")
    .description("List the built-in profiles, or print one.")
    .helpCommand(false);
  verb(profile, "list", "List the built-in profiles.", ["tau-edge profile list"])
    .option(...JSON_OUT)
    .action(async (options) => {
      const { profileListVerb } = await import("./verbs/profile.ts");
      finish(await profileListVerb(options, io));
    });
  verb(profile, "show", "Print a profile as JSON, to read or to start a file of your own from.", [
    "tau-edge profile show wasi_preview2_v1 > my-profile.json",
  ])
    .argument("<id>", "profile id")
    .option(...JSON_OUT)
    .action(async (id: string) => {
      const { profileShowVerb } = await import("./verbs/profile.ts");
      finish(await profileShowVerb(id, io));
    });
}

function addServe(program: Command, io: CliIo, finish: Finish): void {
  verb(program, "serve", "Serve artifacts, manifests and status over HTTP until stopped.", [
    "tau-edge serve",
    "tau-edge serve --port 0 --state-dir /var/lib/tau",
  ])
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--port <number>", "port to listen on, 0 for any free one", "8787")
    .option("--public", "needed for an address that other machines can reach")
    .option("--public-base-url <url>", "how clients reach it, where a proxy stands in front")
    .option("--allowed-host <name...>", "names to answer for beside those of the address")
    .option("--drain-ms <number>", "how long requests may go on after the first signal")
    .option(...STATE_DIR, directory)
    .option("--json", "print the address as one JSON document")
    .action(async (options) => {
      const { serveVerb } = await import("./verbs/serve.ts");
      finish(await serveVerb(options, io));
    });
}

function addDoctor(program: Command, io: CliIo, finish: Finish): void {
  verb(program, "doctor", "Check this machine and the state directory.", ["tau-edge doctor", "tau-edge doctor --json"])
    .option(...STATE_DIR, directory)
    .option("--rebuild-files", "move state.json aside and write it anew from the ledger")
    .option(...JSON_OUT)
    .action(async (options) => {
      const { doctorVerb } = await import("./verbs/doctor.ts");
      finish(await doctorVerb(options, io));
    });
}

function addDemo(program: Command, io: CliIo, finish: Finish): void {
  verb(
    program,
    "demo",
    "Package a component, refuse a module, serve the component and fetch it back. Leaves nothing behind.",
    ["tau-edge demo", "tau-edge demo my.wasm"],
  )
    .argument("[file]", "your own binary instead of the built-in example")
    .action(async (file: string | undefined) => {
      const { demoVerb } = await import("./verbs/demo.ts");
      finish(await demoVerb(file, io));
    });
}
