/**
 * S1's flags (contract tables 2.1, 2.9, 3.1, 5.4): flags without a verb, each of which may also be a variable. Scripts
 * that were written for the original keep working; what they meant is said in the same words.
 */

/** What a command line of S1 asks for; one at a time. */
export const MODES = {
  package: "deployment-wasm-package-module",
  inspect: "deployment-wasm-inspect-manifest",
  did_init: "deployment-wasm-browser-did-init",
  run: "deployment-contract-runner",
  health: "transport-health-inspect",
  status: "deployment-status-inspect",
  operator_summary: "operator-control-summary",
  channel_inspect: "channel-store-inspect",
  channel_repair: "channel-store-repair",
} as const;

export type Mode = keyof typeof MODES;

interface FlagFacts {
  /** A switch is bare, `=true` or `=false`. */
  readonly takes: "value" | "switch";
  /** What it has a meaning for; absent when it stands beside every mode. */
  readonly of?: readonly Mode[];
}

export const FLAGS = {
  "deployment-state-dir": { takes: "value" },
  "deployment-wasm-package-module": { takes: "value", of: ["package"] },
  "deployment-wasm-package-blueprint-id": { takes: "value", of: ["package"] },
  "deployment-wasm-package-runtime-profile": { takes: "value", of: ["package"] },
  "deployment-wasm-package-output-dir": { takes: "value", of: ["package"] },
  "deployment-wasm-package-json": { takes: "switch", of: ["package"] },
  "deployment-wasm-inspect-manifest": { takes: "value", of: ["inspect"] },
  "deployment-wasm-inspect-json": { takes: "switch", of: ["inspect"] },
  "deployment-wasm-browser-did-init": { takes: "switch", of: ["did_init"] },
  "deployment-wasm-browser-did-method": { takes: "value", of: ["did_init"] },
  "deployment-wasm-browser-did-network": { takes: "value", of: ["did_init"] },
  "deployment-wasm-browser-did-subject": { takes: "value", of: ["did_init"] },
  "deployment-wasm-browser-did-entropy": { takes: "value", of: ["did_init"] },
  "deployment-wasm-browser-did-output": { takes: "value", of: ["did_init"] },
  "deployment-wasm-browser-did-json": { takes: "switch", of: ["did_init"] },
  "deployment-contract-runner": { takes: "switch", of: ["run"] },
  "deployment-fixture": { takes: "value", of: ["run"] },
  "deployment-queue-limit": { takes: "value", of: ["run"] },
  "deployment-processed-case-cap": { takes: "value", of: ["run"] },
  "deployment-retry-max-attempts": { takes: "value", of: ["run"] },
  "deployment-retry-base-delay-ms": { takes: "value", of: ["run"] },
  "transport-health-inspect": { takes: "value", of: ["health"] },
  "transport-health-json": { takes: "switch", of: ["health"] },
  "deployment-status-inspect": { takes: "switch", of: ["status"] },
  "deployment-status-json": { takes: "switch", of: ["status"] },
  "operator-control-summary": { takes: "switch", of: ["operator_summary"] },
  "operator-control-summary-json": { takes: "switch", of: ["operator_summary"] },
  "channel-store-root": { takes: "value", of: ["channel_inspect", "channel_repair"] },
  "channel-store-inspect": { takes: "value", of: ["channel_inspect"] },
  "channel-store-repair": { takes: "value", of: ["channel_repair"] },
} as const satisfies { readonly [flag: string]: FlagFacts };

export type Flag = keyof typeof FLAGS;
export type Variables = Readonly<Record<string, string | undefined>>;

/** In the order of the tables; what can be printed as a document. */
export const JSON_SWITCHES = [
  "deployment-wasm-package-json",
  "deployment-wasm-inspect-json",
  "deployment-wasm-browser-did-json",
  "transport-health-json",
  "deployment-status-json",
  "operator-control-summary-json",
] as const satisfies readonly Flag[];

export const FLAG_NAMES: readonly Flag[] = Object.keys(FLAGS).filter(isFlag);

const MODE_NAMES: readonly Mode[] = Object.keys(MODES).filter(isMode);

export function isFlag(name: string): name is Flag {
  return Object.hasOwn(FLAGS, name);
}

function isMode(name: string): name is Mode {
  return Object.hasOwn(MODES, name);
}

export function variableOf(flag: Flag): string {
  return `TAU_${flag.toUpperCase().replaceAll("-", "_")}`;
}

/** @param value what a flag was given, undefined when it was not */
export function modesAsked(value: (flag: Flag) => string | undefined): readonly Mode[] {
  return MODE_NAMES.filter((mode) => {
    const given = value(MODES[mode]);
    return given !== undefined && !(FLAGS[MODES[mode]].takes === "switch" && given === "false");
  });
}

/** @returns the modes that a flag has a meaning for, undefined when it stands beside every one */
export function modesOf(flag: Flag): readonly Mode[] | undefined {
  const facts: FlagFacts = FLAGS[flag];
  return facts.of;
}
