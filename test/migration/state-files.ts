/** What a state directory holds, apart from logs of databases, what is on its way, and what is kept for undos. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** SHA-256 by path. */
export function filesOf(stateDir: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(stateDir, { recursive: true, withFileTypes: true })) {
    const at = join(entry.parentPath, entry.name);
    const path = relative(stateDir, at);
    if (!entry.isFile() || /^tau-edge\/(?:undo|incoming)\/|\.db-(?:wal|shm|journal)$|\.tmp$/.test(path)) continue;
    found[path] = createHash("sha256").update(readFileSync(at)).digest("hex");
  }
  return found;
}
