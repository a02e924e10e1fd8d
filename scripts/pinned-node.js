/**
 * Runs a program of this repository with the Node that package-lock.json pins, whatever Node npm itself runs on.
 *
 * Plain JavaScript, because an old Node must be able to read it. npm 10 does not link `node` into node_modules/.bin when
 * the packages of several platforms carry that name, so the binary is looked up where it lies.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import { fileURLToPath } from "node:url";

const platform = process.platform === "win32" ? "win" : process.platform;
const file = process.platform === "win32" ? "node.exe" : "node";
const pinned = [`node-${platform}-${process.arch}`, `node-bin-${platform}-${process.arch}`]
  .map((name) => fileURLToPath(new URL(`../node_modules/${name}/bin/${file}`, import.meta.url)))
  .find((path) => existsSync(path));

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (pinned === undefined && !(major >= 26 || (major === 24 && minor >= 15))) {
  console.error(
    `No pinned Node for ${process.platform} ${process.arch} is installed, and Node ${process.versions.node} is too old.`,
  );
  console.error("Run `npm ci`; if your platform has no such package, use Node 24.15 or newer, or 26.");
  process.exit(1);
}

const node = pinned ?? process.execPath;
const path = `${dirname(node)}${delimiter}${process.env.PATH ?? ""}`;
const child = spawn(node, process.argv.slice(2), { stdio: "inherit", env: { ...process.env, PATH: path } });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => {
  if (signal === null) process.exit(code ?? 1);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
