/** Is the optional peer there, where, and which version? Asked without loading it. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

export const JCO_PACKAGE = "@bytecodealliance/jco-transpile";

export interface InstalledJco {
  readonly version: string;
  /** What the thread imports. */
  readonly wasm_tools_url: string;
}

/** Undefined when it is not installed. */
export function findJco(from: string = import.meta.url): InstalledJco | undefined {
  let entry: string;
  try {
    entry = createRequire(from).resolve(`${JCO_PACKAGE}/wasm-tools`);
  } catch (error) {
    // Only "there is no such package, or not this part of it" means not installed; anything else is a bug.
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "MODULE_NOT_FOUND" || code === "ERR_PACKAGE_PATH_NOT_EXPORTED") return undefined;
    throw error;
  }
  const url = pathToFileURL(entry);
  // The package does not export its package.json, so it is read as the neighbour of dist/.
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", url), "utf8"));
  const version =
    typeof manifest === "object" && manifest !== null && "version" in manifest ? String(manifest.version) : "unknown";
  return { version, wasm_tools_url: url.href };
}
