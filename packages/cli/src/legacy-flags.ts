/**
 * S1's command line: flags without a verb, each of which may also be a variable. Scripts that were written for the
 * original keep working; what they meant is said in the same words (contract table 3.1).
 */
import { CliError } from "./failure.ts";

/** Flag without its dashes -> whether it takes a value. A switch is bare, `=true` or `=false`. */
const FLAGS = {
  "deployment-state-dir": "value",
  "deployment-wasm-package-module": "value",
  "deployment-wasm-package-blueprint-id": "value",
  "deployment-wasm-package-runtime-profile": "value",
  "deployment-wasm-package-output-dir": "value",
  "deployment-wasm-package-json": "switch",
  "deployment-wasm-inspect-manifest": "value",
  "deployment-wasm-inspect-json": "switch",
} as const;

type Flag = keyof typeof FLAGS;
type Variables = Readonly<Record<string, string | undefined>>;

export interface LegacyPackage {
  readonly verb: "package";
  readonly module: string;
  readonly blueprint: string;
  readonly runtimeProfile: string;
  readonly outputDir: string | undefined;
  readonly stateDir: string;
  readonly json: boolean;
}

export interface LegacyInspect {
  readonly verb: "inspect";
  readonly manifest: string;
  readonly json: boolean;
}

const FLAG_NAMES = Object.keys(FLAGS).filter(isFlag);

function isFlag(name: string): name is Flag {
  return Object.hasOwn(FLAGS, name);
}

function variableOf(flag: Flag): string {
  return `TAU_${flag.toUpperCase().replaceAll("-", "_")}`;
}

/** Flags decide; variables only where there is no command line at all, so that they never hijack a verb. */
export function isLegacyCommandLine(argv: readonly string[], env: Variables): boolean {
  if (argv.some((arg) => arg.startsWith("--deployment-"))) return true;
  const asked: readonly Flag[] = ["deployment-wasm-package-module", "deployment-wasm-inspect-manifest"];
  return argv.length === 0 && asked.some((flag) => (env[variableOf(flag)] ?? "") !== "");
}

/** Whether an error is to be a document: either switch, as flag or as variable, whatever else is wrong. */
export function wantsLegacyJson(argv: readonly string[], env: Variables): boolean {
  const switches: readonly Flag[] = ["deployment-wasm-package-json", "deployment-wasm-inspect-json"];
  return switches.some((flag) => {
    const given = argv.findLast((arg) => arg === `--${flag}` || arg.startsWith(`--${flag}=`));
    return given === undefined ? env[variableOf(flag)] === "true" : given === `--${flag}` || given === `--${flag}=true`;
  });
}

/** @throws CliError `usage` */
export function parseLegacy(argv: readonly string[], env: Variables): LegacyPackage | LegacyInspect {
  const flags = readFlags(argv);
  const value = (flag: Flag): string | undefined => flags.get(flag) ?? (env[variableOf(flag)] || undefined);
  const isOn = (flag: Flag): boolean => readSwitch(flag, value(flag));
  const module = value("deployment-wasm-package-module");
  const manifest = value("deployment-wasm-inspect-manifest");
  if (module !== undefined && manifest !== undefined)
    throw usage("--deployment-wasm-package-module and --deployment-wasm-inspect-manifest exclude each other");
  if (manifest !== undefined) return { verb: "inspect", manifest, json: isOn("deployment-wasm-inspect-json") };
  if (module === undefined)
    throw usage("Nothing to do: give --deployment-wasm-package-module or --deployment-wasm-inspect-manifest");
  return {
    verb: "package",
    module,
    blueprint: value("deployment-wasm-package-blueprint-id") ?? "edge-wasm",
    runtimeProfile: value("deployment-wasm-package-runtime-profile") ?? "wasm-wasi",
    outputDir: value("deployment-wasm-package-output-dir"),
    stateDir: value("deployment-state-dir") ?? ".tau/deployment",
    json: isOn("deployment-wasm-package-json"),
  };
}

function readFlags(argv: readonly string[]): ReadonlyMap<Flag, string> {
  const found = new Map<Flag, string>();
  const rest = [...argv];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [name = "", inline] = splitOnce(arg.replace(/^--/, ""));
    if (!arg.startsWith("--") || !isFlag(name)) throw unknown(arg);
    if (found.has(name)) throw usage(`--${name} stands twice`);
    if (FLAGS[name] === "switch") found.set(name, inline ?? "true");
    else {
      const value = inline ?? rest.shift() ?? "";
      // What looks like the next flag is a forgotten value; a value that really begins so is written with `=`.
      if (value === "" || (inline === undefined && value.startsWith("--"))) throw usage(`--${name} needs a value`);
      found.set(name, value);
    }
  }
  return found;
}

function splitOnce(text: string): readonly [string, string?] {
  const at = text.indexOf("=");
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function readSwitch(flag: Flag, value: string | undefined): boolean {
  if (value === undefined || value === "false") return false;
  if (value === "true") return true;
  throw usage(`--${flag} is bare, =true or =false`);
}

function unknown(arg: string): CliError {
  return new CliError("usage", `${arg} cannot stand beside the original's flags`, {
    remedy: `They are ${FLAG_NAMES.map((flag) => `--${flag}`).join(", ")}.`,
  });
}

function usage(message: string): CliError {
  return new CliError("usage", message, { remedy: "`tau-edge --help` lists the verbs that do the same." });
}
