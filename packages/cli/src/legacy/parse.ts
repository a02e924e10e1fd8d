/** What a command line of S1 asks for, with S1's defaults. */
import { basename, dirname } from "node:path";
import { type CountArgument, countArgument, RETRY_ATTEMPTS_MAX } from "../count-argument.ts";
import { DID_DEFAULTS } from "../did/did-defaults.ts";
import { CliError } from "../failure.ts";
import { below, DEFAULT_STATE_DIR } from "../state-dir.ts";
import { FLAGS, type Flag, MODES, type Mode, modesAsked, modesOf, type Variables, variableOf } from "./flags.ts";
import { dashed, readFlags, readSwitch, usage } from "./read-flags.ts";

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

export interface LegacyDidInit {
  readonly verb: "did_init";
  readonly method: string;
  readonly network: string;
  readonly subject: string;
  readonly entropy: string;
  /** It stands where others can read it. */
  readonly entropyIsArgument: boolean;
  readonly output: string;
  readonly stateDir: string;
  readonly json: boolean;
}

export interface LegacyRun {
  readonly verb: "run";
  readonly fixture: string;
  readonly stateDir: string;
  readonly queueLimit: number;
  readonly processedCaseCap: number;
  readonly retryMaxAttempts: number;
  readonly retryBaseDelayMs: number;
}

export interface LegacyView {
  readonly verb: "health" | "status" | "operator_summary";
  readonly stateDir: string;
  readonly json: boolean;
}

export interface LegacyChannel {
  readonly verb: "channel_inspect" | "channel_repair";
  readonly stateDir: string;
  /** As it was given: `deployment/edge-wasm`. */
  readonly channel: string;
}

export type LegacyAsked = LegacyPackage | LegacyInspect | LegacyDidInit | LegacyRun | LegacyView | LegacyChannel;

/** The original's, in its source tree; the runbook is written for somebody who stands at its root. */
export const DEFAULT_FIXTURE = "crates/tau-coding-agent/testdata/deployment-contract/mixed-outcomes.json";

/** @throws CliError `usage` */
export function parseLegacy(argv: readonly string[], env: Variables): LegacyAsked {
  const flags = readFlags(argv);
  const mode = modeOf(flags, env);
  for (const flag of flags.keys()) checkBeside(flag, mode);
  const value = (flag: Flag): string | undefined => flags.get(flag) ?? (env[variableOf(flag)] || undefined);
  return READERS[mode]({
    value,
    required: (flag) => value(flag) ?? "",
    isArgument: (flag) => flags.has(flag),
    isOn: (flag) => readSwitch(flag, value(flag)),
    count: (flag, otherwise, range) => {
      const text = value(flag);
      return text === undefined ? otherwise : countArgument(text, { name: dashed(flag), ...range });
    },
    stateDir: value("deployment-state-dir") ?? DEFAULT_STATE_DIR,
  });
}

/** The flags and variables of one command line. */
interface Given {
  value(flag: Flag): string | undefined;
  /** Whether it comes from the command line, and not from a variable. */
  isArgument(flag: Flag): boolean;
  /** Of the flag that chose the mode. */
  required(flag: Flag): string;
  isOn(flag: Flag): boolean;
  count(flag: Flag, otherwise: number, range: Omit<CountArgument, "name">): number;
  readonly stateDir: string;
}

const READERS: { readonly [mode in Mode]: (given: Given) => LegacyAsked } = {
  package: ({ value, required, isOn, stateDir }) => ({
    verb: "package",
    module: required("deployment-wasm-package-module"),
    blueprint: value("deployment-wasm-package-blueprint-id") ?? "edge-wasm",
    runtimeProfile: value("deployment-wasm-package-runtime-profile") ?? "wasm-wasi",
    outputDir: value("deployment-wasm-package-output-dir"),
    stateDir,
    json: isOn("deployment-wasm-package-json"),
  }),
  inspect: ({ required, isOn }) => ({
    verb: "inspect",
    manifest: required("deployment-wasm-inspect-manifest"),
    json: isOn("deployment-wasm-inspect-json"),
  }),
  did_init: ({ value, isArgument, isOn, stateDir }) => ({
    verb: "did_init",
    method: value("deployment-wasm-browser-did-method") ?? DID_DEFAULTS.method,
    network: value("deployment-wasm-browser-did-network") ?? DID_DEFAULTS.network,
    subject: value("deployment-wasm-browser-did-subject") ?? DID_DEFAULTS.subject,
    entropy: value("deployment-wasm-browser-did-entropy") ?? DID_DEFAULTS.entropy,
    entropyIsArgument: isArgument("deployment-wasm-browser-did-entropy"),
    // The original's default does not follow the state directory.
    output: value("deployment-wasm-browser-did-output") ?? below(DEFAULT_STATE_DIR, DID_DEFAULTS.file_name),
    stateDir,
    json: isOn("deployment-wasm-browser-did-json"),
  }),
  run: ({ value, count, stateDir }) => ({
    verb: "run",
    fixture: value("deployment-fixture") ?? DEFAULT_FIXTURE,
    stateDir,
    queueLimit: count("deployment-queue-limit", 64, { min: 1 }),
    processedCaseCap: count("deployment-processed-case-cap", 10_000, { min: 1 }),
    retryMaxAttempts: count("deployment-retry-max-attempts", 4, { min: 1, max: RETRY_ATTEMPTS_MAX }),
    retryBaseDelayMs: count("deployment-retry-base-delay-ms", 0, { min: 0 }),
  }),
  health: ({ required, isOn, stateDir }) => {
    checkTransport(required("transport-health-inspect"));
    return { verb: "health", stateDir, json: isOn("transport-health-json") };
  },
  status: ({ isOn, stateDir }) => ({ verb: "status", stateDir, json: isOn("deployment-status-json") }),
  operator_summary: ({ isOn, stateDir }) => ({
    verb: "operator_summary",
    stateDir,
    json: isOn("operator-control-summary-json"),
  }),
  channel_inspect: ({ value, required, stateDir }) => ({
    verb: "channel_inspect",
    stateDir: stateDirOfRoot(value("channel-store-root")) ?? stateDir,
    channel: required("channel-store-inspect"),
  }),
  channel_repair: ({ value, required, stateDir }) => ({
    verb: "channel_repair",
    stateDir: stateDirOfRoot(value("channel-store-root")) ?? stateDir,
    channel: required("channel-store-repair"),
  }),
};

/** A mode that a flag asks for is not changed by a variable, which may be set for another call. */
function modeOf(flags: ReadonlyMap<Flag, string>, env: Variables): Mode {
  const byFlag = modesAsked((flag) => flags.get(flag));
  const asked = byFlag.length > 0 ? byFlag : modesAsked((flag) => env[variableOf(flag)] || undefined);
  const [mode, other] = asked;
  if (mode === undefined) throw usage(`Nothing to do: give one of ${Object.values(MODES).map(dashed).join(", ")}`);
  if (other !== undefined) throw usage(`${dashed(MODES[mode])} and ${dashed(MODES[other])} exclude each other`);
  const chosen = MODES[mode];
  if (FLAGS[chosen].takes === "switch") readSwitch(chosen, flags.get(chosen) ?? env[variableOf(chosen)]);
  return mode;
}

function checkBeside(flag: Flag, mode: Mode): void {
  const modes = modesOf(flag);
  if (modes === undefined || modes.includes(mode)) return;
  // A mode that is switched off stands beside any other.
  if (Object.values(MODES).some((name) => name === flag)) return;
  throw usage(`${dashed(flag)} goes with ${modes.map((one) => dashed(MODES[one])).join(" or ")}`);
}

/** The original knows transports that this program has nothing of. */
function checkTransport(name: string): void {
  if (name.toLowerCase() === "deployment") return;
  throw new CliError("usage", `There is no transport ${JSON.stringify(name.slice(0, 100))} here`, {
    remedy: "It is deployment: --transport-health-inspect deployment.",
  });
}

/**
 * The channel store lies in a state directory, whose lock protects it.
 * @throws CliError `usage`
 */
function stateDirOfRoot(root: string | undefined): string | undefined {
  if (root === undefined) return undefined;
  if (basename(root) === "channel-store") return dirname(root);
  throw new CliError("usage", `--channel-store-root does not end with channel-store: ${root}`, {
    remedy: "Name the one of a state directory: --channel-store-root .tau/deployment/channel-store.",
  });
}
