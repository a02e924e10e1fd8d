/** The binaries that are shown when no file is named, and how this program was called. */
import { existsSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { CliError } from "../../failure.ts";
import type { CliIo } from "../../io.ts";

export const EXAMPLES = {
  component: "assemblyscript-component.wasm",
  /** Another program with other capabilities: a rollout is to notice them. */
  next_component: "c-component.wasm",
  refused_module: "assemblyscript-preview1.wasm",
} as const;

/** What is published is one bundle, with the examples beside it; the repository has them among its fixtures. */
export function examplePath(name: string, io: CliIo): string {
  const places = [`../demo/${name}`, `../../../../../wasm-fixtures/built/${name}`];
  for (const place of places) {
    const path = fileURLToPath(new URL(place, import.meta.url));
    if (!existsSync(path)) continue;
    const near = relative(io.cwd, path);
    return near.startsWith("..") ? path : near;
  }
  throw new CliError("file_not_found", `The example ${name} is missing`, {
    at: name,
    remedy: "`tau-edge demo my.wasm` takes a file of yours.",
  });
}

/** From the repository, or as what is published. */
export function programName(): string {
  const isSource = existsSync(new URL("../../main.ts", import.meta.url));
  return isSource ? "npm run tau-edge --" : "npx tau-edge";
}
