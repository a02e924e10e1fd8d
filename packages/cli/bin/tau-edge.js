#!/usr/bin/env node
// Plain JavaScript that any Node can parse: says in words when Node is too old, then loads the program.
import { existsSync } from "node:fs";
import module from "node:module";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (!(major >= 26 || (major === 24 && minor >= 15))) {
  process.stderr.write(
    `tau-edge needs Node 24.15 or newer in the 24 series, or Node 26 or newer; this is Node ${process.versions.node}.\n`,
  );
  process.exit(1);
}
module.enableCompileCache?.();
// In the repository the sources run as they are; what is published has only the built file.
const source = new URL("../src/main.ts", import.meta.url);
await import(existsSync(source) ? source.href : new URL("../dist/main.js", import.meta.url).href);
