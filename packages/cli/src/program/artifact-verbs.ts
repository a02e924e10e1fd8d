/** Verbs about files: package, inspect, diff, and the profiles that they judge by. */
import type { Command } from "commander";
import type { CliIo } from "../io.ts";
import { directory, type Finish, group, JSON_OUT, STATE_DIR, verb } from "./verb.ts";

const PROFILE = ["--profile <id>", "judge by this built-in profile (see `tau-edge profile list`)"] as const;
const PROFILE_FILE = ["--profile-file <file>", "judge by the profile in this file"] as const;

export function addArtifactVerbs(program: Command, io: CliIo, finish: Finish): void {
  addPackage(program, io, finish);
  addInspect(program, io, finish);
  addDiff(program, io, finish);
  addProfile(program, io, finish);
}

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
    .option(...STATE_DIR)
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
      const { packageVerb } = await import("../verbs/package.ts");
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
      const { inspectVerb } = await import("../verbs/inspect.ts");
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
      const { diffVerb } = await import("../verbs/diff.ts");
      finish(await diffVerb(before, after, options, io));
    });
}

function addProfile(program: Command, io: CliIo, finish: Finish): void {
  const profile = group(program, "profile", "List the built-in profiles, or print one.");
  verb(profile, "list", "List the built-in profiles.", ["tau-edge profile list"])
    .option(...JSON_OUT)
    .action(async (options) => {
      const { profileListVerb } = await import("../verbs/profile.ts");
      finish(await profileListVerb(options, io));
    });
  verb(profile, "show", "Print a profile as JSON, to read or to start a file of your own from.", [
    "tau-edge profile show wasi_preview2_v1 > my-profile.json",
  ])
    .argument("<id>", "profile id")
    .option(...JSON_OUT)
    .action(async (id: string) => {
      const { profileShowVerb } = await import("../verbs/profile.ts");
      finish(await profileShowVerb(id, io));
    });
}
