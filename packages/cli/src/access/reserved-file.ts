/** A file for one secret that does not exist yet: taken before the secret is made, so that it is never made for nothing. */
import { closeSync, fsyncSync, openSync, unlinkSync, writeSync } from "node:fs";
import { CliError } from "../failure.ts";
import { type CliIo, pathIn } from "../io.ts";

export interface ReservedFile {
  readonly path: string;
  /** With a line end; only the owner of the process may read it. */
  write(secret: string): void;
  /** Gone again, unless something was written. */
  release(): void;
}

/** @throws CliError `file_exists`, `file_unwritable` */
export function reserveFile(path: string, io: Pick<CliIo, "cwd">): ReservedFile {
  const at = pathIn(io, path);
  const file = create(path, at);
  let written = false;
  return {
    path,
    write(secret) {
      writeSync(file, `${secret}\n`);
      fsyncSync(file);
      written = true;
    },
    release() {
      closeSync(file);
      if (!written) unlinkSync(at);
    },
  };
}

function create(path: string, at: string): number {
  try {
    return openSync(at, "wx", 0o600);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    if (code === "EEXIST")
      throw new CliError("file_exists", `There is a file ${path} already, and it is kept`, {
        at: path,
        remedy: "Name another file; it is made for this secret alone.",
        cause,
      });
    throw new CliError("file_unwritable", `${path} cannot be written (${code})`, { at: path, cause });
  }
}
