/** `tau-edge state import` and `state export`: the original's state directory, taken over or given back. */
import { readdirSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { DurableFiles, NodeFileTree, nodeFileSystem, openStateReader, startNativeSha256 } from "@tau-edge/adapter-node";
import { exportState, importState } from "@tau-edge/control";
import { openRunner } from "../../contract/runner.ts";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { CliError } from "../../failure.ts";
import { type CliIo, pathIn, usesColour } from "../../io.ts";
import { localActor } from "../../local-actor.ts";
import { isDirectory, isThere, withSystemErrors } from "../../operands.ts";
import { withProgress } from "../../progress.ts";
import { renderExport, renderImport } from "../../render/state.ts";
import { painter } from "../../render/text.ts";
import { stateDirOf } from "../../state-dir.ts";

export interface StateOptions {
  readonly acceptClock?: boolean;
  readonly stateDir?: string;
  readonly json?: boolean;
}

export async function stateImportVerb(from: string | undefined, options: StateOptions, io: CliIo): Promise<ExitCode> {
  const stateDir = stateDirOf(options.stateDir, io);
  const source = from === undefined || isSamePlace(from, stateDir, io) ? undefined : from;
  if (source !== undefined && !isDirectory(io, source)) throw noDirectory(source);
  if (source !== undefined && (isWithin(source, stateDir, io) || isWithin(stateDir, source, io)))
    throw new CliError("usage", "One of the two directories lies in the other", {
      remedy: "Name a state directory elsewhere: tau-edge state import DIR --state-dir .tau/deployment",
    });
  const runner = await openRunner({ stateDir }, io);
  try {
    const request = {
      actor: localActor(),
      accept_clock: options.acceptClock === true,
      ...(source === undefined ? {} : { from: treeAt(source, io) }),
    };
    const tree = treeAt(stateDir, io);
    const report = await withProgress(io, "importing", importState(request, { ...runner.ports, tree }));
    if (options.json === true) io.stdout(`${JSON.stringify(report, undefined, 2)}\n`);
    else io.stdout(renderImport(report, stateDir, painter(usesColour(io))));
    return EXIT.done;
  } finally {
    await runner.close();
  }
}

export async function stateExportVerb(into: string, options: StateOptions, io: CliIo): Promise<ExitCode> {
  const stateDir = stateDirOf(options.stateDir, io);
  if (!isDirectory(io, stateDir)) throw noDirectory(stateDir);
  checkTarget(into, stateDir, io);
  const state = openStateReader(pathIn(io, stateDir));
  try {
    const ports = {
      tree: treeAt(stateDir, io),
      ledger: state.ledger,
      into: treeAt(into, io),
      sha256: state.sha256,
      startSha256: startNativeSha256,
    };
    const working = io.uninterrupted(() => exportState(ports));
    const report = await withProgress(io, "exporting", working);
    if (options.json === true) io.stdout(`${JSON.stringify(report, undefined, 2)}\n`);
    else io.stdout(renderExport(report, into, painter(usesColour(io))));
    return EXIT.done;
  } finally {
    await state.close();
  }
}

function treeAt(path: string, io: CliIo): NodeFileTree {
  return new NodeFileTree(new DurableFiles(nodeFileSystem, pathIn(io, path)));
}

function isSamePlace(one: string, other: string, io: CliIo): boolean {
  return resolve(io.cwd, one) === resolve(io.cwd, other);
}

function isWithin(inner: string, outer: string, io: CliIo): boolean {
  const way = relative(resolve(io.cwd, outer), resolve(io.cwd, inner));
  return way !== ".." && !way.startsWith(`..${sep}`);
}

/** A tree that somebody else has begun cannot be told from one of the original's. */
function checkTarget(into: string, stateDir: string, io: CliIo): void {
  if (isWithin(into, stateDir, io))
    throw new CliError("usage", "The target is the state directory itself, or lies in it", {
      remedy: "Name another directory: tau-edge state export ./for-the-original",
    });
  if (!isThere(io, into)) return;
  if (!isDirectory(io, into))
    throw new CliError("not_a_directory", `${into} is no directory`, {
      at: into,
      remedy: "Name a directory that is empty or not there yet.",
    });
  if (withSystemErrors(into, () => readdirSync(pathIn(io, into))).length === 0) return;
  throw new CliError("not_empty", `${into} is not empty`, {
    at: into,
    remedy: "Name a directory that is empty or not there yet.",
  });
}

function noDirectory(path: string): CliError {
  return new CliError("not_a_directory", `There is no directory ${path}`, {
    at: path,
    remedy: "Name the directory that holds state.json.",
  });
}
