/** The fixtures that `run --fixture` names: one file, or every `*.json` of a directory. Their bytes are read when they run. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { openChunkedFile } from "@tau-edge/adapter-node";
import { FIXTURE_BYTES_MAX } from "@tau-edge/contract";
import type { FixtureSource } from "@tau-edge/control";
import { CliError } from "../failure.ts";
import { type CliIo, pathIn } from "../io.ts";
import { checkFile, isDirectory, withSystemErrors } from "../operands.ts";
import { below } from "../state-dir.ts";

export interface NamedFixtures {
  /** A directory is a ladder, also with one fixture in it. */
  readonly kind: "file" | "ladder";
  readonly sources: readonly [FixtureSource, ...FixtureSource[]];
  /** Where paths of artifacts are looked up when the working directory has no such file. */
  readonly directory: string;
}

/** @throws CliError `file_not_found`, `not_a_file`, `file_too_large`, `file_unreadable`, `no_match` */
export function fixturesAt(io: CliIo, path: string): NamedFixtures {
  if (!isDirectory(io, path)) {
    checkFile(io, path, FIXTURE_BYTES_MAX);
    return { kind: "file", sources: [sourceOf(io, path)], directory: join(pathIn(io, path), "..") };
  }
  const names = withSystemErrors(path, () => readdirSync(pathIn(io, path))).filter((name) => name.endsWith(".json"));
  const files = names.map((name) => below(path, name));
  for (const file of files) checkFile(io, file, FIXTURE_BYTES_MAX);
  const [first, ...others] = files.map((file) => sourceOf(io, file));
  if (first === undefined)
    throw new CliError("no_match", `There is no *.json file in ${path}`, {
      at: path,
      remedy: "Name a file, or a directory whose *.json files are fixtures.",
    });
  return { kind: "ladder", sources: [first, ...others], directory: pathIn(io, path) };
}

function sourceOf(io: CliIo, file: string): FixtureSource {
  return { file, chunks: () => chunksOf(io, file) };
}

async function* chunksOf(io: CliIo, file: string): AsyncGenerator<Uint8Array> {
  const opened = await openChunkedFile(pathIn(io, file), { size_bytes_max: FIXTURE_BYTES_MAX, follow: true });
  if (opened === undefined) throw new CliError("file_not_found", `There is no file ${file}`, { at: file });
  yield* opened.chunks();
}
