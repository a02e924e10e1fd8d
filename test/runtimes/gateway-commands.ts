/** How the gateway's processes are started. */
import { execFileSync } from "node:child_process";

/** The command of the npm package starts the real program and passes no signals on; the program knows its own path. */
const COMMAND = new URL("../../node_modules/.bin/deno", import.meta.url).pathname;
export const DENO = execFileSync(COMMAND, ["eval", "console.log(Deno.execPath())"], { encoding: "utf8" }).trim();
export const DENO_MAIN = new URL("../../edge/deno/src/main.ts", import.meta.url).pathname;
export const NODE_MAIN = new URL("../../edge/node/src/main.ts", import.meta.url).pathname;
