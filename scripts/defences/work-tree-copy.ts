/** A copy of the work tree whose packages import each other and nothing of the original, so that it may be broken. */
import { cpSync, existsSync, globSync, lstatSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const LEFT_OUT = new Set(["node_modules", "dist", ".git", ".tau", ".wrangler"]);

/** @param to does not exist yet */
export function copyWorkTree(to: string): void {
  cpSync(ROOT, to, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) });
  for (const modules of [
    "node_modules",
    ...globSync(["packages/*/node_modules", "edge/*/node_modules"], { cwd: ROOT }),
  ])
    if (existsSync(join(to, dirname(modules)))) linkModules(join(ROOT, modules), join(to, modules));
}

/** Links between workspaces are relative, and lead to the copy when they are made there; all else is the original's. */
function linkModules(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    const isLink = lstatSync(source).isSymbolicLink();
    if (name.startsWith("@") && !isLink) linkModules(source, target);
    else if (name === ".bin" || !name.startsWith(".")) symlinkSync(isLink ? readlinkSync(source) : source, target);
  }
}
