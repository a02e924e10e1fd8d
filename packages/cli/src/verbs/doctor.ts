/** `tau-edge doctor`: what this machine has, and whether the state directory is whole. Changes nothing unless asked. */
import { accessSync, constants, existsSync, statfsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { findJco, JCO_PACKAGE } from "@tau-edge/adapter-jco";
import { openStateReader, StateMigration } from "@tau-edge/adapter-node";
import {
  askCollected,
  type DoctorCheck,
  type DoctorFinding,
  openRolloutStreams,
  planMigration,
  rolloutChecks,
  runDoctor,
  stateChecks,
} from "@tau-edge/control";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { describeFailure } from "../failure.ts";
import { type CliIo, pathIn, usesColour } from "../io.ts";
import { columns, grouped, type Paint, painter, printable, shellWord } from "../render/text.ts";
import { stateDirOf } from "../state-dir.ts";
import { rebuildStateFile, stateFileCheck } from "../state-file-check.ts";

/** Below this a package of the largest kind may fail. */
const FREE_BYTES_MIN = 512 * 1024 * 1024;

export async function doctorVerb(
  options: { readonly stateDir?: string; readonly rebuildFiles?: boolean; readonly json?: boolean },
  io: CliIo,
): Promise<ExitCode> {
  const stateDir = stateDirOf(options.stateDir, io);
  const path = pathIn(io, stateDir);
  if (options.rebuildFiles === true) {
    const aside = await io.uninterrupted(() => rebuildStateFile(path));
    io.stderr(aside === undefined ? "state.json was written anew\n" : `the old file is now ${printable(aside)}\n`);
  }
  const state = openStateReader(path);
  try {
    const findings = await runDoctor([
      { name: "runtime", run: async () => ({ detail: runtimeWords() }) },
      { name: "deep_validation", run: jcoCheck },
      { name: "state_dir", run: async () => ({ detail: checkDirectory(path) }) },
      schemasCheck(path, stateDir),
      { name: "free_space", run: async () => freeSpace(path) },
      ...stateChecks({
        ledger: state.ledger,
        objects: state.objects,
        collected: askCollected(state.collection, state.objects),
        integrityProblems: () => state.ledger.integrityProblems(),
      }),
      ...rolloutChecks({ ...state, streams: openRolloutStreams(state.ledger) }),
      stateFileCheck(path, state.ledger),
    ]);
    if (options.json === true)
      io.stdout(`${JSON.stringify({ schema_version: 1, state_dir: stateDir, checks: findings }, undefined, 2)}\n`);
    else io.stdout(render(findings, painter(usesColour(io))));
    return exitCodeOf(findings);
  } finally {
    await state.close();
  }
}

function runtimeWords(): string {
  const { deno, node, v8, sqlite } = process.versions;
  const name = deno === undefined ? `Node ${node}` : `Deno ${deno}`;
  return `${name}, V8 ${v8}${sqlite === undefined ? "" : `, SQLite ${sqlite}`} on ${process.platform} ${process.arch}`;
}

const jcoCheck: DoctorCheck["run"] = async () => {
  const jco = findJco();
  if (jco !== undefined) return { detail: `jco-transpile ${jco.version} and the engine` };
  return {
    detail: "the engine only: types of components are not validated",
    remedy: `npm install ${JCO_PACKAGE}`,
  };
};

/** Whatever is newer than this program fails here, with its name. */
function schemasCheck(path: string, stateDir: string): DoctorCheck {
  return {
    name: "schemas",
    async run() {
      const { stores, steps } = await planMigration(new StateMigration(path));
      const found = stores.flatMap(({ store, found }) => (found === undefined ? [] : [`${store} ${found}`]));
      if (steps.length === 0) return { detail: found.length === 0 ? "no store is there yet" : found.join(", ") };
      const older = steps.map(({ store, from, to }) => `${store}: schema ${from}, this version writes ${to}`);
      return { detail: older.join("; "), remedy: `tau-edge migrate run --state-dir ${shellWord(stateDir)}` };
    },
  };
}

function checkDirectory(path: string): string {
  const existing = nearestExisting(path);
  accessSync(existing, constants.R_OK | constants.W_OK);
  return existing === resolve(path) ? "readable and writable" : "not there yet; it can be made";
}

function freeSpace(path: string): { detail: string; remedy?: string } {
  const { bavail, bsize } = statfsSync(nearestExisting(path));
  const free = bavail * bsize;
  const detail = `${grouped(Math.floor(free / 1_048_576))} MiB`;
  return free >= FREE_BYTES_MIN ? { detail } : { detail, remedy: "Make room: a package may need 256 MiB." };
}

function nearestExisting(path: string): string {
  let at = resolve(path);
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  return at;
}

function render(findings: readonly DoctorFinding[], paint: Paint): string {
  const mark = { ok: paint("green", "ok    "), note: paint("yellow", "note  "), failed: paint("red", "FAILED") };
  const rows = findings.flatMap(({ name, status, detail, remedy }) => [
    [mark[status], name, printable(detail)],
    ...(remedy === undefined ? [] : [["      ", "", `-> ${printable(remedy)}`]]),
  ]);
  return columns(rows, "");
}

/** The same code that the failure would have had as the end of a verb; the highest of them. */
function exitCodeOf(findings: readonly DoctorFinding[]): ExitCode {
  let highest: ExitCode = EXIT.done;
  for (const { status, detail, code } of findings) {
    if (status !== "failed") continue;
    const { exitCode } = describeFailure(code === undefined ? detail : Object.assign(new Error(detail), { code }));
    if (exitCode > highest) highest = exitCode;
  }
  return highest;
}
