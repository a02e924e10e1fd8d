/** What every verb about backups hands to its use case. */
import { DirectoryBackup, DirectoryRestorePlace, nativeSha256, startNativeSha256 } from "@tau-edge/adapter-node";
import { CliError } from "../../failure.ts";
import { type CliIo, pathIn } from "../../io.ts";
import { isDirectory } from "../../operands.ts";

export const HASHES = { sha256: nativeSha256, startSha256: startNativeSha256 };

/** @throws CliError `not_a_directory`: what is not there is no corrupt backup */
export function verifyPorts(dir: string, io: CliIo) {
  if (!isDirectory(io, dir))
    throw new CliError("not_a_directory", `There is no directory ${dir}`, {
      at: dir,
      remedy: "Name the directory that `tau-edge backup create` made.",
    });
  return { ...HASHES, backup: new DirectoryBackup(pathIn(io, dir)) };
}

export function restorePorts(dir: string, stateDir: string, io: CliIo) {
  const ports = verifyPorts(dir, io);
  return {
    ...ports,
    place: new DirectoryRestorePlace({ backup: pathIn(io, dir), state_dir: pathIn(io, stateDir) }),
  };
}
