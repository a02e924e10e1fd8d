/**
 * Proves that imports go one way through the house, that core is pure, and that every module was seen.
 * `node scripts/check-layers.ts [ROOT]`: exit 0 and a count, or exit 1 and one line per violation.
 */
import { fileURLToPath } from "node:url";
import { readModule, readPackageJson, sourceFilesOf, workspacesOf } from "./layers/modules.ts";
import { RULES, type Violation } from "./layers/rules.ts";

export interface LayerReport {
  readonly modulesSeen: number;
  readonly violations: readonly Violation[];
}

export function checkLayers(root: string): LayerReport {
  const workspaces = workspacesOf(root);
  const modules = workspaces.flatMap((workspace) =>
    sourceFilesOf(root, workspace.folder).map((path) => readModule(root, workspace, path)),
  );
  const houseTools = new Set(Object.keys(readPackageJson(root).devDependencies ?? {}));
  const house = { root, workspaces, modules, houseTools };
  return { modulesSeen: modules.length, violations: RULES.flatMap((rule) => rule(house)) };
}

if (import.meta.main) {
  const root = process.argv[2] ?? fileURLToPath(new URL("..", import.meta.url));
  const { modulesSeen, violations } = checkLayers(root);
  for (const { rule, path, line, why } of violations) console.error(`${path}:${line}  ${rule}  ${why}`);
  console.log(`layers: ${modulesSeen} modules seen, ${violations.length} violations`);
  process.exit(violations.length === 0 && modulesSeen > 0 ? 0 : 1);
}
