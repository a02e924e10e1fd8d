/** A command line of S1 as flags and their values, and how it is refused. */
import { CliError } from "../failure.ts";
import { FLAG_NAMES, FLAGS, type Flag, isFlag } from "./flags.ts";

/**
 * A switch has `true` or `false`.
 * @throws CliError `usage`
 */
export function readFlags(argv: readonly string[]): ReadonlyMap<Flag, string> {
  const found = new Map<Flag, string>();
  const rest = [...argv];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [name = "", inline] = splitOnce(arg.replace(/^--/, ""));
    if (!arg.startsWith("--") || !isFlag(name)) throw unknown(arg, argv);
    if (found.has(name)) throw usage(`${dashed(name)} stands twice`);
    if (FLAGS[name].takes === "switch") found.set(name, readSwitch(name, inline ?? "true") ? "true" : "false");
    else {
      const value = inline ?? rest.shift() ?? "";
      // What looks like the next flag is a forgotten value; a value that really begins so is written with `=`.
      if (value === "" || (inline === undefined && value.startsWith("--")))
        throw usage(`${dashed(name)} needs a value`);
      found.set(name, value);
    }
  }
  return found;
}

function splitOnce(text: string): readonly [string, string?] {
  const at = text.indexOf("=");
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** @throws CliError `usage` */
export function readSwitch(flag: Flag, value: string | undefined): boolean {
  if (value === undefined || value === "false") return false;
  if (value === "true") return true;
  throw usage(`${dashed(flag)} is bare, =true or =false`);
}

export function dashed(flag: string): string {
  return `--${flag}`;
}

function unknown(arg: string, argv: readonly string[]): CliError {
  return new CliError("usage", `${shown(arg, argv)} cannot stand beside the original's flags`, {
    remedy: `They are ${FLAG_NAMES.map(dashed).join(", ")}.`,
  });
}

/** Behind a mistyped flag, or as the second word of one without quotes, there may be entropy. */
function shown(arg: string, argv: readonly string[]): string {
  if (arg.startsWith("--")) return arg.split("=", 1).join("");
  return argv.some((other) => other.startsWith("--deployment-wasm-browser-did")) ? "A word without a flag" : arg;
}

export function usage(message: string): CliError {
  return new CliError("usage", message, { remedy: "`tau-edge --help` lists the verbs that do the same." });
}
