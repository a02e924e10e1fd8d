/** `tau-edge rollout plan --init`: a whole plan with every default written out, ready to be redirected and edited. */
import { encodeUtf8 } from "@tau-edge/encoding";
import { ENVIRONMENTS, lintPlan, readPlan } from "@tau-edge/rollout";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { CliError } from "../../failure.ts";
import { type CliIo, usesColour } from "../../io.ts";
import { renderFinding } from "../../render/plan.ts";
import { painter } from "../../render/text.ts";
import { blueprintArgument, digestArgument, environmentArgument } from "./arguments.ts";

export interface InitOptions {
  readonly blueprint?: string;
  readonly release?: string;
  readonly manifest?: string;
  readonly baseline?: string;
  readonly environments?: string;
  readonly expectedPerHour?: string;
  readonly allowUnsigned?: boolean;
}

const NEEDED = ["blueprint", "release", "manifest", "baseline"] as const;

export function planInit(options: InitOptions, io: CliIo): ExitCode {
  const { blueprint, release, manifest, baseline } = options;
  if (blueprint === undefined || release === undefined || manifest === undefined || baseline === undefined)
    throw new CliError("usage", `--init needs ${missing(options)}`, {
      remedy: "`tau-edge release list BLUEPRINT` shows release and manifest; the baseline is committed or none.",
    });
  const plan = readPlan(
    encodeUtf8(
      JSON.stringify({
        schema_version: 1,
        blueprint: blueprintArgument(blueprint),
        environments: wayOf(options.environments),
        release: digestArgument(release, "--release"),
        manifest: digestArgument(manifest, "--manifest"),
        baseline: baselineOf(baseline),
        expected_per_hour: perHour(options.expectedPerHour),
        allow_unsigned: options.allowUnsigned === true,
      }),
    ),
  );
  io.stdout(`${JSON.stringify(plan, undefined, 2)}\n`);
  // Beside the document, which is redirected: what will stand against it, before anybody edits for an hour.
  const paint = painter(usesColour(io));
  for (const found of lintPlan(plan, { accept_noise: false })) io.stderr(renderFinding(found, paint));
  if (options.expectedPerHour === undefined)
    io.stderr(`  i expected_per_hour is a guess: write how many observations all of you make in an hour\n`);
  return EXIT.done;
}

function missing(options: InitOptions): string {
  return NEEDED.filter((name) => options[name] === undefined)
    .map((name) => `--${name}`)
    .join(", ");
}

function wayOf(names: string | undefined): readonly string[] {
  return names === undefined ? ENVIRONMENTS : names.split(",").map((name) => environmentArgument(name.trim()));
}

function baselineOf(text: string): string {
  return text === "committed" || text === "none" ? text : digestArgument(text, "--baseline");
}

/** With the default policy, a plan with it ends within a day. */
const EXPECTED_PER_HOUR = 60_000;

function perHour(text: string | undefined): number {
  if (text === undefined) return EXPECTED_PER_HOUR;
  if (/^[1-9][0-9]{0,9}$/.test(text)) return Number(text);
  throw new CliError("usage", `--expected-per-hour is a whole number from 1, and not ${text}`);
}
