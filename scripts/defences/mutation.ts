/** Takes a defence out of a file and puts it back. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Defence } from "./defence.ts";

type Removed = Pick<Defence, "file" | "text" | "without">;

/** How often the text that is to go stands in the file. */
export function occurrences(tree: string, { file, text }: Removed): number {
  return readFileSync(join(tree, file), "utf8").split(text).length - 1;
}

/** @param tree in which nobody else is at work */
export async function without<T>(tree: string, { file, text, without: instead }: Removed, work: () => Promise<T>) {
  const path = join(tree, file);
  const before = readFileSync(path, "utf8");
  writeFileSync(
    path,
    before.replace(text, () => instead),
  );
  try {
    return await work();
  } finally {
    writeFileSync(path, before);
  }
}
