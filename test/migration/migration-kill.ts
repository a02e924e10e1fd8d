/**
 * One kill of `tau-edge migrate run` or `migrate undo`: the command dies at a call, or the call fails, and what it left is looked at as the old
 * program would, and then as this one does.
 */
import { cp, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openState } from "@tau-edge/adapter-node";
import { build } from "esbuild";
import { type KillPoint, trace } from "../scenario/rollout-calls.ts";
import { runInjected, runPiped } from "../scenario/strace.ts";
import { filesOf } from "./state-files.ts";
import { schemaIn } from "./version-1.ts";

export type MigrationVerb = "run" | "undo";
export type MigrationPoint = Pick<KillPoint, "call" | "nth" | "threads" | "path">;

export interface MigrationStory {
  readonly verb: MigrationVerb;
  /** The command line in one file. */
  readonly program: string;
  /** A state directory, from which every process begins. */
  readonly before: string;
  /** Every call that changes the disk. */
  readonly points: readonly MigrationPoint[];
  /** Calls that a kill cannot be put on. */
  readonly unreachable: number;
  /** What is there while the ledger has the older schema. */
  readonly version_1: Readonly<Record<string, string>>;
}

/** @param scratch an empty directory */
export async function bundleCommand(scratch: string): Promise<string> {
  const program = join(scratch, "tau-edge.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url))],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    logLevel: "error",
    external: ["@bytecodealliance/*"],
    banner: {
      js: 'import { createRequire as bundledRequire } from "node:module"; const require = bundledRequire(import.meta.url);',
    },
  });
  return program;
}

/** @param version_1 a state directory of version 1; it stays as it is */
export async function tellMigration(
  verb: MigrationVerb,
  { scratch, program, version_1 }: { readonly scratch: string; readonly program: string; readonly version_1: string },
): Promise<MigrationStory> {
  const before = join(scratch, `before-${verb}`);
  await cp(version_1, before, { recursive: true });
  await said(program, "run", before, "--dry-run");
  const files = filesOf(before);
  if (verb === "undo") await said(program, "run", before);
  const undisturbed = join(scratch, `undisturbed-${verb}`);
  await cp(before, undisturbed, { recursive: true });
  const { points, unreachable } = await trace(commandOf(program, verb, undisturbed), join(scratch, `trace-${verb}`));
  const ended = schemaIn(undisturbed);
  if (ended !== (verb === "run" ? 2 : 1)) throw new Error(`migrate ${verb} did not come to its end`);
  return { verb, program, before, points, unreachable, version_1: files };
}

/** @returns what is wrong, in words */
export async function killMigration(
  scratch: string,
  { call, nth, threads }: MigrationPoint,
  story: MigrationStory,
  what = "signal=SIGKILL",
): Promise<{ readonly killed: boolean; readonly problems: readonly string[]; readonly left: number }> {
  const directory = await mkdtemp(join(scratch, "killed-"));
  const stateDir = join(directory, "state");
  await cp(story.before, stateDir, { recursive: true });
  const command = commandOf(story.program, story.verb, stateDir);
  const { killed } = await runInjected(command, { call, nth, threads, what });
  const left = schemaIn(stateDir);
  const problems = left === 1 ? problemsOfVersion1(stateDir, story) : await problemsOfVersion2(stateDir);
  // Whoever comes next finishes it, whatever was left.
  const again = await runPiped(process.execPath, commandOf(story.program, "run", stateDir));
  if (!/"outcome": "(?:migrated|nothing)"/.test(again.stdout)) problems.push(`the next run fails: ${again.stdout}`);
  problems.push(...(await problemsOfVersion2(stateDir)));
  const undone = await runPiped(process.execPath, commandOf(story.program, "undo", stateDir));
  if (!undone.stdout.includes('"outcome": "undone"')) problems.push(`its undo fails: ${undone.stdout}`);
  problems.push(...problemsOfVersion1(stateDir, story));
  await rm(directory, { recursive: true, force: true });
  return { killed, problems, left };
}

/** Every file is what it was, and the database is whole with its log folded in. */
function problemsOfVersion1(stateDir: string, { version_1 }: MigrationStory): string[] {
  if (schemaIn(stateDir) !== 1) return ["the ledger does not have the older schema"];
  const found = filesOf(stateDir);
  const paths = [...new Set([...Object.keys(version_1), ...Object.keys(found)])];
  return paths.filter((path) => found[path] !== version_1[path]).map((path) => `${path} is not what it was`);
}

/** The new program opens it, every record chains, and the migration stands at the end of `system`, once. */
async function problemsOfVersion2(stateDir: string): Promise<string[]> {
  if (schemaIn(stateDir) !== 2) return ["the ledger does not have the newer schema"];
  const state = await openState(stateDir);
  try {
    const problems = [...(await state.ledger.integrityProblems())];
    for (const { stream, seq } of await state.ledger.ends())
      for (let from = 0; from <= seq; ) from += (await state.ledger.read(stream, from, 256)).length || seq + 1;
    const migrations = (await state.ledger.read("system", 0, 256)).filter(({ record }) => record.type === "migrated");
    if (migrations.length !== 1) problems.push(`${migrations.length} records of the migration in place of one`);
    return problems;
  } finally {
    await state.close();
  }
}

async function said(program: string, verb: MigrationVerb, stateDir: string, ...more: readonly string[]): Promise<void> {
  const { stdout, stderr } = await runPiped(process.execPath, [...commandOf(program, verb, stateDir), ...more]);
  if (!stdout.includes('"outcome"')) throw new Error(`migrate ${verb}: ${stdout}${stderr}`);
}

function commandOf(program: string, verb: MigrationVerb, stateDir: string): readonly string[] {
  return [program, "migrate", verb, "--state-dir", stateDir, "--json"];
}
