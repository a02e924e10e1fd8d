/** Where a path leads to in the end, also when nothing stands there yet: two names may be of one place. */
import { realpath } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileError } from "./durable-files.ts";
import { posixCode } from "./file-system.ts";

/** Whether the place is the directory or lies below it, whichever links lead there. @throws PortError `store_unavailable` */
export async function leadsInto(place: string, directory: string): Promise<boolean> {
  const way = relative(await realPlace(directory), await realPlace(place));
  return !(way === ".." || way.startsWith(`..${sep}`));
}

async function realPlace(path: string): Promise<string> {
  const at = resolve(path);
  try {
    return await realpath(at);
  } catch (error) {
    if (posixCode(error) !== "ENOENT") throw fileError(error, at);
    return join(await realPlace(dirname(at)), basename(at));
  }
}
